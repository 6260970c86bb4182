from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader import resources
from grader.errors import CourseError, GraderError
from grader.upkeep.written_program import find_written_programs
from tests.unit.references.programs import tiny_programs

LAB = "mnist-cifar100"


@pytest.fixture
def references(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab with a written program, and a runner that notes what it is asked."""
    folder = tiny_programs(tmp_path / "references", LAB, (), monkeypatch)
    (folder / "study.py").write_text("")
    (folder / "programs.toml").write_text('[study]\nwrites = ["study.json", "figures/study.svg"]\n')
    (folder.parent / "program.py").write_text(
        "import json, sys; from pathlib import Path\n"
        "Path(__file__).with_name('asked.json').write_text(json.dumps(sys.argv[1:]))"
    )
    return folder


def test_a_program_is_run_with_the_files_it_writes(references: Path, tmp_path: Path) -> None:
    """By the runner, into the folder that is asked for."""
    (program,) = find_written_programs(LAB)

    assert program.run(out=tmp_path / "out") == 0
    asked = json.loads((references.parent / "asked.json").read_text())
    files = ["study.json", "figures/study.svg"]
    assert asked == [str(references / "study.py"), "--out", str(tmp_path / "out"), *files]


def test_a_program_is_done_when_all_it_writes_is_there(references: Path) -> None:
    """One file alone is not enough."""
    (program,) = find_written_programs(LAB)
    (references / "study.json").write_text("{}")
    before = program.done()
    (references / "figures").mkdir()
    (references / "figures" / "study.svg").write_text("<svg/>")

    assert before is None
    assert program.done() == f"study.json, figures/study.svg in {references}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[study]\nwrite = []", "write"),
        ("[study", "programs.toml"),
        ("[stuby]\nwrites = []", "stuby.py, which is not beside it"),
    ],
)
def test_mistakes_of_the_list_are_explained(references: Path, text: str, message: str) -> None:
    """With what is wrong and where."""
    (references / "programs.toml").write_text(text)

    with pytest.raises((CourseError, GraderError), match=message):
        find_written_programs(LAB)


def test_the_programs_of_the_repository_are_there() -> None:
    """What the lists of the repository name, and what it writes, lies beside them."""
    found = [
        program
        for folder in sorted(resources.reference_solution(LAB).parent.iterdir())
        for program in find_written_programs(folder.name)
    ]

    assert {"assignment7", "exercise1"} <= {program.name for program in found}
    assert [program.name for program in found if not program.done()] == []
