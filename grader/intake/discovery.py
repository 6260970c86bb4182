"""Find the submissions of a class in a folder, however it is laid out, and describe their files."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import msgspec

from grader.errors import UsageError
from grader.intake.layouts import Attempt, Part, layout, recognise
from grader.intake.naming import is_litter, natural_key, readable, safe_id, stem, unique_ids
from grader.intake.sniffing import sniff
from grader.records.submission import Identity, LeftOut, Student, Submission, SubmittedFile

MAX_FILES = 5_000
MAX_FILE_BYTES = 2 << 30
_MAX_DEPTH = 100
#: Times outside of these say nothing: nobody handed anything in then, and no calendar can count from them.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LocatedSubmission:
    """A submission and where it lies."""

    submission: Submission
    root: Path
    """The submitted folder, or the folder of the submitted file."""
    names: dict[str, str] = field(default_factory=dict)
    """Where files are that are shown under another name: relative to `root`, or absolute."""

    def path_of(self, file: str) -> Path:
        """Where one of the submission's files lies."""
        return self.root / self.names.get(file, file)


#: The layout of a class of one: a file that was handed over directly.
FILE = "file"


@dataclass(frozen=True)
class LocatedClass:
    """The submissions of a class, and what lies beside them."""

    layout: str
    """The name of the layout they were found in; `FILE` for a file."""
    submissions: tuple[LocatedSubmission, ...]
    left_out: tuple[LeftOut, ...] = ()
    texts: int = 0
    """How many online texts were among them."""
    times_without_zone: int = 0
    """How many times of an LMS were not taken because nothing says in which zone they are."""


def locate_class(
    folder: Path, *, layout_name: str = "", timezone: tzinfo | None = None
) -> LocatedClass:
    """Find every attempt in `folder`, in natural order of the names.

    Args:
        folder: Of submissions; a file handed over directly is a class of one.
        layout_name: How the folder is laid out; empty finds out.
        timezone: Of times that an LMS states without a zone; None takes no such time.

    Raises:
        UsageError: `folder` does not exist or cannot be read, or nothing in it is a submission.
        UnknownNameError: There is no layout of that name.
    """
    if not folder.exists():
        raise UsageError(f"{folder} does not exist", hint="name a folder of submissions or a file")
    if folder.is_file():
        return LocatedClass(layout=FILE, submissions=(find_submission(folder),))
    place = recognise(folder, layout_name=layout_name)
    listing = layout(place.layout).read(place.entries.usable)
    left_out = (*place.entries.left_out, *listing.left_out)
    if not listing.attempts:
        beside = f"; only {', '.join(item.name for item in left_out[:5])}" if left_out else ""
        raise UsageError(
            f"{folder} holds no submissions{beside}",
            hint="it should hold one folder or one file per student",
        )
    ids = unique_ids(
        (next(iter(attempt.identity.ids), attempt.source), attempt.source)
        for attempt in listing.attempts
    )
    timed = [_without_absurd_time(attempt) for attempt in listing.attempts]
    attempts = [_in_zone(attempt, timezone) for attempt in timed]
    unread = sum(attempt.received_at is not None for attempt in timed) - sum(
        attempt.received_at is not None for attempt in attempts
    )
    return LocatedClass(
        layout=place.layout,
        submissions=tuple(map(_read, attempts, ids)),
        left_out=left_out,
        texts=listing.texts,
        times_without_zone=unread,
    )


def _without_absurd_time(attempt: Attempt) -> Attempt:
    """The attempt without a time at which nobody can have handed it in."""
    time = attempt.received_at
    if time is None or _EARLIEST <= (time if time.tzinfo else time.replace(tzinfo=UTC)) < _LATEST:
        return attempt
    return replace(attempt, received_at=None)


def _in_zone(attempt: Attempt, timezone: tzinfo | None) -> Attempt:
    """The attempt with a time that has a zone, or with none."""
    time = attempt.received_at
    if time is None or time.tzinfo is not None:
        return attempt
    return replace(attempt, received_at=time.replace(tzinfo=timezone) if timezone else None)


def find_class(folder: Path) -> list[LocatedSubmission]:
    """The submissions that `locate_class` finds."""
    return list(locate_class(folder).submissions)


def find_submission(path: Path) -> LocatedSubmission:
    """The submission of one student: a folder or a file.

    Raises:
        UsageError: `path` does not exist.
    """
    if not path.exists():
        raise UsageError(f"{path} does not exist", hint="name the folder or the file to hand in")
    is_file = path.is_file()
    name = stem(path.resolve().name) if is_file else path.resolve().name
    attempt = Attempt(
        source=readable(path.name),
        parts=(Part(path, readable(path.name)) if is_file else Part(path),),
        identity=Identity(
            ids=(readable(name),), names=(readable(stem(path.name) if is_file else path.name),)
        ),
    )
    return _read(attempt, safe_id(name))


