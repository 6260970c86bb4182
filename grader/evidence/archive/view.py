"""An archive as checks see it, and as pages show it."""

from __future__ import annotations

import msgspec

from grader.evidence.archive.record import ArchiveListing, ArchiveNeed
from grader.evidence.base import StoredRecord
from grader.records.message import Count, Name, Value, message
from grader.records.section import Column, Section, Table

#: Files that a page lists.
_MOST_ROWS = 50


def decode_archive(need: ArchiveNeed, stored: StoredRecord) -> ArchiveListing:
    """The record as it was stored."""
    return msgspec.json.decode(stored.raw, type=ArchiveListing)


def archive_sections(listing: ArchiveListing) -> tuple[Section, ...]:
    """Its first files, in the order they are packed."""
    rows: list[tuple[Value, ...]] = [
        (Name(text=member.path), Count(value=member.size)) for member in listing.members
    ]
    return (
        Table(
            title=message(
                "archive.title", file=Name(text=listing.file), count=Count(value=len(rows))
            ),
            columns=(
                Column(title=message("archive.file")),
                Column(title=message("archive.bytes"), numeric=True),
            ),
            rows=tuple(rows[:_MOST_ROWS]),
        ),
    )
