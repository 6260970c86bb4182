"""The settings of `course.toml`, as records."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from grader.records.base import Record
from grader.records.lab import AttemptRule, Language
from grader.records.zones import time_zone


class LabSettings(Record, frozen=True, kw_only=True):
    """``[labs.<slug>]``: what this course changes about a lab."""

    deadline: datetime | None = None
    """With a UTC offset, or in the course's time zone."""
    grace_minutes: float = 0
    penalty_per_day: float = 0
    closes_after_days: float | None = None
    attempts: AttemptRule | None = None
    """Which of several attempts of one person counts; None as the course says, else as the lab does."""
    pass_mark: float | None = None
    language: Language | None = None
    exercises: tuple[str, ...] = ()
    """Ids of the exercises that this course asks for; empty for all."""
    points: dict[str, float] = {}
    """Exercise id to points."""
    checks: dict[str, dict[str, Any]] = {}
    """``"<exercise>/<check>"`` to the fields of the check that change."""
    starter: tuple[str, ...] = ()
    """Models, scripts and notebooks handed out with the lab, as paths relative to `course.toml`: nobody's own work."""

    def __post_init__(self) -> None:
        late_rule = self.grace_minutes or self.penalty_per_day or self.closes_after_days is not None
        if late_rule and self.deadline is None:
            raise ValueError("a late rule needs a deadline")


class FolderSettings(Record, frozen=True, kw_only=True):
    """``[datasets.<name>]``: a folder of the instructor's own handwritten digits, or reviews."""

    folder: str
    visibility: str = "secret"
    holds: Literal["digits", "reviews"] = "digits"

    def __post_init__(self) -> None:
        if self.visibility not in ("public", "secret"):
            raise ValueError(f"visibility is '{self.visibility}', neither public nor secret")


class CourseSettings(Record, frozen=True, kw_only=True):
    """All of `course.toml`."""

    title: str = ""
    roster: str = ""
    """Path of the roster, relative to `course.toml`."""
    timezone: str = ""
    """Where times without a UTC offset were taken, and whose calendar counts late days: ``Europe/Paris``."""
    attempts: AttemptRule | None = None
    """Which of several attempts of one person counts, in every lab that does not say so itself."""
    matches: dict[str, str] = {}
    """Name of a submission to the id on the roster of whoever handed it in, where `grader match` asked."""
    labs: dict[str, LabSettings] = {}
    datasets: dict[str, FolderSettings] = {}

    def __post_init__(self) -> None:
        if self.timezone:
            try:
                time_zone(self.timezone)
            except ValueError as error:
                raise ValueError(f"timezone: {error}") from error
