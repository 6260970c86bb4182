"""Find the submissions in a folder: one folder or one file per student, or a single file."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader.errors import UsageError
from grader.intake.naming import natural_key, readable, safe_id, unique_ids
from grader.intake.sniffing import sniff
from grader.records.submission import Student, Submission, SubmittedFile

#: Files of ours that may lie among the submissions.
RESERVED_FILES = frozenset({"samples.toml", "roster.csv"})
_LITTER = frozenset({"__macosx", "__pycache__", "thumbs.db", "desktop.ini"})

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


def find_class(folder: Path) -> list[LocatedSubmission]:
    """Find every submission in `folder`, in natural order of the students' names.

    A sub-folder is a student, and so is a file beside them. A file handed over directly is a class of one.

    Raises:
        UsageError: `folder` does not exist, or nothing in it is a submission.
    """
    if not folder.exists():
        raise UsageError(f"{folder} does not exist", hint="name a folder of submissions or a file")
    if folder.is_file():
        return [find_submission(folder)]
    entries = sorted(
        (entry for entry in folder.iterdir() if _is_submission(entry)),
        key=lambda entry: natural_key(entry.name),
    )
    if not entries:
        raise UsageError(
            f"{folder} holds no submissions",
            hint="it should hold one folder or one file per student",
        )
    ids = unique_ids(
        (entry.name if entry.is_dir() else entry.stem, entry.name) for entry in entries
    )
    return [_read(entry, student_id) for entry, student_id in zip(entries, ids, strict=True)]


def find_submission(path: Path) -> LocatedSubmission:
    """The submission of one student: a folder or a file.

    Raises:
        UsageError: `path` does not exist.
    """
    if not path.exists():
        raise UsageError(f"{path} does not exist", hint="name the folder or the file to hand in")
    name = path.resolve().stem if path.is_file() else path.resolve().name
    return _read(path, safe_id(name))


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


def _is_submission(entry: Path) -> bool:
    if _is_litter(entry.name) or entry.name in RESERVED_FILES or entry.is_symlink():
        return False
    if entry.is_dir():
        is_run = (entry / "run.json").exists() and (entry / "evidence").is_dir()
        return not is_run
    return entry.is_file()


def _is_litter(name: str) -> bool:
    return name.startswith(".") or name.casefold() in _LITTER


def _read(path: Path, student_id: str) -> LocatedSubmission:
    root = path if path.is_dir() else path.parent
    files: list[SubmittedFile] = []
    skipped: list[str] = []
    names: dict[str, str] = {}
    newest = 0.0
    for candidate in [path] if path.is_file() else _walk(path, skipped):
        relative = candidate.relative_to(root).as_posix()
        info = candidate.lstat()
        if (
            not stat.S_ISREG(info.st_mode)
            or info.st_size > MAX_FILE_BYTES
            or len(files) >= MAX_FILES
        ):
            skipped.append(relative)
            continue
        try:
            files.append(describe(candidate, readable(relative), info.st_size))
        except OSError:  # no permission to read it
            skipped.append(relative)
            continue
        if readable(relative) != relative:
            names[readable(relative)] = relative
        newest = max(newest, info.st_mtime)
    files.sort(key=lambda file: natural_key(file.path))
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0{file.sha256}\n".encode())
    submission = Submission(
        student=Student(id=student_id, name=readable(path.name if path.is_dir() else path.stem)),
        source=readable(path.name),
        files=tuple(files),
        skipped=tuple(sorted(map(readable, skipped))),
        received_at=datetime.fromtimestamp(int(newest), UTC) if newest else None,
        sha256=digest.hexdigest(),
    )
    return LocatedSubmission(submission=submission, root=root, names=names)


def _walk(folder: Path, skipped: list[str], root: Path | None = None) -> Iterator[Path]:
    """Every file below `folder` that is no litter; links are noted, never followed."""
    root = root or folder
    try:
        entries = sorted(folder.iterdir())
    except OSError:  # no permission to list it
        skipped.append(folder.relative_to(root).as_posix())
        return
    for entry in entries:
        if _is_litter(entry.name):
            continue
        if entry.is_symlink():
            skipped.append(entry.relative_to(root).as_posix())
        elif entry.is_dir():
            yield from _walk(entry, skipped, root)
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
