"""What runs inside a sandbox, and what it needs: one profile for each kind of work."""

from __future__ import annotations

import msgspec

from grader.records.base import Record
from grader.sandbox.outcome import Limits


class SandboxProfile(Record, frozen=True, kw_only=True):
    """One kind of sandboxed work. Hashable."""

    target: str
    """What runs inside, as ``module:function``; it gets its end of the connection and the limits."""
    preload: tuple[str, ...] = ()
    """Modules imported once, before processes are forked."""
    file_bytes: int | None = None
    """Size of the largest file it may write; None for what the limits say."""
    memory_bytes: int | None = None
    """The least memory it gets, where the limits say less; None for what they say."""

    wall_s: float | None = None
    """The least time that one request gets in seconds, where the limits say less; None for what they say."""

    def limits(self, asked: Limits) -> Limits:
        """The limits that hold for this profile where `asked` holds in general."""
        return msgspec.structs.replace(
            asked,
            file_bytes=self.file_bytes or asked.file_bytes,
            wall_s=max(self.wall_s or 0, asked.wall_s),
            memory_bytes=max(self.memory_bytes or 0, asked.memory_bytes),
        )
