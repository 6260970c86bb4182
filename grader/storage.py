"""What to say when the machine does not let a file be written, read or locked: which, why, and what to do."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from grader.errors import StorageError

Action = Literal["written", "read", "removed", "locked", "used"]
"""What could not be done with a file or folder."""


class _Trouble(NamedTuple):
    cause: str
    fix: str


_FULL = "make room there"
_ANOTHER = "name a folder that can be written to"
_SHARE = "look at the disk, or connect the share again"
_LOCAL = "name a folder on a disk of this machine, and copy it to the share afterwards"

_TROUBLES = {
    errno.ENOSPC: _Trouble("no space is left on the disk", _FULL),
    errno.EDQUOT: _Trouble("the disk quota is used up", _FULL),
    errno.EROFS: _Trouble("the file system is read-only", _ANOTHER),
    errno.EACCES: _Trouble("permission denied", f"get the permission, or {_ANOTHER}"),
    errno.EPERM: _Trouble("the system does not permit it", f"get the permission, or {_ANOTHER}"),
    errno.EIO: _Trouble("the disk or the share reports an error", _SHARE),
    errno.ESTALE: _Trouble("the share has changed or is gone", _SHARE),
    errno.ENOTCONN: _Trouble("the share is not connected", _SHARE),
    errno.EHOSTDOWN: _Trouble("the share does not answer", _SHARE),
    errno.ENODEV: _Trouble("the disk is gone", _SHARE),
    errno.ENXIO: _Trouble("the disk is gone", _SHARE),
    errno.ENOLCK: _Trouble("its file system has no locks", _LOCAL),
    errno.EOPNOTSUPP: _Trouble("its file system cannot do that", _LOCAL),
    errno.ENOSYS: _Trouble("its file system cannot do that", _LOCAL),
    errno.EFBIG: _Trouble("the file is too large for its file system", _ANOTHER),
}

#: Errors of a disk, whatever file they come with.
_OF_DISKS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})

_AGAIN = "then give the same command again"
_ELSEWHERE = "or let the variable TMPDIR name another folder"


def is_storage_trouble(error: OSError) -> bool:
    """Whether an error is of the machine: a disk's, or a refusal of a file that it names."""
    return error.errno in _OF_DISKS or (error.errno in _TROUBLES and error.filename is not None)


def storage_error(
    error: OSError, path: str | Path | None = None, action: Action = "written"
) -> StorageError:
    """The error that tells what the machine refused, and what can be done.

    Args:
        error: What the system said.
        path: The file or folder it is about; None takes the one that the error names.
        action: What could not be done with it.
    """
    named = path if path is not None else error.filename
    subject = "the output" if named is None else os.fsdecode(named)
    cause, fix = _trouble(error)
    return StorageError(f"{subject} cannot be {action}: {cause}", hint=f"{fix}, {_AGAIN}")


@contextmanager
def storing(path: str | Path, action: Action = "written") -> Iterator[None]:
    """Tell any error of the system within as one about `path`.

    Raises:
        StorageError: There was one.
    """
    try:
        yield
    except OSError as error:
        raise storage_error(error, path, action) from error


@contextmanager
def storing_temporarily() -> Iterator[None]:
    """Tell any error of the system within as one about the folder for temporary files.

    Raises:
        StorageError: There was one.
    """
    try:
        yield
    except OSError as error:
        cause, fix = _trouble(error)
        where = tempfile.tempdir or os.environ.get("TMPDIR") or "/tmp"  # noqa: S108  (a name to show)
        raise StorageError(
            f"the folder for temporary files, {os.fsdecode(where)}, cannot be written to: {cause}",
            hint=f"{fix}, {_ELSEWHERE}, {_AGAIN}",
        ) from error


def _trouble(error: OSError) -> _Trouble:
    told = error.strerror or str(error)
    return _TROUBLES.get(error.errno or 0, _Trouble(told[:1].lower() + told[1:], "see to it"))
