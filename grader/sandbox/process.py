"""What a box needs of its process, however it was started."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import IO, Protocol

from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.protocol import Ended
from grader.sandbox.sealed_memfd import SealedMemfd

#: What runs inside: gets its end of the connection, and the limits.
Target = Callable[[Connection, Limits], None]

#: Seconds that importing what untrusted work needs may take, on a slow disk and a machine that is busy.
START_S = 300

_LOG_TAIL_BYTES = 4 << 10


class Process(Protocol):
    """One process for untrusted work."""

    def wait_until_ready(self) -> None:
        """Wait until everything is imported, and hand over the submitted files; none of that is a request's time.

        Raises:
            OSError: It ended, or took more than `START_S`, before it got anything that was submitted.
        """

    def send(self, message: bytes, payload: SealedMemfd | None) -> None:
        """Send a message and what goes with it.

        Raises:
            OSError: The process is gone.
        """

    def receive(self, longest: int) -> bytes:
        """The next message.

        Raises:
            EOFError: There is none.
            OSError: Likewise.
            ValueError: It is longer than `longest`.
        """

    def interrupt(self) -> None:
        """Wake whoever waits for a message; there will be none. From any thread."""

    def cpu_s(self) -> float | None:
        """Seconds of processor time it has used, measured outside of it; None where they cannot be measured."""

    def end(self, grace_s: float) -> Ended | None:
        """End it, and return how it ended; None if the worker that started it died."""

    def log_tail(self) -> str:
        """The end of what it wrote to its standard error."""


class Starter(Protocol):
    """Starts processes that all run the same target."""

    def start(self, number: int, files: Sequence[int]) -> Process:
        """Start a process.

        Args:
            number: Of the box it is for.
            files: The submitted files, opened.

        Raises:
            OSError: It cannot be started.
            StorageError: Likewise, for lack of room.
            RuntimeError: The sandbox was closed.
        """

    def submitted(self, number: int, place: int) -> str:
        """Where a submitted file lies for the process in a box, as the process sees it; they are counted from 0."""

    def written_bytes(self, number: int) -> int:
        """How much the process in a box has on disk, if only watching limits that; else 0."""

    def has_own_room(self) -> bool:
        """Whether processes write into limited room of their own, and not to a disk of this machine.

        Raises:
            StorageError: The disk of this machine has no room, so that failures of processes are not their own.
        """

    def close(self) -> None:
        """End everything that was started."""


def tail(log: IO[bytes]) -> str:
    """The end of a log."""
    size = os.fstat(log.fileno()).st_size
    start = max(0, size - _LOG_TAIL_BYTES)
    log.seek(start)
    return log.read(_LOG_TAIL_BYTES).decode("utf-8", "replace").strip("\0\t\n ")
