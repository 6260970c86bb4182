"""Find the submissions of a class in a folder, however it is laid out, and describe their files."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader.errors import UsageError
from grader.intake.layouts import Attempt, LeftOut, Part, layout, recognise
from grader.intake.naming import is_litter, natural_key, readable, safe_id, unique_ids
from grader.intake.sniffing import sniff
from grader.records.submission import Identity, Student, Submission, SubmittedFile

MAX_FILES = 5_000
MAX_FILE_BYTES = 2 << 30


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


@dataclass(frozen=True)
class LocatedClass:
    """The submissions of a class, and what lies beside them."""

    layout: str
    """The name of the layout they were found in."""
    submissions: tuple[LocatedSubmission, ...]
    left_out: tuple[LeftOut, ...] = ()
    texts: int = 0
    """How many online texts were among them."""


def locate_class(folder: Path, *, layout_name: str = "") -> LocatedClass:
    """Find every attempt in `folder`, in natural order of the names.

    Args:
        folder: Of submissions; a file handed over directly is a class of one.
        layout_name: How the folder is laid out; empty finds out.

    Raises:
        UsageError: `folder` does not exist, or nothing in it is a submission.
        UnknownNameError: There is no layout of that name.
    """
    if not folder.exists():
        raise UsageError(f"{folder} does not exist", hint="name a folder of submissions or a file")
    if folder.is_file():
        return LocatedClass(layout="file", submissions=(find_submission(folder),))
    name = layout_name or recognise(folder)
    listing = layout(name).read(folder)
    if not listing.attempts:
        raise UsageError(
            f"{folder} holds no submissions",
            hint="it should hold one folder or one file per student",
        )
    ids = unique_ids(
        (next(iter(attempt.identity.ids), attempt.source), attempt.source)
        for attempt in listing.attempts
    )
    submissions = tuple(map(_read, listing.attempts, ids))
    return LocatedClass(name, submissions, listing.left_out, listing.texts)


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
    name = path.resolve().stem if is_file else path.resolve().name
    attempt = Attempt(
        source=readable(path.name),
        parts=(Part(path, readable(path.name)) if is_file else Part(path),),
        identity=Identity(
            ids=(readable(name),), names=(readable(path.stem if is_file else path.name),)
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
                sha256=nothing,
            ),
            root=Path(),
        )
        for student, student_id in zip(students, unique_ids(names)[len(taken) :], strict=True)
    ]


def _read(attempt: Attempt, student_id: str) -> LocatedSubmission:
    reader = _FileReader(attempt.parts)
    for part in attempt.parts:
        reader.read(part)
    files = sorted(reader.files, key=lambda file: natural_key(file.path))
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0{file.sha256}\n".encode())
    newest = datetime.fromtimestamp(int(reader.newest), UTC) if reader.newest else None
    submission = Submission(
        student=Student(id=student_id, name=next(iter(attempt.identity.names), attempt.source)),
        source=attempt.source,
        identity=attempt.identity,
        files=tuple(files),
        skipped=tuple(sorted(map(readable, reader.skipped))),
        received_at=attempt.received_at or newest,
        time_stated=attempt.received_at is not None,
        marked_late=attempt.marked_late,
        sha256=digest.hexdigest(),
    )
    return LocatedSubmission(submission=submission, root=reader.root, names=reader.names)


class _FileReader:
    """Describes the files of one submission.

    Args:
        parts: Where they lie; what one part alone holds is named relative to it.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        first = parts[0].path
        self.root = first if len(parts) == 1 and first.is_dir() else first.parent
        self.files: list[SubmittedFile] = []
        self.skipped: list[str] = []
        self.names: dict[str, str] = {}
        """Where files are that are shown under another name: relative to `root`, or absolute."""
        self.newest = 0.0

    def read(self, part: Part) -> None:
        """Describe a file, or all files of a folder."""
        if not part.path.is_dir():
            self._read_file(part.path, part.name)
            return
        before = f"{part.name}/" if part.name else ""
        for path in self._walk(part.path, before, part.path):
            self._read_file(path, before + path.relative_to(part.path).as_posix())

    def _read_file(self, path: Path, name: str) -> None:
        info = path.lstat()
        too_much = info.st_size > MAX_FILE_BYTES or len(self.files) >= MAX_FILES
        if not stat.S_ISREG(info.st_mode) or too_much:
            self.skipped.append(name)
            return
        try:
            file = describe(path, readable(name), info.st_size)
        except OSError:  # no permission to read it
            self.skipped.append(name)
            return
        self.files.append(file)
        if self.root / file.path != path:
            below = path.is_relative_to(self.root)
            self.names[file.path] = (
                path.relative_to(self.root).as_posix() if below else str(path.absolute())
            )
        self.newest = max(self.newest, info.st_mtime)

    def _walk(self, folder: Path, before: str, root: Path) -> Iterator[Path]:
        """Every file below `folder` that is no litter; links are noted, never followed."""
        try:
            entries = sorted(folder.iterdir())
        except OSError:  # no permission to list it
            self.skipped.append(before + folder.relative_to(root).as_posix())
            return
        for entry in entries:
            if is_litter(entry.name):
                continue
            if entry.is_symlink():
                self.skipped.append(before + entry.relative_to(root).as_posix())
            elif entry.is_dir():
                yield from self._walk(entry, before, root)
            else:
                yield entry


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
