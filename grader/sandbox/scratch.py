"""Folders and files for the time of a run, on the trusted side; an error says where there is no room for them."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from grader.sandbox.cleanup import remove_tree
from grader.storage import storing_temporarily

#: What must find room where a process works, if its failure is to be its own.
_ROOM_BYTES = 1 << 20


def make_folder(purpose: str) -> str:
    """A new folder that whoever asked for it removes.

    Raises:
        StorageError: None can be made.
    """
    with storing_temporarily():
        return tempfile.mkdtemp(prefix=f"grader-{purpose}-")


@contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """A new folder that is removed on leaving.

    Raises:
        StorageError: None can be made.
    """
    folder = make_folder(purpose)
    try:
        yield Path(folder)
    finally:
        remove_tree(folder)


def log_file() -> IO[bytes]:
    """A file without a name for what a process says; on Linux in memory, so that it can say that a disk is full.

    Raises:
        StorageError: None can be made.
    """
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("log", os.MFD_CLOEXEC), "w+b")
    with storing_temporarily():
        return tempfile.TemporaryFile()


def require_room(folder: str) -> None:
    """Make sure that there is still room in a folder that processes work in.

    Raises:
        StorageError: Nothing more can be written there.
    """
    with storing_temporarily(), tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(_ROOM_BYTES))
        file.flush()
