"""A result as one audience reads it: redacted, in sentences. Every page, export and message is made from it."""

from __future__ import annotations

from typing import Literal

from grader.records.base import Record
from grader.records.lab import Visibility
from grader.records.result import (
    JudgedArtefact,
    Lateness,
    OtherAttempt,
    Provenance,
    ReviewedCheck,
    Status,
)
from grader.records.section import ConfusionMatrix, Interval, Shape
from grader.records.submission import Student


class FactFeedback(Record, frozen=True, kw_only=True):
    """A figure or a word with a label."""

    label: str
    value: float | str
    text: str
    """The value as people read it."""
    interval: Interval | None = None
    needed: float | None = None
    gauge: bool = False
    reference: float | None = None


class FactsFeedback(Record, frozen=True, kw_only=True, tag="facts"):
    """Labels and values under a title."""

    title: str
    facts: tuple[FactFeedback, ...]


class ColumnFeedback(Record, frozen=True, kw_only=True):
    """A column of a table."""

    title: str
    numeric: bool = False


class TableFeedback(Record, frozen=True, kw_only=True, tag="table"):
    """A table."""

    title: str
    columns: tuple[ColumnFeedback, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


class CurveFeedback(Record, frozen=True, kw_only=True):
    """One line of a diagram."""

    name: str
    x: tuple[float | None, ...]
    y: tuple[float | None, ...]


class CurvesFeedback(Record, frozen=True, kw_only=True, tag="curves"):
    """A diagram of lines over a common axis."""

    title: str
    x_label: str
    y_label: str
    curves: tuple[CurveFeedback, ...]


class CountedValuesFeedback(Record, frozen=True, kw_only=True, tag="counted-values"):
    """A histogram of equal ranges between two values."""

    title: str
    x_label: str
    y_label: str
    low: float
    high: float
    counts: tuple[int, ...]


class PictureFeedback(Record, frozen=True, kw_only=True):
    """An image with a caption."""

    png: bytes
    caption: str


class PicturesFeedback(Record, frozen=True, kw_only=True, tag="pictures"):
    """Images side by side."""

    title: str
    pictures: tuple[PictureFeedback, ...]


class DrawingFeedback(Record, frozen=True, kw_only=True):
    """A drawing of a few shapes with a caption."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    caption: str


class DrawingsFeedback(Record, frozen=True, kw_only=True, tag="drawings"):
    """Drawings side by side."""

    title: str
    drawings: tuple[DrawingFeedback, ...]


class ExcerptFeedback(Record, frozen=True, kw_only=True, tag="excerpt"):
    """Lines of a submitted text."""

    title: str
    source: str
    text: str
    first_line: int | None = 1


SectionFeedback = (
    FactsFeedback
    | TableFeedback
    | CurvesFeedback
    | CountedValuesFeedback
    | PicturesFeedback
    | DrawingsFeedback
    | ExcerptFeedback
    | ConfusionMatrix
)


class CheckFeedback(Record, frozen=True, kw_only=True):
    """One judged check."""

    check_id: str
    title: str
    status: Status
    score: float | None
    max_score: float
    score_interval: Interval | None = None
    provisional_score: float | None = None
    feedback: str
    advice: str = ""
    detail: str = ""
    """Empty for everybody but staff."""
    reason: str = ""
    """Why there was nothing to judge: `Failure.reason`."""
    facts: tuple[FactFeedback, ...] = ()
    figures: tuple[SectionFeedback, ...] = ()
    class_scores: tuple[float, ...] = ()
    flags: tuple[str, ...] = ()
    comment: str = ""
    """What the person who marked it says to the student; may have several lines."""
    review: ReviewedCheck | None = None
    """Who marked it, and how it was judged without them; None for everybody but staff."""
    visibility: Visibility = "visible"

    @property
    def sentences(self) -> str:
        """What was found, what the person who marked it says, and what to do next, in a line for each."""
        return "\n".join(part for part in (self.feedback, self.comment, self.advice) if part)


class ExerciseFeedback(Record, frozen=True, kw_only=True):
    """The checks of one exercise."""

    exercise_id: str
    title: str
    score: float
    max_score: float
    artefacts: tuple[JudgedArtefact, ...] = ()
    sections: tuple[SectionFeedback, ...] = ()
    checks: tuple[CheckFeedback, ...]


class Feedback(Record, frozen=True, kw_only=True):
    """One student's result in one lab, ready to be shown."""

    schema: Literal["grader/report/v2"] = "grader/report/v2"
    student: Student
    lab: str
    lab_title: str
    language: str
    exercises: tuple[ExerciseFeedback, ...]
    points: float
    max_points: float
    points_interval: Interval
    complete: bool
    passed: bool | None = None
    lateness: Lateness | None = None
    attempt: str = ""
    other_attempts: tuple[OtherAttempt, ...] = ()
    notices: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    provenance: Provenance

    @property
    def checks(self) -> tuple[CheckFeedback, ...]:
        """All checks of all exercises, in order."""
        return tuple(check for exercise in self.exercises for check in exercise.checks)
