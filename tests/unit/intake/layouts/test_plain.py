from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from grader.errors import UnknownNameError, UsageError
from grader.intake import locate_class
from tests.unit.intake.layouts.class_folders import files, lay_out, left_out, located, people


def test_strays_beside_students_are_left_out(tmp_path: Path) -> None:
    """Notes, tables, locks and what systems leave are listed, and nobody's."""
    strays = (
        "README.md", "grades_old.csv", "marks.xlsx", "~$grades.xlsx", "notes.docx", "scan.pdf", "index.html",
        "course.toml", "roster.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini",
    )  # fmt: skip
    found = located(tmp_path, "anna/mnist.h5", "bo/mnist.h5", *strays)

    assert people(found) == {"anna": ["mnist.h5"], "bo": ["mnist.h5"]}
    assert left_out(found).keys() == set(strays)
    assert left_out(found)["~$grades.xlsx"] == "office-lock"


def test_tables_alone_are_hand_ins(tmp_path: Path) -> None:
    """A class may hand in tables; only notes are left out then."""
    found = located(tmp_path, "anna.csv", "bo.csv", "README.txt")

    assert people(found) == {"anna": ["anna.csv"], "bo": ["bo.csv"]}
    assert left_out(found) == {"README.txt": "document"}


def test_endings_of_two_parts_are_one(tmp_path: Path) -> None:
    """`s777.tar.gz` is of s777."""
    found = located(tmp_path, "s777.tar.gz", "s8.h5.gz", "O'Neil Test.h5", "j.doe.zip")

    assert {item.submission.identity.names[0] for item in found.submissions} == {
        "s777", "s8", "O'Neil Test", "j.doe",
    }  # fmt: skip


def test_what_lies_beside_the_folder_of_submissions_is_left_out(tmp_path: Path) -> None:
    """Where the submissions lie in a folder of their own, nothing beside it is passed over in silence."""
    lay_out(tmp_path, "submissions/ana/m.h5", "submissions/README.md", "eli.pdf")
    (tmp_path / "dora").symlink_to("nowhere")
    found = locate_class(tmp_path)

    assert people(found) == {"ana": ["m.h5"]}
    assert left_out(found) == {
        "README.md": "document", "dora": "dangling-link", "eli.pdf": "beside",
    }  # fmt: skip


def test_links_of_the_instructor_are_followed(tmp_path: Path) -> None:
    """A link beside the students leads to a student; one to nowhere or back is named."""
    lay_out(tmp_path, "store/ana/mnist.h5", "store/bo.h5", "class/cy/m.h5")
    (tmp_path / "store/ana/passwd").symlink_to("/etc/passwd")
    for name, target in {
        "ana": "../store/ana",
        "bo.h5": "../store/bo.h5",
        "gone": "../absent",
        "up": "..",
        "round": "round",
    }.items():
        (tmp_path / "class" / name).symlink_to(target)
    found = locate_class(tmp_path / "class")

    assert people(found) == {"ana": ["mnist.h5"], "bo": ["bo.h5"], "cy": ["m.h5"]}
    assert found.submissions[0].submission.skipped == ("passwd",)
    assert left_out(found) == {"gone": "dangling-link", "up": "link-loop", "round": "link-loop"}


def test_a_folder_that_may_not_be_read_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The class is found, and that student's folder is named as unreadable."""
    lay_out(tmp_path, "anna/m.h5", "bo/m.h5")
    shut = str(tmp_path / "bo")

    def refusing(name: str) -> None:
        real = getattr(os, name)

        def refuse(path: object, *more: object, **others: object) -> object:
            text = os.fspath(path) if isinstance(path, str | Path) else ""
            if text.startswith(f"{shut}/") or (name in ("listdir", "scandir") and text == shut):
                raise PermissionError(errno.EACCES, "Permission denied", text)
            return real(path, *more, **others)

        monkeypatch.setattr(os, name, refuse)

    for name in ("listdir", "scandir", "stat", "lstat", "open"):
        refusing(name)
    found = locate_class(tmp_path)

    assert files(found.submissions[0]) == ["m.h5"]
    assert found.submissions[1].submission.unreadable == ("bo",)


def test_a_layout_can_be_forced(tmp_path: Path) -> None:
    """`--layout` takes the layout as it is named, and refuses unknown ones."""
    lay_out(tmp_path, "a_5512_98001_m.h5")

    assert locate_class(tmp_path).layout == "canvas"
    assert list(people(locate_class(tmp_path, layout_name="plain"))) == ["a_5512_98001_m"]
    with pytest.raises(UnknownNameError):
        locate_class(tmp_path, layout_name="moddle")


def test_only_strays_are_no_class(tmp_path: Path) -> None:
    """The message names what lies there instead."""
    lay_out(tmp_path, "README.md", "roster.csv")

    with pytest.raises(UsageError, match=r"holds no submissions; only roster\.csv, README\.md"):
        locate_class(tmp_path)


@pytest.mark.parametrize(("outer", "inner"), [("lab", "lab"), ("lab", "submissions")])
def test_a_folder_around_a_plain_class_is_passed_by_its_name(
    tmp_path: Path, outer: str, inner: str
) -> None:
    """Unpacked archives hold a folder of their own name; any other lone folder is one student."""
    found = located(tmp_path / outer, f"{inner}/anna/m.h5", f"{inner}/bo/m.h5")

    assert people(found) == {"anna": ["m.h5"], "bo": ["m.h5"]}
    alone = located(tmp_path / "alone", "anna/mnist/m.h5", "anna/cifar/m.h5")
    assert list(people(alone)) == ["anna"]
