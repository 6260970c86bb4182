"""What a submission earned: the product, of which every page and export is a view."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from grader.records.base import Record
from grader.records.evidence import FailureReason, ModelSummary
from grader.records.lab import Visibility
from grader.records.submission import Student

Status = Literal["passed", "partial", "failed", "skipped", "pending", "error"]
Unit = Literal["share", "points", "count", "text"]
Flag = Literal[
    "threshold-in-interval",
    "best-not-final",
    "class-of-one",
    "ambiguous-file",
    "bad-declaration",
    "needs-review",
    "chance-level",
    "ties",
    "predictions-given",
    "received-from-file-time",
    "looks-alike",
]


class Interval(Record, frozen=True, kw_only=True):
    """A 95 % interval."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


class Fact(Record, frozen=True, kw_only=True):
    """A figure or word a report shows as it is: a new check needs no template change."""

    label: str
    value: float | str
    unit: Unit = "text"
    interval: Interval | None = None
    needed: float | None = None
    """The value that earns full points, where there is one."""
    gauge: bool = False
    """True for what was measured: pages draw it on a scale from 0 to 1."""
    reference: float | None = None
    """What the reference solution reaches."""
    secret: bool = False
    """Measured on a secret dataset: students see it rounded and without its interval."""


class Mistake(Record, frozen=True, kw_only=True):
    """An image a network got wrong."""

    image: int
    """Its place in the dataset's test images, from 0."""
    label: int
    predicted: int


class Classification(Record, frozen=True, kw_only=True):
    """What a network makes of a dataset's classes."""

    dataset: str
    classes: int
    counts: bytes
    """How often each label was taken for each class: labels x classes uint16, little-endian, zlib-compressed."""
    mistakes: tuple[Mistake, ...] = ()
    """The wrong answers it was surest of, surest first; empty for a secret dataset."""


class CheckResult(Record, frozen=True, kw_only=True):
    """How one check was judged."""

    check_id: str
    title: str
    status: Status
    """`failed` is the student's, `error` is ours, `pending` waits for a person, `skipped` for a check."""
    score: float | None
    """Points earned; None where nothing could be judged."""
    max_score: float
    score_interval: Interval | None = None
    """The points at the ends of the accuracy's 95 % interval."""
    feedback: str
    """For the student."""
    advice: str = ""
    """What the student can do next."""
    detail: str = ""
    """For staff only; may name hidden values."""
    reason: FailureReason | None = None
    """Why there was nothing to measure."""
    facts: tuple[Fact, ...] = ()
    figure: Classification | None = None
    standing: tuple[float, ...] = ()
    """In a relative mark, what every valid submission of the class reached, best first."""
    flags: tuple[Flag, ...] = ()
    visibility: Visibility = "visible"


class ExerciseResult(Record, frozen=True, kw_only=True):
    """The checks of one exercise."""

    exercise_id: str
    title: str
    max_score: float
    file: str = ""
    """The submitted file that was judged."""
    rivals: tuple[str, ...] = ()
    """Further files that could have been meant."""
    network: ModelSummary | None = None
    """What the file holds, where it opened."""
    checks: tuple[CheckResult, ...]

    @property
    def score(self) -> float:
        """Points earned by the checks that could be judged."""
        return sum(check.score or 0.0 for check in self.checks)


class Lateness(Record, frozen=True, kw_only=True):
    """What the late rule made of the hand-in time."""

    received_at: datetime
    deadline: datetime
    days: int
    """Days begun after the deadline; 0 when on time or within grace."""
    factor: float
    """What the earned points are multiplied by."""
    excused: bool = False


class DatasetUsed(Record, frozen=True, kw_only=True):
    """A dataset as the run saw it."""

    name: str
    title: str
    digest: str
    images: int
    secret: bool
    class_names: tuple[str, ...] = ()


class Provenance(Record, frozen=True, kw_only=True):
    """What the result rests on."""

    lab_version: str
    submission_sha256: str
    evidence_key: str
    versions: dict[str, str]
    datasets: tuple[DatasetUsed, ...] = ()
    isolation: str = ""
    """The level of the walls the model ran behind."""


class GradeReport(Record, frozen=True, kw_only=True):
    """The product: one student's result in one lab."""

    schema: Literal["grader/report/v1"] = "grader/report/v1"
    student: Student
    lab: str
    lab_title: str
    language: str
    exercises: tuple[ExerciseResult, ...]
    points: float
    """After the late rule, rounded to hundredths; only checks that could be judged count."""
    max_points: float
    points_interval: Interval
    """All checks at the low and at the high end of their intervals."""
    complete: bool
    """False while a check is `error` or `pending`: the points are not final."""
    passed: bool | None = None
    """For pass/fail labs."""
    lateness: Lateness | None = None
    notices: tuple[str, ...] = ()
    """What the student should know of the hand-in as a whole."""
    flags: tuple[Flag, ...] = ()
    provenance: Provenance

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """All checks of all exercises, in order."""
        return tuple(check for exercise in self.exercises for check in exercise.checks)
