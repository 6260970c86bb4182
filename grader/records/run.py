"""What a run folder says about itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from grader.records.base import Record
from grader.records.result import GradeReport, Status
from grader.records.submission import LeftOut


class DatasetRecord(Record, frozen=True, kw_only=True):
    """A dataset's test images, or texts, as the run saw them."""

    name: str
    title: str
    secret: bool
    images: int
    """How many test images, or texts."""
    class_names: tuple[str, ...]
    digest: str
    origin: str
    """Where it was found: GRADER_DATA, a cache, embedded, the course."""
    fingerprint: str
    """Of the files it was read from; while it holds, they need not be read again."""


#: Of run folders whose evidence is collected anew.
OLD_RUN_SCHEMAS = frozenset({"grader/run/v1"})


class RunHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What every version of ``RUN/run.json`` has; further fields are ignored."""

    schema: str
    lab: str = ""
    versions: dict[str, str] = {}

    @property
    def written_by(self) -> str:
        """The version of the grader that wrote it."""
        return self.versions.get("grader", "?")


class RescoreBegun(Record, frozen=True, kw_only=True):
    """``RUN/rescore-begun.json``: how the run was before a re-judgement, as long as that is not done."""

    schema: Literal["grader/rescore-begun/v1"] = "grader/rescore-begun/v1"
    at: datetime
    lab: dict[str, Any]
    """The lab as it was judged, as plain data."""
    results: dict[str, GradeReport]
    """Student id to what was earned."""


class RunManifest(Record, frozen=True, kw_only=True):
    """``RUN/run.json``: what was asked, and with what."""

    schema: Literal["grader/run/v2"] = "grader/run/v2"
    lab: str
    lab_version: str
    course: str = ""
    """The course directory the run was judged with last."""
    course_named: bool = False
    """Whether somebody named it, so that its hidden tests are run."""
    submissions: str
    """The folder of submissions, as given."""
    students: tuple[str, ...]
    """Ids of all students, in order."""
    attempts: dict[str, tuple[str, ...]] = {}
    """Ids of students with several attempts to the names the evidence of those that were collected is stored under."""
    left_out: tuple[LeftOut, ...] = ()
    """What lay among the submissions and is none."""
    versions: dict[str, str]
    isolation: str
    datasets: tuple[DatasetRecord, ...]
    unavailable: dict[str, str] = {}
    """Datasets that could not be had, and how to fix it."""
    updated_at: datetime

    def evidence_ids(self, student: str) -> tuple[str, ...]:
        """The names the evidence of a student is stored under, one for each attempt that was collected."""
        return self.attempts.get(student, (student,))


class CheckChange(Record, frozen=True, kw_only=True):
    """A check that is judged differently than before."""

    check_id: str
    before: Status | None
    after: Status | None
    points_before: float | None
    points_after: float | None


class GradeChange(Record, frozen=True, kw_only=True):
    """A student whose result is not what it was."""

    student: str
    before: float | None
    after: float
    checks: tuple[CheckChange, ...]
    lateness: bool = False
    """True where the late rule changed the result."""


class Rescore(Record, frozen=True, kw_only=True):
    """One re-judgement, as ``RUN/rescores.jsonl`` keeps it."""

    at: datetime
    lab_changes: tuple[str, ...]
    """What changed in the lab: ``mnist/accuracy thresholds.0.full_at: 0.9 -> 0.92``."""
    changes: tuple[GradeChange, ...]
    submissions: int
