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


class Identity(Record, frozen=True, kw_only=True):
    """What is known of a person before anyone was looked up on a roster."""

    ids: tuple[str, ...] = ()
    """Whatever names one person and no other: student numbers, numbers of an LMS, logins, e-mail addresses."""
    names: tuple[str, ...] = ()
    """The person's name as it was written, in whichever order: ``Testfrau, Anna``."""


class LeftOut(Record, frozen=True, kw_only=True):
    """Something among the submissions that is none."""

    name: str
    """Of the file or folder."""
    reason: str
    """Key of the catalogues' ``[left-out]``: ``system-file``, ``document``, ``no-owner`` ..."""
    identity: Identity = Identity()
    """Whose it is, where something besides its name says so."""


class SubmittedFile(Record, frozen=True, kw_only=True):
    """One file of a submission."""

    path: str
    """Relative to the submission, with forward slashes."""
    size: int
    """Bytes."""
    sha256: str
    kind: str
    """What its first bytes say it is, whatever its name: ``hdf5``, ``zip``, ``text`` ..."""


class Companions(Record, frozen=True, kw_only=True):
    """What belongs to a submitted file, so that they are one thing together."""

    files: tuple[SubmittedFile, ...] = ()
    """The other files, those that fit best first."""
    sources: tuple[SubmittedFile, ...] = ()
    """Files that may build what it lacks, such as scripts and what they read; used only where it is not whole."""
    names: tuple[str, ...] = ()
    """Names under which the whole counts besides the file's own, as if it were one file: ``mnist.keras``."""
    incomplete: bool = False
    """Whether the file is by its name a part of something, and the rest is not there."""


class Submission(Record, frozen=True, kw_only=True):
    """What one student handed in."""

    student: Student
    source: str
    """The submitted file's or folder's name."""
    files: tuple[SubmittedFile, ...]
    """Every regular file, in natural order of the paths."""
    skipped: tuple[str, ...] = ()
    """Paths left aside: links, special files, system litter."""
    unreadable: tuple[str, ...] = ()
    """Paths of files and folders that the grader may not read; no fault of the student's."""
    identity: Identity = Identity()
    """What the folder's layout says about who handed it in."""
    received_at: datetime | None = None
    time_stated: bool = False
    """Whether `received_at` was stated by an LMS or a roster, not taken from the files."""
    marked_late: bool = False
    """Whether an LMS says that it came late, without saying when."""
    attempt: int | None = None
    """Its place among the attempts of one person, where an LMS counts them."""
    attempts: tuple[str, ...] = ()
    """Names of all attempts of the person in the order they came, this one's among them; empty where it is alone."""
    stored_as: str = ""
    """The name its evidence is stored under, where that is not the student's id."""
    absent: bool = False
    """Whether it stands for somebody on the roster of whom no submission was found."""
    excused: bool = False
    """No late penalty applies to this student."""
    sha256: str
    """Over paths and digests of all files: the same hand-in gives the same digest."""

    @property
    def evidence_id(self) -> str:
        """The name its evidence is stored under."""
        return self.stored_as or self.student.id
