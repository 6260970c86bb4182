"""Files that are written whole or not at all, and read where they are there."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from grader.storage import storing

_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
_TEMPORARY = ".tmp"


def write_whole(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write a file so that there is all of it or what was there before: to a temporary name, then renamed.

    What is no regular file, such as a terminal or a pipe, is written to as it is; a link stays one.

    Args:
        path: The file; its folder is made.
        data: What it holds.
        durable: Whether it is on the disk, not only on its way there, before it has its name.

    Raises:
        StorageError: It cannot be written; nothing of it is left.
    """
    make_folder(path.parent)
    with storing(path):
        if path.exists() and not path.is_file():
            _write(os.open(path, os.O_WRONLY), data, durable=False)
            return
        target = path.resolve() if path.is_symlink() else path
        temporary = target.with_name(f".{target.name}.{os.getpid()}{_TEMPORARY}")
        try:
            _write(os.open(temporary, _NEW, 0o666), data, durable=durable)
            os.replace(temporary, target)  # noqa: PTH105  (beside the other calls of the system)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
            raise


def write_changed(path: Path, data: bytes, *, durable: bool = False) -> bool:
    """As `write_whole`, but a file that holds `data` already is not touched. True where it changed.

    Raises:
        StorageError: It cannot be written, or what is there cannot be read.
    """
    if read_if_there(path) == data:
        return False
    write_whole(path, data, durable=durable)
    return True


def make_folder(path: Path, *, mode: int = 0o777) -> None:
    """Make a folder and those above it, where they are not there.

    Args:
        path: The folder.
        mode: Who may enter it, if it is made here.

    Raises:
        StorageError: It cannot be made.
    """
    with storing(path):
        if not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir(mode=mode, exist_ok=True)


def read_if_there(path: Path) -> bytes | None:
    """The contents of a file; None where there is no such file.

    Raises:
        StorageError: It cannot be read.
    """
    with storing(path, "read"):
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed program left half written below `folder`.

    Raises:
        StorageError: It cannot be removed.
    """
    with storing(folder):
        for leftover in folder.rglob(f".*{_TEMPORARY}"):
            leftover.unlink(missing_ok=True)


def _write(descriptor: int, data: bytes, *, durable: bool) -> None:
    """Write all of `data` and close the file."""
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
