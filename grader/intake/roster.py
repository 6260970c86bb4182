"""The roster: a CSV of who is in the class, when they handed in, and who is excused."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from grader.errors import CourseError
from grader.records.submission import Student, Submission

_COLUMNS = ("id", "name", "email", "received_at", "excused")


@dataclass(frozen=True)
class RosterEntry:
    """One line of the roster."""

    student: Student
    received_at: datetime | None = None
    excused: bool = False


@dataclass(frozen=True)
class Roster:
    """Who is in the class, by id whatever its case."""

    entries: dict[str, RosterEntry]

    def apply(self, submission: Submission) -> Submission:
        """Put the roster's name, e-mail address, hand-in time and excuse on a submission.

        A submission belongs to the entry whose id is its student's id or its folder's name.
        """
        for key in (submission.student.id, submission.source):
            entry = self.entries.get(key.casefold())
            if entry is not None:
                return msgspec.structs.replace(
                    submission,
                    student=msgspec.structs.replace(
                        submission.student,
                        name=entry.student.name or submission.student.name,
                        email=entry.student.email,
                    ),
                    received_at=entry.received_at or submission.received_at,
                    excused=entry.excused,
                )
        return submission

    def without(self, submissions: Iterable[Submission]) -> list[Student]:
        """The students of whom there is no submission, in the order of the roster."""
        there = {
            key.casefold()
            for submission in submissions
            for key in (submission.student.id, submission.source)
        }
        return [entry.student for key, entry in self.entries.items() if key not in there]

    def has_stated_time(self, submission: Submission) -> bool:
        """Whether the roster itself states when this submission came in."""
        return any(
            (entry := self.entries.get(key.casefold())) is not None
            and entry.received_at is not None
            for key in (submission.student.id, submission.source)
        )


def read_roster(path: Path) -> Roster:
    """Read ``id,name,email,received_at,excused``; all columns but `id` may be left out.

    Raises:
        CourseError: The file cannot be read, a column is unknown, or a line is wrong; the message names it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"the roster {path} cannot be read: {error}") from error
    reader = csv.DictReader(text.splitlines())
    unknown = set(reader.fieldnames or ()) - set(_COLUMNS)
    if "id" not in (reader.fieldnames or ()) or unknown:
        raise CourseError(
            f"{path}: the first line must name columns out of {', '.join(_COLUMNS)}, with id",
            hint=f"unknown: {', '.join(sorted(unknown))}" if unknown else "id is missing",
        )
    entries: dict[str, RosterEntry] = {}
    for row in reader:
        where = f"{path}, line {reader.line_num}"
        student_id = (row["id"] or "").strip()
        if not student_id:
            raise CourseError(f"{where}: the id is empty")
        if student_id.casefold() in entries:
            raise CourseError(f"{where}: '{student_id}' is listed twice")
        entries[student_id.casefold()] = RosterEntry(
            student=Student(
                id=student_id,
                name=(row.get("name") or "").strip(),
                email=(row.get("email") or "").strip(),
            ),
            received_at=_time(row.get("received_at"), where),
            excused=_truth(row.get("excused"), where),
        )
    return Roster(entries)


def _time(text: str | None, where: str) -> datetime | None:
    if not (text or "").strip():
        return None
    try:
        moment = datetime.fromisoformat(str(text).strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CourseError(
            f"{where}: received_at '{text}' is no time with a UTC offset",
            hint="write 2026-12-01T18:30:00+01:00",
        )
    return moment


def _truth(text: str | None, where: str) -> bool:
    match (text or "").strip().casefold():
        case "" | "no" | "false" | "0":
            return False
        case "yes" | "true" | "1":
            return True
        case _:
            raise CourseError(f"{where}: excused is '{text}', neither yes nor no")
