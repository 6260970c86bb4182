"""Requests to the process that takes archives apart, and its answers."""

from __future__ import annotations

from grader.records.base import Record
from grader.records.evidence import Failure


class Allowance(Record, frozen=True, kw_only=True):
    """What may still come out of an archive and of all archives in it, together."""

    bytes: int
    files: int
    entries: int
    """Of any kind, those passed over included."""
    seconds: float

    def less(self, spent: Allowance) -> Allowance:
        """What is left of it."""
        return Allowance(
            bytes=max(0, self.bytes - spent.bytes),
            files=max(0, self.files - spent.files),
            entries=max(0, self.entries - spent.entries),
            seconds=max(0.0, self.seconds - spent.seconds),
        )


class Unpack(Record, frozen=True, kw_only=True, tag="unpack"):
    """Take the files out of an archive; answered by `Unpacked`."""

    path: str
    """Where the archive lies."""
    file: str
    """What the student calls it."""
    allowance: Allowance | None = None
    """What may come out of it; None for all that the limits allow."""


class ListNames(Record, frozen=True, kw_only=True, tag="list-names"):
    """Say what lies in an archive without unpacking it; answered by `ListedNames`."""

    path: str
    """Where the archive lies."""


class ListedNames(Record, frozen=True, kw_only=True, tag="listed-names"):
    """The names of the files in an archive, as they stand there."""

    names: tuple[str, ...]


class Member(Record, frozen=True, kw_only=True):
    """A file that lay in an archive."""

    path: str
    """Within the archive, with forward slashes."""
    size: int
    """Bytes."""


class Unpacked(Record, frozen=True, kw_only=True, tag="unpacked"):
    """What an archive held."""

    members: tuple[Member, ...]
    """None for what is no archive of files."""
    spent: Allowance
    """What of the allowance was used."""


class Fetch(Record, frozen=True, kw_only=True, tag="fetch"):
    """Send bytes of a file out of the archive; answered by `Fetched`."""

    member: int
    """Its place in `Unpacked.members`."""
    start: int
    length: int


class Fetched(Record, frozen=True, kw_only=True, tag="fetched"):
    """The bytes follow, as many as were asked for."""


ArchiveRequest = Unpack | Fetch | ListNames
ArchiveAnswer = Unpacked | Fetched | ListedNames | Failure
