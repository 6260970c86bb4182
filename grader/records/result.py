"""What a submission earned: the product, of which every page and export is a view."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from grader.records.base import Record
from grader.records.evidence import Failure
from grader.records.lab import Visibility
from grader.records.message import Message
from grader.records.points import round_points, sum_points
from grader.records.section import Fact, Interval, Section
from grader.records.submission import Identity, Student

Status = Literal["passed", "partial", "failed", "skipped", "pending", "error"]
"""`failed` is the student's, `error` is ours, `pending` waits for a person or the class, `skipped` for a check."""


class ReviewedCheck(Record, frozen=True, kw_only=True):
    """That a person decided about a check, and how it was judged without them; for staff only."""

    by: str
    at: datetime
    """In UTC."""
    judged_status: Status
    judged_score: float | None
    same_files: bool = True
    """Whether the files are those that the person saw."""


class CheckResult(Record, frozen=True, kw_only=True):
    """How one check was judged. It holds no sentence: messages are worded for each reader.

    Whoever makes one, its points are hundredths: what is judged, stored and shown is the same number.

    Raises:
        ValueError: Points are NaN or infinite.
    """

    check_id: str
    title: str
    status: Status
    score: float | None
    """Points earned; None where nothing could be judged."""
    max_score: float
    score_interval: Interval | None = None
    """The points at the ends of the measurement's 95 % interval."""
    provisional_score: float | None = None
    """Of a mark that waits for the class: the points it would earn if the reference solution were the best."""
    feedback: tuple[Message, ...] = ()
    """What was found, for the student."""
    advice: tuple[Message, ...] = ()
    """What the student can do next."""
    hint: str = ""
    """The instructor's own advice, in the words of the lab."""
    failure: Failure | None = None
    """Why there was nothing to judge; its sentences take the place of `feedback` and `advice`."""
    detail: str = ""
    """For staff only; may name hidden values."""
    facts: tuple[Fact, ...] = ()
    figures: tuple[Section, ...] = ()
    class_scores: tuple[float, ...] = ()
    """In a relative mark, what every valid submission of the class reached, best first."""
    datasets: tuple[str, ...] = ()
    """Names of the datasets it was judged on."""
    flags: tuple[str, ...] = ()
    """Keys of the catalogues' ``[flag]``: what is unusual about it."""
    comment: str = ""
    """What the person who marked it says to the student."""
    review: ReviewedCheck | None = None
    """Who marked it, where a person did: `status` and `score` are theirs then."""
    visibility: Visibility = "visible"
    tested: str = ""
    """Of a hidden test: what it looks at, in the words of its author; shown like the title."""

    def __post_init__(self) -> None:
        for name in ("score", "max_score", "provisional_score"):
            points = getattr(self, name)
            if points is not None and points != (rounded := round_points(points)):
                msgspec.structs.force_setattr(self, name, rounded)
        if self.score_interval is not None:
            interval = Interval(
                low=round_points(self.score_interval.low),
                high=round_points(self.score_interval.high),
            )
            msgspec.structs.force_setattr(self, "score_interval", interval)


class JudgedArtefact(Record, frozen=True, kw_only=True):
    """The files that were judged as one artefact."""

    artefact_id: str
    title: str
    files: tuple[str, ...] = ()
    """Paths within the submission."""
    alternatives: tuple[str, ...] = ()
    """Further files that could have been meant."""


class ShownEvidence(Record, frozen=True, kw_only=True):
    """What a kind of evidence shows of what was handed in."""

    datasets: tuple[str, ...] = ()
    """Names of the datasets it was measured on."""
    sections: tuple[Section, ...]
    visibility: Visibility = "visible"
    """`visible` unless only checks that hide their figures asked for it."""


class ExerciseResult(Record, frozen=True, kw_only=True):
    """The checks of one exercise."""

    exercise_id: str
    title: str
    max_score: float
    artefacts: tuple[JudgedArtefact, ...] = ()
    evidence: tuple[ShownEvidence, ...] = ()
    checks: tuple[CheckResult, ...]

    @property
    def score(self) -> float:
        """Points earned by the checks that could be judged."""
        return sum_points(check.score or 0.0 for check in self.checks)


class Lateness(Record, frozen=True, kw_only=True):
    """What the late rule made of the hand-in time."""

    received_at: datetime
    deadline: datetime
    days: int
    """Calendar days begun after the deadline; 0 when on time or within grace."""
    factor: float
    """What the earned points are multiplied by."""
    excused: bool = False

    def __post_init__(self) -> None:
        # 1 - 8 x 0.1 is 0.19999999999999996 in binary fractions.
        msgspec.structs.force_setattr(self, "factor", round(self.factor, 9))


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
    evidence_digest: str
    """Over the keys of all observations it was judged from."""
    versions: dict[str, str]
    datasets: tuple[DatasetUsed, ...] = ()
    isolation: str = ""
    """The isolation level submitted files were read at."""

    @property
    def secret_datasets(self) -> frozenset[str]:
        """Names of the datasets whose figures students see rounded only."""
        return frozenset(dataset.name for dataset in self.datasets if dataset.secret)


class OtherAttempt(Record, frozen=True, kw_only=True):
    """An attempt of a student that does not count."""

    name: str
    """Of its folder or file."""
    points: float | None = None
    """What it would have earned; None where it was not graded."""
    complete: bool = True
    """False while a check of it is open."""


class GradeReport(Record, frozen=True, kw_only=True):
    """The product: one student's result in one lab."""

    schema: Literal["grader/result/v2"] = "grader/result/v2"
    student: Student
    identity: Identity = Identity()
    """What else is known of who handed in, to find them in tables of learning platforms; for staff only."""
    lab: str
    lab_title: str
    language: str
    """Of the lab's titles, and of pages unless another one is asked for."""
    exercises: tuple[ExerciseResult, ...]
    points: float
    """The sum of what the checks earned, times what the late rule leaves, to hundredths."""
    max_points: float
    points_interval: Interval
    """All checks at the low and at the high end of their intervals."""
    complete: bool
    """False while a check is `error` or `pending`: the points are not final."""
    passed: bool | None = None
    """For pass/fail labs."""
    lateness: Lateness | None = None
    attempt: str = ""
    """Of a student with several attempts: the name of the one that counts."""
    other_attempts: tuple[OtherAttempt, ...] = ()
    """Those that do not count, the latest first."""
    notices: tuple[Message, ...] = ()
    """What the student should know about the submission as a whole."""
    flags: tuple[str, ...] = ()
    provenance: Provenance

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """All checks of all exercises, in order."""
        return tuple(check for exercise in self.exercises for check in exercise.checks)
