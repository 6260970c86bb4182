"""Labs that need an extra: what is said where it is missing, before anything is opened."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader import registry
from grader.cli import cli
from grader.errors import MissingPackageError
from grader.grading import extras
from grader.grading.check import CheckOptions, check_submission
from grader.grading.extras import missing_extras, refuse_missing_extras
from grader.grading.grade import GradeOptions, grade_class

MISSING = "needs gymnasium, which is not installed"
COMMAND = "pip install 'grader[cartpole]'"


@pytest.fixture
def without_gymnasium(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "gymnasium":
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(extras, "version", version)


def test_nothing_is_missing_where_it_is_installed() -> None:
    """Here the developers' tools bring it."""
    assert missing_extras(registry.lab("project-cartpole")) == []


@pytest.mark.usefixtures("without_gymnasium")
def test_labs_that_do_not_need_it_are_as_before() -> None:
    """An extra adds nothing for those who do not use it."""
    refuse_missing_extras(registry.lab("mnist-cifar100"))

    assert missing_extras(registry.lab("mnist-cifar100")) == []


@pytest.mark.usefixtures("without_gymnasium")
def test_grading_and_checking_say_what_to_install(tmp_path: Path) -> None:
    """And nothing is written."""
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "model.h5").write_bytes(b"model")

    with pytest.raises(MissingPackageError, match=MISSING) as grading:
        grade_class(
            "project-cartpole",
            tmp_path / "class",
            out=tmp_path / "run",
            options=GradeOptions(isolation="auto"),
        )
    with pytest.raises(MissingPackageError, match=MISSING):
        check_submission(
            "project-cartpole", tmp_path / "class" / "ada", options=CheckOptions(isolation="auto")
        )

    assert grading.value.hint == COMMAND
    assert not (tmp_path / "run").exists()


@pytest.mark.usefixtures("without_gymnasium")
@pytest.mark.parametrize("arguments", [["labs"], ["labs", "project-cartpole"]])
def test_the_list_of_labs_says_so(arguments: list[str]) -> None:
    """Whoever looks for a lab sees what it needs, once."""
    result = CliRunner().invoke(cli, arguments)

    assert result.exit_code == 0
    assert result.output.count(f"{MISSING}: {COMMAND}") == 1
