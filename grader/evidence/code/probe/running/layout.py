"""The submitted files, laid out below the working folder as they were handed in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path, PurePosixPath

from grader.evidence.code.protocol import SourceFile
from grader.evidence.code.run_record import FileWritten

_MOST = 200


def lay_out(root: Path, files: Iterable[SourceFile]) -> None:
    """Put each file where the student had it, below `root`."""
    for item in files:
        parts = [part for part in PurePosixPath(item.file).parts if part not in ("/", "..", ".")]
        target = root.joinpath(*parts)
        with suppress(OSError, ValueError):  # a name no file system takes
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(item.path, target)


def written_below(root: Path, before: Iterable[str]) -> tuple[FileWritten, ...]:
    """The files below `root` that were not there before."""
    known = set(before)
    found = ((name, size) for name, size in _files(root) if name not in known)
    return tuple(FileWritten(path=name, size_bytes=size) for name, size in islice(found, _MOST))


def names_below(root: Path) -> tuple[str, ...]:
    """The files below `root`, by their paths from there."""
    return tuple(name for name, _ in _files(root))


def _files(root: Path) -> Iterator[tuple[str, int]]:
    for folder, _, names in os.walk(root):
        for name in sorted(names):
            path = Path(folder, name)
            with suppress(OSError):
                yield path.relative_to(root).as_posix(), path.stat().st_size
