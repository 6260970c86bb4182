"""Trainings of runs as written, kept in a folder so that a run that was ended goes on where it stopped.

What is kept are bytes from the process that ran student code: they are stored and given back to runs of the very same
files, and never looked into.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from grader.errors import StorageError
from grader.evidence.code.kept_protocol import LARGEST_BYTES
from grader.files import make_folder, read_if_there, write_whole

#: Bytes of all trainings of one submission.
MOST_BYTES = 500 << 20

#: Trainings of one submission.
_MOST = 2_000

#: Raised when what is kept no longer fits runs of the same code.
_FORMAT = 1

_KEY = re.compile(r"[0-9a-f]{64}")
_ENDING = ".training"
_DIGEST_BYTES = hashlib.sha256().digest_size


def code_digest(
    files: Mapping[str, Path], beside: Mapping[str, Path], served: Iterable[str]
) -> str:
    """What two runs share that may share trainings.

    Args:
        files: What the student calls each script and notebook, and where it lies.
        beside: Likewise of what lies beside them.
        served: Names of the data that are served.
    """
    digest = hashlib.sha256(f"{_FORMAT}".encode())
    for group in (files, beside):
        for name, path in sorted(group.items()):
            with path.open("rb") as source:
                content = hashlib.file_digest(source, "sha256").hexdigest()
            digest.update(f"\n{name!r} {content}".encode("utf-8", "replace"))
        digest.update(b"\n--")
    digest.update("\n".join(sorted(served)).encode())
    return digest.hexdigest()


class KeptTrainings:
    """The trainings of one submission in a folder of trainings.

    Args:
        folder: Those of all submissions; it is made.
        code: What `code_digest` says of the submission.
        report: What becomes of the trainings.
    """

    def __init__(self, folder: Path, code: str, report: ResumeReport) -> None:
        self._folder = folder / code
        self._report = report
        self._bytes, self._count = self._occupied()

    def find(self, key: str) -> bytes | None:
        """What was kept of a training; None where nothing was, or where it is damaged.

        Args:
            key: As the process says it.
        """
        path = self._path(key)
        if path is None:
            return None
        try:
            found = read_if_there(path)
        except StorageError as error:
            self._report.problem(str(error))
            return None
        if found is None:
            return None
        digest, data = found[:_DIGEST_BYTES], found[_DIGEST_BYTES:]
        if not data or hashlib.sha256(data).digest() != digest:
            self._report.problem(f"{path} is damaged: that training was done again")
            self._remove(path, len(found))
            return None
        self._report.found(key)
        return data

    def takes(self, key: str, size: int) -> bool:
        """Whether a training is to be kept; one for which there is no room is counted as left out.

        Args:
            key: As the process says it.
            size: In bytes.
        """
        if self._path(key) is None or size <= 0:
            return False
        stored = size + _DIGEST_BYTES
        has_room = size <= LARGEST_BYTES and self._bytes + stored <= MOST_BYTES
        if not has_room or self._count >= _MOST:
            self._report.was_left_out(key)
            return False
        return True

    def keep(self, key: str, data: bytes) -> None:
        """Keep a training. Where it cannot be written, the report says so.

        Args:
            key: As the process says it.
            data: At least one byte of what `takes` was asked about.
        """
        path = self._path(key)
        if path is None or not data:
            return
        if path.exists():
            self._remove(path, path.stat().st_size)
        try:
            write_whole(path, hashlib.sha256(data).digest() + data)
        except StorageError as error:
            self._report.problem(str(error))
            return
        self._bytes += len(data) + _DIGEST_BYTES
        self._count += 1
        self._report.was_kept(key)

    def _path(self, key: str) -> Path | None:
        """The file of a training; None for what is no key."""
        return self._folder / f"{key}{_ENDING}" if _KEY.fullmatch(key) else None

    def _remove(self, path: Path, size: int) -> None:
        with suppress(OSError):
            path.unlink()
            self._bytes -= size
            self._count -= 1

    def _occupied(self) -> tuple[int, int]:
        """Bytes and number of the trainings that are there."""
        sizes: list[int] = []
        with suppress(OSError):
            sizes += [path.stat().st_size for path in self._folder.glob(f"*{_ENDING}")]
        return sum(sizes), len(sizes)


class ResumeReport:
    """What became of trainings that are kept."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        """What was wrong in the folder, as sentences."""
        self._found: set[str] = set()
        self._kept: set[str] = set()
        self._left_out: set[str] = set()

    @property
    def taken(self) -> int:
        """How many were there before and did not have to be done again."""
        return len(self._found - self._kept)

    @property
    def kept(self) -> int:
        """How many were added."""
        return len(self._kept)

    @property
    def left_out(self) -> int:
        """How many were not kept, since there was no room."""
        return len(self._left_out)

    def found(self, key: str) -> None:
        """A training was given to the process."""
        self._found.add(key)

    def was_kept(self, key: str) -> None:
        """A training was added."""
        self._kept.add(key)

    def was_left_out(self, key: str) -> None:
        """There was no room for a training."""
        if len(self._left_out) < _MOST:
            self._left_out.add(key)

    def problem(self, text: str) -> None:
        """Something was wrong in the folder; said once."""
        if text not in self.problems and len(self.problems) < 10:
            self.problems.append(text)


class ResumeFolder:
    """A folder in which trainings of runs are kept.

    Args:
        path: The folder.

    Raises:
        StorageError: It cannot be made.
    """

    def __init__(self, path: Path) -> None:
        make_folder(path)
        self.path = path
        self.report = ResumeReport()

    def trainings(
        self, files: Mapping[str, Path], beside: Mapping[str, Path], served: Iterable[str]
    ) -> KeptTrainings:
        """The trainings of one submission; see `code_digest`."""
        return KeptTrainings(self.path, code_digest(files, beside, served), self.report)

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
