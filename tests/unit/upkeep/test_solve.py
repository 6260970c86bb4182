from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError, UnknownNameError
from grader.upkeep.solve import find_solutions
from tests.unit.references.programs import tiny_programs

LAB = "mnist-cifar100"


@pytest.fixture
def references(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tiny_programs(tmp_path / "references", LAB, ("mnist", "cifar100"), monkeypatch)
    (folder / "study.py").write_text("")
    (folder / "programs.toml").write_text('[study]\nwrites = ["study.json"]\n')
    return folder


def test_models_and_programs_of_a_lab_are_found(references: Path) -> None:
    """All of them, or those of one name."""
    every, one, study = (find_solutions(LAB, name) for name in (None, "mnist", "study"))

    assert [program.exercise for program in every.trainings] == ["mnist", "cifar100"]
    assert [program.name for program in every.written] == ["study"]
    assert ([program.exercise for program in one.trainings], one.written) == (["mnist"], [])
    assert (study.trainings, [program.writes for program in study.written]) == (
        [],
        [("study.json",)],
    )


@pytest.mark.parametrize(
    ("lab", "name", "hint"),
    [
        ("mnist-cifar10", None, "'mnist-cifar100'"),
        (LAB, "minst", "'mnist'"),
        (LAB, "stuby", "'study'"),
    ],
)
def test_unknown_names_come_with_what_may_have_been_meant(
    references: Path, lab: str, name: str | None, hint: str
) -> None:
    """A typing error in the lab, the exercise or the program gets the closest name."""
    with pytest.raises(UnknownNameError) as caught:
        find_solutions(lab, name)

    assert f"did you mean {hint}" in caught.value.hint


def test_an_installed_grader_says_where_the_programs_are(references: Path) -> None:
    """Without programs the message sends to the repository; so does an exercise that has none."""
    for file in references.iterdir():
        file.unlink()

    for name, what in ((None, f"of {LAB} is here"), ("mnist", f"of {LAB}/mnist is here")):
        with pytest.raises(GraderError, match=what) as caught:
            find_solutions(LAB, name)
        assert "repository" in caught.value.hint
