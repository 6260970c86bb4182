"""A lock on a file, held by one process at a time and gone with it, however it ends."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from grader.storage import storage_error, storing

_BUSY = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES})


class LockedError(Exception):
    """Another process holds the lock."""


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the lock on a file, which is made where it does not exist.

    Raises:
        LockedError: Another process holds it.
        StorageError: The file cannot be written, or its file system has no locks.
    """
    with storing(file):
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, file)
        yield
    finally:
        os.close(descriptor)


def is_locked(file: Path) -> bool:
    """Whether another process holds the lock on a file. Nothing is written; what cannot be found out is no."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _take(descriptor, shared=True)
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _lock(descriptor: int, file: Path) -> None:
    try:
        free = _take(descriptor, shared=False)
    except OSError as error:
        raise storage_error(error, file, "locked") from error
    if not free:
        raise LockedError


def _take(descriptor: int, *, shared: bool) -> bool:
    """Take a lock, beside other shared ones or alone; False where another process is in the way."""
    try:
        import fcntl
    except ImportError:  # Windows: no advisory locks in the standard library
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        raise
    return True
