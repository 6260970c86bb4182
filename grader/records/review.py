"""What a person decided about checks of a run: an overlay that every judgement of the run keeps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

import msgspec

from grader.records.base import Record
from grader.records.points import round_points


class Review(Record, frozen=True, kw_only=True, tag_field="what", tag="marked"):
    """The points a person gives for one check of one student, in place of what was judged.

    Raises:
        ValueError: The points are not between 0 and `max_points`, or `at` has no UTC offset.
    """

    student: str
    """Id of the student."""
    check: str
    """``exercise/check``."""
    points: float
    """In hundredths."""
    max_points: float
    """What the check was worth when it was marked: where that changes, `points` change in proportion."""
    comment: str = ""
    """For the student."""
    by: str
    """Who marked it."""
    at: datetime
    """In UTC."""
    files_sha256: str = ""
    """Over the files the check looks at, as they were when it was marked; empty where there were none."""

    def __post_init__(self) -> None:
        if not 0 <= self.points <= self.max_points < math.inf:
            raise ValueError(f"{self.points:g} points are not between 0 and {self.max_points:g}")
        if self.at.tzinfo is None:
            raise ValueError("a time without a UTC offset")
        msgspec.structs.force_setattr(self, "points", round_points(self.points))

    @property
    def share(self) -> float:
        """The share of the check's points, from 0 to 1; all of a check without points."""
        return self.points / self.max_points if self.max_points else 1.0


class ReviewUndone(Record, frozen=True, kw_only=True, tag_field="what", tag="undone"):
    """A mark by hand that was taken back: the check is as it was judged."""

    student: str
    check: str
    by: str
    at: datetime
    """In UTC."""


ReviewEntry = Review | ReviewUndone
"""A line of ``RUN/reviews.jsonl``."""


def current_reviews(entries: Iterable[ReviewEntry]) -> tuple[Review, ...]:
    """The reviews that hold: of each student and check the last one, unless it was undone.

    Args:
        entries: In the order they were made.
    """
    found: dict[tuple[str, str], Review] = {}
    for entry in entries:
        key = entry.student, entry.check
        found.pop(key, None)
        if isinstance(entry, Review):
            found[key] = entry
    return tuple(found.values())
