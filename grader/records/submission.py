"""Who handed in what."""

from __future__ import annotations

from datetime import datetime

from grader.records.base import Record


class Student(Record, frozen=True, kw_only=True):
    """A student as the course knows them."""

    id: str
    """Safe as a file name, unique in the class whatever the case of its letters."""
    name: str = ""
    email: str = ""


class SubmittedFile(Record, frozen=True, kw_only=True):
    """One file of a submission."""

    path: str
    """Relative to the submission, with forward slashes."""
    size: int
    """Bytes."""
    sha256: str
    kind: str
    """What its first bytes say it is, whatever its name: ``hdf5``, ``zip``, ``text`` ..."""


class Submission(Record, frozen=True, kw_only=True):
    """What one student handed in."""

    student: Student
    source: str
    """The submitted file's or folder's name."""
    files: tuple[SubmittedFile, ...]
    """Every regular file, in natural order of the paths."""
    skipped: tuple[str, ...] = ()
    """Paths left aside: links, special files, system litter."""
    received_at: datetime | None = None
    excused: bool = False
    """No late penalty applies to this student."""
    sha256: str
    """Over paths and digests of all files: the same hand-in gives the same digest."""
