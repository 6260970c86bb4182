"""Limits set on sandboxed work, and what became of it."""

from __future__ import annotations

from typing import Literal

from grader.records.base import Record

#: `ok`, or one of isolate's: RE run-time error, SG died on a signal, TO timed out, XX our own failure.
OutcomeStatus = Literal["ok", "RE", "SG", "TO", "XX"]


#: Bytes of submitted files for which opening them may take another second.
_BYTES_A_SECOND = 10 << 20


class Limits(Record, frozen=True, kw_only=True):
    """What sandboxed work may use."""

    wall_s: float = 300
    """Seconds for one request."""
    opening_s: float = 30
    """Seconds for opening what was submitted, beside those for its size; see `time_to_open`."""
    memory_bytes: int = 4 << 30
    """Address space beyond what the process has when it starts."""
    file_bytes: int = 64 << 20
    """Size of any file it writes."""
    threads: int = 1
    """Threads its arithmetic may use."""

    def time_to_open(self, size: int) -> float:
        """Seconds for the request that opens submitted files of `size` bytes together.

        What hangs a library hangs it here, while an honest file is open in seconds: so it is less than other
        requests may take, and never more.
        """
        return min(self.wall_s, self.opening_s + size // _BYTES_A_SECOND)


class Outcome(Record, frozen=True, kw_only=True):
    """What became of one request. Field names follow the `isolate` sandbox."""

    status: OutcomeStatus
    answer: bytes = b""
    """JSON as it came from inside; empty unless status is `ok`."""
    payload: bytes = b""
    """The bytes that came with the answer: none, or exactly as many as were expected."""
    time_wall: float = 0
    """Seconds."""
    time_limit: float = 0
    """Seconds it could have taken."""
    max_rss: int = 0
    """Peak resident memory in bytes, by the process's own account."""
    exitcode: int | None = None
    exitsig: int | None = None
    message: str = ""
    """The end of its standard error; for staff, not for machines."""
