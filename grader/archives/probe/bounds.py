"""What may come out of an archive, and what has come out of it so far."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.archives.probe.names import Names, RefusedError
from grader.archives.protocol import Allowance, Member
from grader.records.message import Count, Message, Number, message
from grader.sandbox.outcome import Limits

#: Of the time there is for opening, so that an archive is refused before its process is ended.
_SHARE = 0.8


@dataclass(frozen=True)
class Bounds:
    """What an archive may hold."""

    total_bytes: int
    file_bytes: int
    seconds: float
    entries: int = 20_000
    """Of any kind, those passed over included."""
    files: int = 1_500
    ratio: int = 200
    """Bytes that come out for each byte of the archive, beyond `ratio_floor` bytes."""
    ratio_floor: int = 32 << 20

    def allowance(self, archive_bytes: int) -> Allowance:
        """What may come out of an archive of that size, and of all archives in it."""
        believable = max(self.ratio_floor, self.ratio * archive_bytes)
        return Allowance(
            bytes=min(self.total_bytes, believable),
            files=self.files,
            entries=self.entries,
            seconds=self.seconds,
        )

    @classmethod
    def of(cls, limits: Limits) -> Bounds:
        """Bounds that fit what a sandboxed process may write."""
        return cls(
            total_bytes=3 * limits.file_bytes,
            file_bytes=limits.file_bytes,
            seconds=_SHARE * limits.time_to_open(0),
        )


class Bench:
    """Where files are put, and what has come out of the archive so far."""

    def __init__(self, folder: Path, bounds: Bounds, allowance: Allowance) -> None:
        self.members: list[Member] = []
        self.names = Names()
        self._folder = folder
        self._bounds = bounds
        self._allowance = allowance
        self._started = time.monotonic()
        self._entries = 0
        self._produced = 0

    def entry(self) -> None:
        """Count an entry, whatever it is."""
        self._entries += 1
        if self._entries > self._allowance.entries:
            raise RefusedError("archive-entries", most=Count(value=self._bounds.entries))
        self._look_at_clock()

    def produced(self, count: int) -> None:
        """Count bytes that came out."""
        self._produced += count
        if self._produced > self._allowance.bytes:
            raise RefusedError("archive-size", most=_mebibytes(self._bounds.total_bytes))
        self._look_at_clock()

    def spent(self) -> Allowance:
        """What came out so far."""
        return Allowance(
            bytes=self._produced,
            files=len(self.members),
            entries=self._entries,
            seconds=time.monotonic() - self._started,
        )

    def keep(self, name: str, chunks: Iterator[bytes]) -> None:
        """Write a file."""
        if len(self.members) >= self._allowance.files:
            raise RefusedError("archive-entries", most=Count(value=self._bounds.files))
        target = self._folder / str(len(self.members))
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        size = 0
        with os.fdopen(os.open(target, flags, 0o600), "wb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > self._bounds.file_bytes:
                    raise RefusedError("archive-size", most=_mebibytes(self._bounds.file_bytes))
                out.write(chunk)
        self.members.append(Member(path=name, size=size))

    def _look_at_clock(self) -> None:
        if time.monotonic() - self._started > self._allowance.seconds:
            raise RefusedError("archive-time", seconds=Number(value=self._bounds.seconds))


def _mebibytes(count: int) -> Message:
    return message("unit.mebibytes", value=Number(value=count / (1 << 20)))
