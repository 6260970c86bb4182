"""Limits set on sandboxed work, and what became of it."""

from __future__ import annotations

from typing import Literal

from grader.records.base import Record

#: `ok`, or one of isolate's: RE run-time error, SG died on a signal, TO timed out, XX our own failure.
OutcomeStatus = Literal["ok", "RE", "SG", "TO", "XX"]


class Limits(Record, frozen=True, kw_only=True):
    """What sandboxed work may use."""

    wall_s: float = 300
    """Seconds for one request."""
    memory_bytes: int = 4 << 30
    """Address space beyond what the process has when it starts."""
    file_bytes: int = 64 << 20
    """Size of any file it writes."""
    threads: int = 1
    """Threads its arithmetic may use."""


class Outcome(Record, frozen=True, kw_only=True):
    """What became of one request. Field names follow the `isolate` sandbox."""

    status: OutcomeStatus
    answer: bytes = b""
    """JSON as it came from inside; empty unless status is `ok`."""
    payload: bytes = b""
    """The bytes that came with the answer: none, or exactly as many as were expected."""
    time_wall: float = 0
    """Seconds."""
    max_rss: int = 0
    """Peak resident memory in bytes, by the process's own account."""
    exitcode: int | None = None
    exitsig: int | None = None
    message: str = ""
    """The end of its standard error; for staff, not for machines."""
