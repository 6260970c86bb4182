from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.intake import locate_class
from tests.unit.intake.layouts.class_folders import lay_out, left_out, people


@pytest.fixture
def course(tmp_path: Path) -> Path:
    lay_out(tmp_path, "source/lab1/lab.ipynb", "release/lab1/lab.ipynb", "gradebook.db")
    lay_out(tmp_path / "submitted", "amina/lab1/mnist.h5", "bo/lab1/mnist.h5", "cy/")
    (tmp_path / "submitted/amina/lab1/timestamp.txt").write_text(
        "2026-11-01 12:00:00.5 Europe/Paris"
    )
    return tmp_path


@pytest.mark.parametrize("below", ["", "submitted"])
def test_students_of_a_course_or_of_what_was_submitted(course: Path, below: str) -> None:
    """The folder may be the course or `submitted`; times have the zone that is written."""
    found = locate_class(course / below)
    amina = found.submissions[0].submission

    assert found.layout == "nbgrader"
    assert people(found) == {"amina": ["mnist.h5", "timestamp.txt"], "bo": ["mnist.h5"]}
    assert amina.received_at == datetime(2026, 11, 1, 11, tzinfo=UTC)
    beside = {} if below else dict.fromkeys(("gradebook.db", "release", "source"), "beside")
    assert left_out(found) == {"cy": "no-files", **beside}


def test_a_folder_without_an_assignment_says_why(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only an empty folder means that nothing was handed in."""
    lay_out(course / "submitted", "di/mnist.h5", "eve/", "flo/lab1/x.h5")
    (course / "submitted/eve/lab1").symlink_to("absent")
    listed = Path.iterdir

    def refusing(path: Path) -> object:
        if path.name == "flo":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refusing)

    assert left_out(locate_class(course / "submitted")) == {
        "cy": "no-files", "di": "no-assignment", "eve": "no-assignment", "flo": "unreadable",
    }  # fmt: skip


def test_several_assignments_are_refused_with_a_way_out(course: Path) -> None:
    """Which assignment is meant is not guessed."""
    lay_out(course / "submitted", "bo/lab2/m.h5")

    with pytest.raises(UsageError, match="several assignments: lab1, lab2") as caught:
        locate_class(course)
    assert "ln -s" in caught.value.hint
