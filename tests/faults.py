"""A disk that fails: every way the grader writes below a folder is counted, and fails from a given one on."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

#: What disks and shares say.
ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO)

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass
class Disk:
    """The disk below a folder."""

    root: Path
    fails_at: int = -1
    """The operation, counted from 0, from which on every one fails; negative for a disk that never does."""
    error: int = errno.ENOSPC
    operations: list[str] = field(default_factory=list)
    """What was written to it, in order."""
    _open: set[int] = field(default_factory=set)

    def holds(self, path: Any) -> bool:
        """Whether a path is on it."""
        return isinstance(path, str | os.PathLike) and Path(path).absolute().is_relative_to(
            self.root
        )

    def strike(self, operation: str, path: Any) -> None:
        """Count an operation; raise its error if the disk fails by now."""
        self.operations.append(operation)
        if 0 <= self.fails_at < len(self.operations):
            raise OSError(self.error, os.strerror(self.error), os.fspath(path))


@contextmanager
def failing_disk(root: Path, *, fails_at: int = -1, error: int = errno.ENOSPC) -> Iterator[Disk]:
    """Have all writing below `root` go over a disk that fails from an operation on.

    What is not written through the calls of `os` that are watched here would not be tested, and is refused.
    """
    disk = Disk(root.absolute(), fails_at, error)
    real = {name: getattr(os, name) for name in ("open", "write", "fsync", "close")}

    def watched_open(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if not (flags & _WRITING and disk.holds(path)):
            return int(real["open"](path, flags, *more, **named))
        disk.strike("open", path)
        descriptor = int(real["open"](path, flags, *more, **named))
        disk._open.add(descriptor)
        return descriptor

    def watched(name: str) -> Callable[..., Any]:
        def call(descriptor: int, *more: Any) -> Any:
            if descriptor in disk._open:
                disk.strike(name, root)
            return real[name](descriptor, *more)

        return call

    def watched_close(descriptor: int) -> None:
        disk._open.discard(descriptor)
        real["close"](descriptor)

    def on_path(name: str) -> Callable[..., Any]:
        original = getattr(os, name)

        def call(path: Any, *more: Any, **named: Any) -> Any:
            # A full disk lets files go, and the leftovers of a write are no write.
            if disk.holds(path) and not (name == "unlink" and str(path).endswith(".tmp")):
                disk.strike(name, path)
            return original(path, *more, **named)

        return call

    original_io = io.open

    def refused(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if set(mode) & set("wax+") and disk.holds(file):
            pytest.fail(f"{file} is written past the disk")
        return original_io(file, mode, *more, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", watched_open)
        patch.setattr(os, "write", watched("write"))
        patch.setattr(os, "fsync", watched("fsync"))
        patch.setattr(os, "close", watched_close)
        for name in ("replace", "mkdir", "unlink", "rmdir"):
            patch.setattr(os, name, on_path(name))
        patch.setattr(io, "open", refused)
        yield disk
