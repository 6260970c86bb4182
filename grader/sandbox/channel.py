"""Messages between the trusted side and a sandboxed process: a length, then bytes. Nothing is ever unpickled.

Large inputs are not copied: their file descriptor is passed, and the other side maps it.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import socket
import struct
from collections.abc import Sequence
from typing import BinaryIO, Protocol

_LENGTH = struct.Struct("!I")
#: Descriptors that come with a message, where nobody says how many: one for what goes with a request.
_FEW_DESCRIPTORS = 8


class Connection(Protocol):
    """What untrusted work speaks through, whatever carries the messages."""

    def recv_bytes(self, maxlength: int | None = None) -> bytes:
        """The next message.

        Raises:
            EOFError: The other side hung up.
            ValueError: It is longer than `maxlength`.
        """

    def recv_payload(self) -> memoryview:
        """The bytes that came with the last message; cannot be written to."""

    def send_bytes(self, data: bytes | memoryview) -> None:
        """Send a message."""

    def fileno(self) -> int:
        """The file descriptor messages are written to."""


class SocketConnection:
    """Messages over a local stream socket, which can carry file descriptors.

    Args:
        stream: One end of a `socket.socketpair`.
        most_descriptors: How many may come with a message; the system closes further ones.
    """

    def __init__(self, stream: socket.socket, *, most_descriptors: int = _FEW_DESCRIPTORS) -> None:
        self._stream = stream
        self._most_descriptors = most_descriptors
        self._descriptors: list[int] = []

    def fileno(self) -> int:
        """The socket's file descriptor."""
        return self._stream.fileno()

    def settimeout(self, seconds: float) -> None:
        """How long to wait for the other side before that is an error."""
        self._stream.settimeout(seconds)

    def send_bytes(self, data: bytes | memoryview, descriptors: Sequence[int] = ()) -> None:
        """Send a message, and file descriptors with it."""
        head = _LENGTH.pack(len(data))
        if descriptors:
            sent = socket.send_fds(self._stream, [head], list(descriptors))
            self._stream.sendall(head[sent:])
            self._stream.sendall(data)
        else:
            self._stream.sendall(head + data if len(data) < 1 << 16 else head)
            if len(data) >= 1 << 16:
                self._stream.sendall(data)

    def recv_bytes(self, maxlength: int | None = None) -> bytes:
        """The next message; descriptors that came with the one before and were not taken are closed."""
        for descriptor in self.take_descriptors():
            os.close(descriptor)
        head, self._descriptors, _, _ = socket.recv_fds(
            self._stream, _LENGTH.size, self._most_descriptors
        )
        if not head:
            raise EOFError
        (length,) = _LENGTH.unpack(head + self._exactly(_LENGTH.size - len(head)))
        if maxlength is not None and length > maxlength:
            raise ValueError(f"a message of {length} bytes where {maxlength} are allowed")
        return bytes(self._exactly(length))

    def take_descriptors(self) -> list[int]:
        """The file descriptors that came with the last message; the caller closes them."""
        taken, self._descriptors = self._descriptors, []
        return taken

    def recv_payload(self) -> memoryview:
        """The file that came with the last message, mapped."""
        if not self._descriptors:
            return memoryview(b"")
        descriptor, *others = self.take_descriptors()
        try:
            size = os.fstat(descriptor).st_size
            if size == 0:
                return memoryview(b"")
            return memoryview(mmap.mmap(descriptor, size, access=mmap.ACCESS_READ))
        finally:
            for number in (descriptor, *others):
                os.close(number)

    def shut(self) -> None:
        """Hang up; whoever waits on this connection, on either side, wakes. From any thread."""
        with contextlib.suppress(OSError):
            self._stream.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the socket and of descriptors nobody took."""
        for descriptor in self.take_descriptors():
            os.close(descriptor)
        self._stream.close()

    def _exactly(self, count: int) -> bytearray:
        data = bytearray(count)
        view = memoryview(data)
        while view:
            received = self._stream.recv_into(view)
            if not received:
                raise EOFError
            view = view[received:]
        return data


class PipeConnection:
    """Messages over a pair of pipes; what comes with a message follows it as a message of its own.

    Args:
        reading: Where messages come from.
        writing: Where they go.
    """

    def __init__(self, reading: BinaryIO, writing: BinaryIO) -> None:
        self._reading = reading
        self._writing = writing

    def fileno(self) -> int:
        """The file descriptor messages are written to."""
        return self._writing.fileno()

    def send_bytes(self, data: bytes | memoryview) -> None:
        """Send a message."""
        self._writing.write(_LENGTH.pack(len(data)))
        self._writing.write(data)
        self._writing.flush()

    def recv_bytes(self, maxlength: int | None = None) -> bytes:
        """The next message."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if maxlength is not None and length > maxlength:
            raise ValueError(f"a message of {length} bytes where {maxlength} are allowed")
        return self._exactly(length)

    def recv_payload(self) -> memoryview:
        """The message that follows."""
        return memoryview(self.recv_bytes())

    def close(self) -> None:
        """Hang up."""
        for stream in (self._writing, self._reading):
            with contextlib.suppress(OSError):
                stream.close()

    def _exactly(self, count: int) -> bytes:
        data = self._reading.read(count)
        if len(data) < count:
            raise EOFError
        return data
