"""What a lab asks for: artefacts handed in, exercises, and the checks that earn points."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from grader.records.base import Record
from grader.records.points import round_points, share_out, sum_points
from grader.records.zones import time_zone

Visibility = Literal["visible", "result-only", "hidden"]
Language = Literal["en", "fr"]
AttemptRule = Literal["last", "best", "first"]
"""Which of several attempts of one person counts: in time the last or the first, or the one with most points."""


class Artefact(Record, frozen=True, kw_only=True):
    """A file a lab asks for, or several files that belong together."""

    id: str
    """Kebab-case name, unique in the lab."""
    title: str
    """What students call it: 'the MNIST model'."""
    patterns: tuple[str, ...]
    """Shell patterns tried in this order, regardless of case: ``*mnist*.h5``."""
    formats: tuple[str, ...] = ("hdf5", "keras-zip")
    """What a file may be by its content, whatever its name; formats named first are preferred."""
    many: bool = False
    """Whether several files together are the artefact: all whose names fit."""


class Check(Record, frozen=True, kw_only=True, tag_field="kind"):
    """One requirement that earns points. Its subclasses in `grader.checks` say how it is judged."""

    id: str
    """Kebab-case name, unique in the exercise."""
    title: str
    points: float
    artefacts: tuple[str, ...] = ()
    """Ids of the artefacts it looks at; empty for all of its exercise."""
    requires: tuple[str, ...] = ()
    """Ids of checks of the same exercise that must pass first; otherwise this one is skipped."""
    visibility: Visibility = "visible"
    """`result-only` shows students the outcome without figures; `hidden` shows them nothing."""
    hint: str = ""
    """What the instructor wants said to those who lose points here."""


class Exercise(Record, frozen=True, kw_only=True):
    """A numbered part of a lab.

    Its points are hundredths: where those of its checks are not, such as thirds of 10, hundredths are shared out
    among them so that they still sum to the exercise's.
    """

    id: str
    title: str
    points: float
    artefacts: tuple[str, ...]
    """Ids of the artefacts its checks look at."""
    checks: tuple[Check, ...]

    def __post_init__(self) -> None:
        if not self.artefacts:
            raise ValueError(f"exercise '{self.id}' names no artefact")
        self._refuse_odd_checks()
        self._refuse_other_artefacts()
        total = sum(check.points for check in self.checks)
        if abs(total - self.points) > 1e-6:
            raise ValueError(
                f"exercise '{self.id}' is worth {self.points:g} points, its checks sum to {total:g}"
            )
        self._share_out_points()

    def artefacts_of(self, check: Check) -> tuple[str, ...]:
        """Ids of the artefacts one of its checks looks at."""
        return check.artefacts or self.artefacts

    def _share_out_points(self) -> None:
        points = round_points(self.points)
        shares = share_out([check.points for check in self.checks], points)
        checks = tuple(
            check if check.points == share else msgspec.structs.replace(check, points=share)
            for check, share in zip(self.checks, shares, strict=True)
        )
        if points != self.points:
            msgspec.structs.force_setattr(self, "points", points)
        msgspec.structs.force_setattr(self, "checks", checks)

    def _refuse_other_artefacts(self) -> None:
        for check in self.checks:
            for artefact in check.artefacts:
                if artefact not in self.artefacts:
                    raise ValueError(
                        f"check '{check.id}' looks at '{artefact}', which is no artefact of exercise '{self.id}'"
                    )

    def _refuse_odd_checks(self) -> None:
        before: set[str] = set()
        for check in self.checks:
            if not 0 <= check.points < math.inf:
                raise ValueError(f"check '{check.id}' cannot be worth {check.points:g} points")
            if check.id in before:
                raise ValueError(f"exercise '{self.id}' has two checks called '{check.id}'")
            for required in check.requires:
                if required not in before:
                    raise ValueError(
                        f"check '{check.id}' requires '{required}', which is no check before it"
                    )
            before.add(check.id)


class LatePolicy(Record, frozen=True, kw_only=True):
    """What a late hand-in costs."""

    deadline: datetime
    """With a UTC offset; a deadline without one is refused."""
    grace_minutes: float = 0
    """Handed in within this time after the deadline counts as on time."""
    penalty_per_day: float = 0
    """Share of the earned points lost for each day begun after the deadline, 0 to 1."""
    closes_after_days: float | None = None
    """Later than this many days after the deadline earns nothing; None never closes."""
    timezone: str = ""
    """The zone whose calendar counts the days, such as ``Europe/Paris``; empty for the deadline's own offset."""

    def __post_init__(self) -> None:
        if self.timezone:
            time_zone(self.timezone)
        if self.deadline.tzinfo is None:
            raise ValueError("deadline needs a UTC offset, such as 2026-12-01T23:59:00+01:00")
        if not 0 <= self.penalty_per_day <= 1:
            raise ValueError("penalty_per_day is a share of the points between 0 and 1")
        if not 0 <= self.grace_minutes < math.inf:
            raise ValueError("grace_minutes is a time, 0 or more")
        if self.closes_after_days is not None and not 0 <= self.closes_after_days <= 1e6:
            raise ValueError("closes_after_days is a number of days, 0 to a million")

    @property
    def deducts(self) -> bool:
        """Whether a late hand-in can lose points at all."""
        return self.penalty_per_day > 0 or self.closes_after_days is not None


class Lab(Record, frozen=True, kw_only=True):
    """A lab as it is graded."""

    slug: str
    title: str
    version: str
    """Changed whenever the same submission could earn other points."""
    language: Language = "en"
    """The language of the feedback."""
    artefacts: tuple[Artefact, ...]
    exercises: tuple[Exercise, ...]
    late: LatePolicy | None = None
    attempts: AttemptRule = "last"
    pass_mark: float | None = None
    """Share of the points that passes a pass/fail lab; None for a lab with marks."""

    def __post_init__(self) -> None:
        known = {artefact.id for artefact in self.artefacts}
        for exercise in self.exercises:
            for artefact in exercise.artefacts:
                if artefact not in known:
                    raise ValueError(
                        f"exercise '{exercise.id}' names '{artefact}', which is no artefact of the lab"
                    )
        if len({exercise.id for exercise in self.exercises}) != len(self.exercises):
            raise ValueError(f"lab '{self.slug}' has two exercises of one id")
        if self.pass_mark is not None and not 0 < self.pass_mark <= 1:
            raise ValueError("pass_mark is a share of the points, above 0 and at most 1")

    @property
    def points(self) -> float:
        """The points of all exercises together."""
        return sum_points(exercise.points for exercise in self.exercises)

    def exercise(self, exercise_id: str) -> Exercise:
        """The exercise of that id; KeyError where there is none."""
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        raise KeyError(exercise_id)

    def artefact(self, artefact_id: str) -> Artefact:
        """The artefact of that id; KeyError where there is none."""
        for artefact in self.artefacts:
            if artefact.id == artefact_id:
                return artefact
        raise KeyError(artefact_id)

    def with_exercises(self, exercises: Iterable[Exercise]) -> Lab:
        """The lab with these exercises, changed or fewer, and the artefacts they look at."""
        kept = tuple(exercises)
        looked_at = {name for exercise in kept for name in exercise.artefacts}
        artefacts = tuple(artefact for artefact in self.artefacts if artefact.id in looked_at)
        return msgspec.structs.replace(self, artefacts=artefacts, exercises=kept)
