"""Bytes that several processes read and none can change."""

from __future__ import annotations

import mmap
import os
import sys
import tempfile
import weakref


class SealedMemfd:
    """A file without a name whose content is fixed from the moment it exists.

    Made once for data that many boxes get; passing it on copies nothing.

    Args:
        data: The content; any buffer of contiguous bytes.
    """

    def __init__(self, data: bytes | memoryview) -> None:
        content = memoryview(data).cast("B")
        self.size = len(content)
        self._descriptor = _memory_file(content) if sys.platform == "linux" else _file(content)
        self._closing = weakref.finalize(self, os.close, self._descriptor)

    def fileno(self) -> int:
        """The file descriptor to pass on."""
        return self._descriptor

    def read(self) -> memoryview:
        """The content."""
        if self.size == 0:
            return memoryview(b"")
        return memoryview(mmap.mmap(self._descriptor, self.size, access=mmap.ACCESS_READ))

    def close(self) -> None:
        """Close the file; it is gone when every process that has it closed it."""
        self._closing()


def _memory_file(content: memoryview) -> int:
    import fcntl

    descriptor = os.memfd_create("payload", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        _write(descriptor, content)
        seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _file(content: memoryview) -> int:
    """Without files in memory: one on disk, opened for reading and without a name.

    Windows does not open a file twice that will be deleted; there the file is not passed on.
    """
    with tempfile.NamedTemporaryFile(prefix="grader-") as file:
        _write(file.fileno(), content)
        return os.dup(file.fileno()) if os.name == "nt" else os.open(file.name, os.O_RDONLY)


def _write(descriptor: int, content: memoryview) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
