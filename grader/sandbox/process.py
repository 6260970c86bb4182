"""What a box needs of the process behind it, however it was started."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import IO, Protocol

from grader.sandbox.channel import Connection
from grader.sandbox.orders import Ended
from grader.sandbox.outcome import Limits
from grader.sandbox.sealed import Sealed

#: What runs inside: gets its end of the connection, and the limits.
Target = Callable[[Connection, Limits], None]

_LOG_TAIL_BYTES = 4 << 10


class Process(Protocol):
    """One process for untrusted work."""

    def send(self, message: bytes, payload: Sealed | None) -> None:
        """Send a message and what goes with it.

        Raises:
            OSError: Nobody listens any more.
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

    def end(self, grace_s: float) -> Ended | None:
        """End it, and say how it ended; None where what started it died."""

    def last_words(self) -> str:
        """The end of what it wrote to its standard error."""


class Starter(Protocol):
    """Starts processes that all run the same target."""

    def start(self, number: int, file: int | None) -> Process:
        """Start a process.

        Args:
            number: Of the box it is for.
            file: The submitted file, opened; none for None.

        Raises:
            OSError: It cannot be started.
            RuntimeError: The sandbox was closed.
        """

    def submitted(self, number: int) -> str:
        """Where the submitted file lies for the process in a box, as the process sees it."""

    def written_bytes(self, number: int) -> int:
        """How much the process in a box has on disk, where nothing but watching limits that; else 0."""

    def close(self) -> None:
        """End everything that was started."""


def tail(log: IO[bytes]) -> str:
    """The last words in a log."""
    size = os.fstat(log.fileno()).st_size
    start = max(0, size - _LOG_TAIL_BYTES)
    log.seek(start)
    return log.read(_LOG_TAIL_BYTES).decode("utf-8", "replace").strip("\0\t\n ")
