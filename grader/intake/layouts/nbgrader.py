"""nbgrader: ``submitted/<student>/<assignment>/``, with ``timestamp.txt``."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from grader.errors import UsageError
from grader.intake.layouts import Attempt, Layout, Listing, Part
from grader.intake.layouts.entries import is_file, is_folder, left_out, others
from grader.intake.layouts.times import stamped_time
from grader.intake.naming import is_litter, readable
from grader.records.submission import Identity

_TIMESTAMP = "timestamp.txt"


def recognise(entries: Sequence[Path]) -> Sequence[Path]:
    """Students' folders, where one of them holds an assignment with the time when it was handed in."""
    assignments = {entry: _assignments(entry) for entry in entries if is_folder(entry)}
    stamped = {
        folder.name
        for folders in assignments.values()
        for folder in folders
        if is_file(folder / _TIMESTAMP)
    }
    return [
        entry
        for entry, folders in assignments.items()
        if stamped and (not folders or stamped & {folder.name for folder in folders})
    ]


def read(entries: Sequence[Path]) -> Listing:
    """One attempt for each student.

    Raises:
        UsageError: There are several assignments.
    """
    students = [entry for entry in entries if is_folder(entry)]
    assignments = {entry: _assignments(entry) for entry in students}
    names = sorted({folder.name for folders in assignments.values() for folder in folders})
    if len(names) > 1:
        raise UsageError(
            f"{students[0].parent} holds several assignments: {', '.join(map(readable, names))}",
            hint=f"make a folder of links to one of them: {_links(students[0].parent, names[0])}",
        )
    return Listing(
        attempts=tuple(
            _attempt(student, folders[0]) for student, folders in assignments.items() if folders
        ),
        left_out=(
            *others(entries, students),
            *(left_out(entry, _why_nothing(entry)) for entry in students if not assignments[entry]),
        ),
    )


def _links(folder: Path, assignment: str) -> str:
    here = shlex.quote(str(folder))
    target = f'"$(realpath "$s")"/{shlex.quote(assignment)}'
    return f'mkdir class; for s in {here}/*/; do ln -s {target} class/"$(basename "$s")"; done'


def _assignments(student: Path) -> list[Path]:
    try:
        found = sorted(student.iterdir())
    except OSError:
        return []
    return [entry for entry in found if is_folder(entry) and not is_litter(entry.name)]


def _why_nothing(student: Path) -> str:
    """Why a student's folder holds no assignment: there is nothing in it, or nothing that can be taken."""
    try:
        found = [entry for entry in student.iterdir() if not is_litter(entry.name)]
    except OSError:
        return "unreadable"
    return "no-assignment" if found else "no-files"


def _attempt(student: Path, folder: Path) -> Attempt:
    name = readable(student.name)
    return Attempt(
        source=name,
        parts=(Part(folder),),
        identity=Identity(ids=(name,), names=(name,)),
        received_at=_time(folder / _TIMESTAMP),
    )


def _time(file: Path) -> datetime | None:
    if file.is_symlink() or not is_file(file):
        return None
    try:
        with file.open("rb") as stream:
            return stamped_time(stream.read(200).decode("utf-8", "replace"))
    except OSError:
        return None


LAYOUT = Layout(title="nbgrader course", recognise=recognise, read=read)