def missing_submissions(
    students: Sequence[Student], located: Sequence[LocatedSubmission]
) -> list[LocatedSubmission]:
    """Empty submissions of the students on the roster who submitted nothing, with ids that no other has."""
    taken = [item.submission.student.id for item in located]
    names = [(name, name) for name in [*taken, *(student.id for student in students)]]
    nothing = hashlib.sha256().hexdigest()
    return [
        LocatedSubmission(
            submission=Submission(
                student=msgspec.structs.replace(student, id=student_id),
                source=student.id,
                files=(),
                absent=True,
                sha256=nothing,
            ),
            root=Path(),
        )
        for student, student_id in zip(students, unique_ids(names)[len(taken) :], strict=True)
    ]


def _read(attempt: Attempt, student_id: str) -> LocatedSubmission:
    reader = _FileReader(attempt)
    files = sorted(reader.files, key=lambda file: natural_key(file.path))
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0{file.sha256}\n".encode())
    for path in reader.unreadable:
        digest.update(f"{path}\0unreadable\n".encode())
    newest = datetime.fromtimestamp(int(reader.newest), UTC) if reader.newest else None
    submission = Submission(
        student=Student(id=student_id, name=next(iter(attempt.identity.names), attempt.source)),
        source=attempt.source,
        identity=attempt.identity,
        files=tuple(files),
        skipped=tuple(sorted(map(readable, reader.skipped))),
        unreadable=tuple(sorted(map(readable, reader.unreadable))),
        received_at=attempt.received_at or newest,
        time_stated=attempt.received_at is not None,
        marked_late=attempt.marked_late,
        attempt=attempt.number,
        sha256=digest.hexdigest(),
    )
    return LocatedSubmission(submission=submission, root=reader.root, names=reader.names)


class _FileReader:
    """Describes the files of one submission.

    Args:
        attempt: What was handed in; what one part alone holds is named relative to it. The parts themselves may be
            links, which are the instructor's; links in them are the student's.
    """

    def __init__(self, attempt: Attempt) -> None:
        self._source = attempt.source
        parts = [replace(part, path=_followed(part.path)) for part in attempt.parts]
        first = parts[0].path if parts else Path()
        self.root = first if len(parts) == 1 and not parts[0].name else first.parent
        self.files: list[SubmittedFile] = []
        self.skipped: list[str] = []
        self.unreadable: list[str] = []
        self.names: dict[str, str] = {}
        """Where files are that are shown under another name: relative to `root`, or absolute."""
        self.newest = 0.0
        """The newest time of the files that can be theirs, in seconds since 1970; 0 where there is none."""
        for part in parts:
            self._read(part.path, part.name)

    def _read(self, path: Path, name: str) -> None:
        """Describe a file, or all files of a folder; links in it are noted, never followed."""
        try:
            info = path.lstat()
            if stat.S_ISDIR(info.st_mode) and name.count("/") < _MAX_DEPTH:
                for entry in _entries(path):
                    self._read(entry, f"{name}/{entry.name}" if name else entry.name)
            elif stat.S_ISREG(info.st_mode):
                self._read_file(path, name, info)
            else:
                self.skipped.append(name)
        except OSError:  # no permission to read it
            self.unreadable.append(name or self._source)

    def _read_file(self, path: Path, name: str, info: os.stat_result) -> None:
        if info.st_size > MAX_FILE_BYTES or len(self.files) >= MAX_FILES:
            self.skipped.append(name)
            return
        file = describe(path, readable(name), info.st_size)
        self.files.append(file)
        if self.root / file.path != path:
            below = path.is_relative_to(self.root)
            self.names[file.path] = (
                path.relative_to(self.root).as_posix() if below else str(path.absolute())
            )
        if info.st_mtime < _LATEST.timestamp():
            self.newest = max(self.newest, info.st_mtime)


def _followed(path: Path) -> Path:
    """Where a part lies; a link among the submissions is the instructor's, and leads there."""
    try:
        return path.resolve() if path.is_symlink() else path
    except (OSError, RuntimeError):
        return path


def _entries(folder: Path) -> Iterator[Path]:
    """What lies in a folder and was made by a person."""
    return (entry for entry in sorted(folder.iterdir()) if not is_litter(entry.name))


def describe(path: Path, relative: str, size: int) -> SubmittedFile:
    """A file's size, digest and kind, without parsing it.

    Args:
        path: Where it lies.
        relative: The name it is shown under.
        size: Bytes.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        kind = sniff(stream)
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return SubmittedFile(path=relative, size=size, sha256=digest, kind=kind)
