"""``RUN/reviews.jsonl``: what people decided about checks, a line for each decision, the oldest first."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.files import read_if_there, write_changed
from grader.records.base import from_json
from grader.records.review import Review, ReviewEntry, current_reviews

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReviewLog:
    """The decisions of a run folder. Nothing in the file is ever changed; lines are added."""

    folder: Path
    """The run folder."""

    def read(self) -> tuple[ReviewEntry, ...]:
        """All decisions in order; a line that cannot be read is named in a warning and stays in the file.

        Raises:
            StorageError: The file cannot be read.
        """
        found: list[ReviewEntry] = []
        for number, line in enumerate((read_if_there(self._file) or b"").split(b"\n"), 1):
            if not line.strip():
                continue
            try:
                entry: ReviewEntry = from_json(line, ReviewEntry)  # type: ignore[arg-type]
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                _LOG.warning(
                    "%s, line %d is no mark that can be read and does not count: %s; "
                    "correct the line, or mark that check again",
                    *(self._file, number, error),
                )
                continue
            found.append(entry)
        return tuple(found)

    def current(self) -> tuple[Review, ...]:
        """The reviews that hold.

        Raises:
            StorageError: The file cannot be read.
        """
        return current_reviews(self.read())

    def append(self, entries: Sequence[ReviewEntry]) -> None:
        """Add decisions, all or none; the caller holds the lock of the run.

        Raises:
            StorageError: The file cannot be written; it is as it was.
        """
        before = read_if_there(self._file) or b""
        if before and not before.endswith(b"\n"):  # a line that was cut off stays apart
            before += b"\n"
        lines = b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)
        write_changed(self._file, before + lines, durable=True)

    @property
    def _file(self) -> Path:
        return self.folder / "reviews.jsonl"
