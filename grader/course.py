"""The course directory: `course.toml`, the roster, and what they change about a lab."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from grader import registry
from grader.errors import CourseError, UnknownNameError
from grader.intake.roster import Roster, read_roster
from grader.records.base import Record
from grader.records.lab import Check, Exercise, Lab, Language, LatePolicy

if TYPE_CHECKING:
    from grader.datasets.base import Dataset, Visibility

COURSE_FILE = "course.toml"


class LabSettings(Record, frozen=True, kw_only=True):
    """``[labs.<slug>]``: what this course changes about a lab."""

    deadline: datetime | None = None
    grace_minutes: float = 0
    penalty_per_day: float = 0
    closes_after_days: float | None = None
    pass_mark: float | None = None
    language: Language | None = None
    points: dict[str, float] = {}
    """Exercise id to points."""
    checks: dict[str, dict[str, Any]] = {}
    """``"<exercise>/<check>"`` to the fields of the check that change."""


class FolderSettings(Record, frozen=True, kw_only=True):
    """``[datasets.<name>]``: a folder of the instructor's own handwritten digits."""

    folder: str
    visibility: str = "secret"

    def __post_init__(self) -> None:
        if self.visibility not in ("public", "secret"):
            raise ValueError(f"visibility is '{self.visibility}', neither public nor secret")


class CourseSettings(Record, frozen=True, kw_only=True):
    """All of `course.toml`."""

    title: str = ""
    roster: str = ""
    """Path of the roster, relative to `course.toml`."""
    labs: dict[str, LabSettings] = {}
    datasets: dict[str, FolderSettings] = {}


@dataclass(frozen=True)
class Course:
    """A course directory; without a `course.toml` everything is as the labs declare it."""

    root: Path | None = None
    settings: CourseSettings = field(default_factory=CourseSettings)

    def lab(self, slug: str) -> Lab:
        """The lab as this course grades it.

        Raises:
            UnknownNameError: No lab has that slug.
            CourseError: `course.toml` changes something that is not there, or to something impossible.
        """
        lab = registry.lab(slug)
        settings = self.settings.labs.get(slug)
        if settings is None:
            return lab
        try:
            return _apply(lab, settings)
        except (ValueError, msgspec.ValidationError) as error:
            raise CourseError(f"{COURSE_FILE}, [labs.{slug}]: {error}") from error

    def dataset(self, name: str) -> Dataset:
        """The dataset of that name, the course's own folders first.

        Raises:
            UnknownNameError: Neither the course nor the grader has it.
        """
        from grader import datasets

        own = self.settings.datasets.get(name)
        if own is None:
            try:
                return datasets.get(name)
            except UnknownNameError:
                known = [*datasets.names(), *self.settings.datasets]
                raise UnknownNameError("dataset", name, known) from None
        folder = (self.root or Path()) / own.folder
        visibility: Visibility = "public" if own.visibility == "public" else "secret"
        return datasets.handwritten_folder(folder, visibility=visibility, name=name)

    def roster(self) -> Roster:
        """The roster; empty where `course.toml` names none.

        Raises:
            CourseError: The roster cannot be used.
        """
        if not self.settings.roster:
            return Roster({})
        return read_roster((self.root or Path()) / self.settings.roster)


def load_course(folder: Path | None) -> Course:
    """Read the course directory `folder`, or the current one where it holds a `course.toml`.

    Raises:
        CourseError: `folder` has no `course.toml`, or the file is wrong; the message says where.
    """
    root = folder or Path.cwd()
    file = root / COURSE_FILE
    if not file.is_file():
        if folder is None:
            return Course()
        raise CourseError(
            f"{root} has no {COURSE_FILE}", hint=f"`grader init {root}` makes a course directory"
        )
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        settings = msgspec.convert(data, CourseSettings)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{file} cannot be read: {error}") from error
    except msgspec.ValidationError as error:
        raise CourseError(f"{file}: {error}") from error
    for slug in settings.labs:
        if slug not in registry.labs():
            unknown = UnknownNameError("lab", slug, registry.labs())
            raise CourseError(f"{file}: {unknown}", hint=unknown.hint)
    return Course(root=root, settings=settings)


def _apply(lab: Lab, settings: LabSettings) -> Lab:
    exercises = tuple(_change_exercise(exercise, settings) for exercise in lab.exercises)
    _refuse_unknown(lab, settings)
    late = lab.late
    if settings.deadline is not None:
        late = LatePolicy(
            deadline=settings.deadline,
            grace_minutes=settings.grace_minutes,
            penalty_per_day=settings.penalty_per_day,
            closes_after_days=settings.closes_after_days,
        )
    return msgspec.structs.replace(
        lab,
        exercises=exercises,
        late=late,
        language=settings.language or lab.language,
        pass_mark=settings.pass_mark if settings.pass_mark is not None else lab.pass_mark,
    )


def _refuse_unknown(lab: Lab, settings: LabSettings) -> None:
    exercises = {exercise.id for exercise in lab.exercises}
    checks = {
        f"{exercise.id}/{check.id}" for exercise in lab.exercises for check in exercise.checks
    }
    for kind, names, known in (
        ("exercise", settings.points, exercises),
        ("check", settings.checks, checks),
    ):
        for name in names:
            if name not in known:
                unknown = UnknownNameError(kind, name, known)
                raise ValueError(f"{unknown}; {unknown.hint}")


def _change_exercise(exercise: Exercise, settings: LabSettings) -> Exercise:
    """Change the fields of checks first, then scale their points to the exercise's new total."""
    checks = tuple(
        _change_check(check, settings.checks.get(f"{exercise.id}/{check.id}", {}))
        for check in exercise.checks
    )
    declared = sum(check.points for check in checks)
    points = settings.points.get(exercise.id, declared)
    if points != declared:
        if points < 0 or declared == 0:
            raise ValueError(f"exercise '{exercise.id}' cannot be worth {points:g} points")
        checks = tuple(
            msgspec.structs.replace(check, points=check.points * points / declared)
            for check in checks
        )
    return Exercise(
        id=exercise.id,
        title=exercise.title,
        points=points,
        artefact=exercise.artefact,
        checks=checks,
    )


def _change_check(check: Check, changes: dict[str, Any]) -> Check:
    if not changes:
        return check
    fixed = {"id", "kind"} & changes.keys()
    if fixed:
        raise ValueError(f"check '{check.id}': {', '.join(sorted(fixed))} cannot be changed")
    return msgspec.convert(msgspec.to_builtins(check) | changes, type(check))
