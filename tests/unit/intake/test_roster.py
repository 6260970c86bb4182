from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.intake import LocatedSubmission, Roster, missing_submissions, read_roster
from tests.factories import submission

HEAD = "id,name,email,received_at,excused\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "roster.csv"


def test_a_roster_names_times_and_excuses_students(file: Path) -> None:
    """Every column of the file ends up in the entry, also with the mark spreadsheets put first."""
    file.write_text(
        "\ufeff" + HEAD + "amina,Amina B.,a@example.org,2026-12-01T18:30:00+01:00,yes\nbruno,,,,\n",
        encoding="utf-8",
    )
    roster = read_roster(file)
    amina, bruno = roster.entries["amina"], roster.entries["bruno"]

    assert (amina.student.name, amina.student.email, amina.excused) == (
        "Amina B.", "a@example.org", True,
    )  # fmt: skip
    assert amina.received_at == datetime(2026, 12, 1, 18, 30, tzinfo=timezone(timedelta(hours=1)))
    assert (bruno.student.name, bruno.received_at, bruno.excused) == ("", None, False)


def test_only_the_id_is_needed(file: Path) -> None:
    """A list of ids is a roster."""
    file.write_text("id\namina\n")

    assert list(read_roster(file).entries) == ["amina"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "amina,,,,\n,Nobody,,,\n", "line 3: the id is empty"),
        (HEAD + "amina,,,,\nAMINA,,,,\n", "line 3: 'AMINA' is listed twice"),
        (HEAD + "amina,,,2026-12-01T18:30:00,\n", "line 2: received_at"),
        (HEAD + "amina,,,2026-12-01,\n", "line 2: received_at"),
        (HEAD + "amina,,,tomorrow,\n", "line 2: received_at 'tomorrow'"),
        (HEAD + "amina,,,,maybe\n", "line 2: excused is 'maybe'"),
        ("name\nAmina\n", "first line"),
        ("", "first line"),
    ],
)
def test_errors_name_the_line(file: Path, text: str, message: str) -> None:
    """Whatever is wrong, the message says on which line of which file."""
    file.write_text(text)

    with pytest.raises(CourseError) as caught:
        read_roster(file)
    assert message in str(caught.value)
    assert str(file) in str(caught.value)


def test_an_unknown_column_is_named(file: Path) -> None:
    """A misspelt column is not silently ignored."""
    file.write_text("id,exused\namina,yes\n")

    with pytest.raises(CourseError) as caught:
        read_roster(file)
    assert "exused" in caught.value.hint


def test_a_file_that_is_not_there_or_no_text_is_said_so(file: Path) -> None:
    """A wrong path and a spreadsheet file are errors of the course, not bugs."""
    with pytest.raises(CourseError, match="cannot be read"):
        read_roster(file)
    file.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(CourseError, match="cannot be read"):
        read_roster(file)


def test_an_entry_finds_its_submission_by_id_or_folder_name(file: Path) -> None:
    """Case does not matter, and what the roster leaves empty stays as found."""
    file.write_text(
        HEAD + "Amina,Amina B.,a@example.org,2026-12-01T18:30:00+01:00,yes\nbruno x,,b@x,,\n"
    )
    roster = read_roster(file)

    amina = roster.apply(submission("amina"))
    bruno = roster.apply(submission("bruno-x", source="bruno x"))
    other = roster.apply(submission("chloe"))

    assert (amina.student.id, amina.student.name, amina.excused) == ("amina", "Amina B.", True)
    assert roster.has_stated_time(amina)
    assert (bruno.student.name, bruno.student.email) == ("Bruno-X", "b@x")
    assert bruno.received_at == submission().received_at
    assert not roster.has_stated_time(bruno)
    assert other == submission("chloe")


def test_students_who_handed_nothing_in_are_known(file: Path) -> None:
    """Those on the roster of whom nothing is found get an empty submission under an id of their own."""
    file.write_text("id,name\namina,Amina B.\nbruno,\nCHLOE,Chloe C.\n")
    missing = read_roster(file).without([submission("bruno"), submission("x", source="chloe")])
    here = [
        LocatedSubmission(submission("amina.h5"), Path()),
        LocatedSubmission(submission("Amina"), Path()),
    ]
    (empty,) = missing_submissions(missing, here)

    assert [student.id for student in missing] == ["amina"]
    assert empty.submission.files == ()
    assert empty.submission.received_at is None
    assert empty.submission.student.name == "Amina B."
    assert empty.submission.student.id.casefold() not in {"amina", "amina.h5"}


def test_an_empty_roster_changes_nothing() -> None:
    """A course without a roster leaves submissions as they are."""
    assert Roster({}).apply(submission()) == submission()
