"""The need of archives, and what is recorded of one."""

from __future__ import annotations

from typing import ClassVar

from grader.evidence.need import Need
from grader.records.base import Record


class PackedFile(Record, frozen=True, kw_only=True):
    """A file in an archive."""

    path: str
    """Within the archive, with forward slashes."""
    size: int
    """Bytes, unpacked."""


class ArchiveListing(Record, frozen=True, kw_only=True):
    """What an archive holds: the files that count, without what systems leave behind (``__MACOSX``)."""

    file: str
    """What the student calls it."""
    packed_as: str
    """What it is by its first bytes: ``bzip2``, ``zip``."""
    size: int
    """Bytes of the archive."""
    members: tuple[PackedFile, ...] = ()
    pdfs_beside: tuple[str, ...] = ()
    """PDF files that were handed in beside it."""


class ArchiveNeed(Need[ArchiveListing], frozen=True):
    """A check looks at the archive a hand-in is packed in."""

    kind: ClassVar[str] = "archive"
