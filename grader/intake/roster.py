"""The roster: who is in the class, when they handed in, and who is excused."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from grader.errors import CourseError
from grader.intake.roster_columns import Columns, HeadingsError, Role, is_staff, read_headings
from grader.intake.tables import Table, TableRow, read_table
from grader.intake.times import UnreadableTimeError, read_times
from grader.records.names import first_few
from grader.records.submission import Identity, Student

_LOG = logging.getLogger(__name__)

_YES = frozenset(
    {
        "yes",
        "y",
        "true",
        "1",
        "x",
        "oui",
        "vrai",
        "ja",
        "wahr",
        "j",
        "si",
        "sí",
        "s",
        "verdadero",
        "cert",
        "✓",
    }
)
_NO = frozenset(
    {"no", "n", "false", "0", "non", "faux", "nein", "falsch", "falso", "fals", "-", "–"}
)
_NO_TIME = ("", "-", "–")

#: How Moodle names people in a grading worksheet; the number is that of their folders in a download.
_PARTICIPANT = re.compile(
    r"(?:participant|teilnehmer|deelnemer|partecipant)\D*(\d+)", re.IGNORECASE
)
#: What spreadsheets and programs make of ids that they take as numbers; digits and zeros in front may be lost.
_CHANGED_NUMBER = re.compile(r"\d([.,]\d+)?E\+\d+|\d+[.,]0+")
#: The login that Canvas gives its test student.
_TEST_STUDENT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class RosterEntry:
    """One line of the roster."""

    student: Student
    identity: Identity = field(default_factory=Identity)
    """Every number, login, address and written form of the name that the line has."""
    received_at: datetime | None = None
    excused: bool = False


@dataclass(frozen=True)
class Roster:
    """Who is in the class, by id whatever its case."""

    entries: dict[str, RosterEntry]


def read_roster(path: Path, zone: tzinfo | None = None) -> Roster:
    """Read a roster of one's own, or an export of Canvas, Moodle, Gradescope, Blackboard or Brightspace.

    Where a line has no id, the e-mail address is the id, else the login, else the number of a participant of Moodle. In
    a list of names the name is the id. Staff, the row of points and the test student of Canvas are left out.

    Args:
        path: A table of text; see `tables.read_table`.
        zone: Where times without a UTC offset were taken; None refuses those.

    Raises:
        CourseError: The file cannot be read, a column is unknown, or a line is wrong; the message names it.
    """
    table = read_table(path)
    try:
        columns = read_headings(table.headings)
    except HeadingsError as error:
        raise CourseError(f"{table.where(table.headings_line)}: {error}", hint=error.hint) from None
    rows = _students(table, columns)
    times = _times(table, columns, rows, zone)
    entries: dict[str, RosterEntry] = {}
    lines: dict[str, int] = {}
    for row in rows:
        entry = _entry(table, columns, row, times.get(row.line))
        key = entry.student.id.casefold()
        if key in entries:
            raise CourseError(
                f"{table.where(row.line)}: '{entry.student.id}' is listed twice, first in line {lines[key]}",
                hint="take one of the two lines away, or give each person an id of their own",
            )
        entries[key], lines[key] = entry, row.line
    return Roster(entries)


def _students(table: Table, columns: Columns) -> list[TableRow]:
    """The rows that are about students."""
    rows = list(table.rows)
    if columns.is_canvas:
        # How assignments are posted, and what they are worth, stands above the first student.
        while rows and not _cells(columns, rows[0], "id", "other-id", "login"):
            del rows[0]
        rows = [
            row
            for row in rows
            if not any(_TEST_STUDENT.fullmatch(login) for login in _cells(columns, row, "login"))
            and _name(columns, row) != "Test Student"
        ]
    staff = [row for row in rows if is_staff(_first(columns, row, "position"))]
    if staff:
        names = [_name(columns, row) or f"line {row.line}" for row in staff]
        _LOG.warning("%s: left out as staff: %s", table.path, first_few(names))
    return [row for row in rows if row not in staff]


def _entry(
    table: Table, columns: Columns, row: TableRow, received_at: datetime | None
) -> RosterEntry:
    ids, name = _ids(columns, row), _name(columns, row)
    if not columns.places("id", "identifier", "email", "login", "other-id"):
        ids = (name,)
    if not any(ids) or (
        not columns.is_export and columns.places("id") and not _cells(columns, row, "id")
    ):
        raise CourseError(
            f"{table.where(row.line)}: the id is empty", hint="every line is about one student"
        )
    for student_id in ids:
        if _CHANGED_NUMBER.fullmatch(student_id):
            raise CourseError(
                f"{table.where(row.line)}: '{student_id}' is no id but a number that a spreadsheet has changed",
                hint="give the column the format 'Text', enter the number again and save",
            )
    names = dict.fromkeys(
        filter(None, [name, *_cells(columns, row, "name"), _last_first(columns, row)])
    )
    return RosterEntry(
        student=Student(id=ids[0], name=name, email=_first(columns, row, "email")),
        identity=Identity(ids=ids, names=tuple(names)),
        received_at=received_at,
        excused=_is_excused(table, columns, row),
    )


def _ids(columns: Columns, row: TableRow) -> tuple[str, ...]:
    """Everything that names one person and no other; the first is the id."""
    given = _cells(columns, row, "id", "identifier", "email", "login", "other-id")
    if not columns.is_export:
        return tuple(dict.fromkeys(given))
    participants = {cell: match[1] for cell in given if (match := _PARTICIPANT.fullmatch(cell))}
    # Brightspace writes #1234 so that spreadsheets keep the zeros in front.
    known = [cell.removeprefix("#") for cell in given if cell not in participants]
    return tuple(dict.fromkeys([*known, *participants.values(), *participants]))


def _name(columns: Columns, row: TableRow) -> str:
    """The name as people say it: exports of Canvas have "Last, First"."""
    whole = _first(columns, row, "name")
    if whole:
        last, comma, first = whole.partition(", ")
        return f"{first} {last}" if columns.is_canvas and comma and "," not in first else whole
    return " ".join(_cells(columns, row, "first-name", "last-name"))


def _last_first(columns: Columns, row: TableRow) -> str:
    return ", ".join(_cells(columns, row, "last-name", "first-name"))


def _cells(columns: Columns, row: TableRow, *roles: Role) -> list[str]:
    """What a row has in columns of some roles, without empty cells."""
    return [cell for place in columns.places(*roles) if (cell := row.cells[place])]


def _first(columns: Columns, row: TableRow, role: Role) -> str:
    return next(iter(_cells(columns, row, role)), "")


def _times(
    table: Table, columns: Columns, rows: Sequence[TableRow], zone: tzinfo | None
) -> dict[int, datetime]:
    """When each line was handed in: line to time."""
    stated = [row for row in rows if _first(columns, row, "received-at") not in _NO_TIME]
    try:
        times = read_times([_first(columns, row, "received-at") for row in stated], zone)
    except UnreadableTimeError as error:
        (place,) = columns.places("received-at")
        where = table.where(stated[error.place].line)
        raise CourseError(f"{where}: {table.headings[place]} {error}", hint=error.hint) from None
    return {row.line: time for row, time in zip(stated, times, strict=True)}


def _is_excused(table: Table, columns: Columns, row: TableRow) -> bool:
    text = _first(columns, row, "excused")
    if not text or text.casefold() in _NO:
        return False
    if text.casefold() in _YES:
        return True
    raise CourseError(
        f"{table.where(row.line)}: excused is '{text}', neither yes nor no",
        hint="write yes for those who are excused, and nothing for the others",
    )
