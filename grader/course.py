"""The course directory: `course.toml`, the roster, and what they change about a lab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from grader import registry
from grader.checks.needs import earning_datasets
from grader.errors import CourseError, UnknownNameError
from grader.intake.roster import Roster, read_roster
from grader.intake.times import occurrences
from grader.records.lab import Check, Exercise, Lab, LatePolicy
from grader.records.zones import time_zone
from grader.settings import Keys, SettingError, TomlFile, convert, read_toml
from grader.settings.course_file import CourseSettings, LabSettings

if TYPE_CHECKING:
    from grader.datasets.base import LabelledDataset, Visibility

COURSE_FILE = "course.toml"

#: Fields of checks under their names in version 0.1.0, and what they are called now.
_RENAMED_FIELDS = {"demands": "thresholds"}


@dataclass(frozen=True)
class Course:
    """A course directory; without a `course.toml` everything is as the labs declare it."""

    root: Path | None = None
    is_named: bool = False
    """Whether somebody named it. What is just the current folder may have been handed in: none of its files is run."""
    settings: CourseSettings = field(default_factory=CourseSettings)
    file: TomlFile = field(default_factory=lambda: TomlFile(Path(COURSE_FILE)))
    """Where the settings stand."""
    added_datasets: Mapping[str, LabelledDataset] = field(default_factory=dict)
    """Datasets that neither the grader nor `course.toml` names, by name: images of hidden tests."""

    def lab(self, slug: str) -> Lab:
        """The lab as this course grades it.

        Raises:
            UnknownNameError: No lab has that slug.
            CourseError: `course.toml` changes something that is not there, or to something impossible.
        """
        lab = registry.lab(slug)
        keys = ("labs", slug)
        try:
            if slug in self.settings.labs:
                lab = _apply(lab, self.settings, keys)
                self._refuse_unknown_datasets(lab, keys)
            lab = self._with_attempts(lab, keys)
        except SettingError as error:
            raise self.file.error(error) from error
        except (ValueError, msgspec.ValidationError) as error:
            raise self.file.error(SettingError(keys, str(error))) from error
        return lab

    def with_attempts(self, lab: Lab) -> Lab:
        """The lab with the rule on several attempts.

        Raises:
            CourseError: The best of several tries on a secret dataset is to count.
        """
        try:
            return self._with_attempts(lab, ("labs", lab.slug))
        except SettingError as error:
            raise self.file.error(error) from error

    def starter_files(self, slug: str) -> dict[str, Path]:
        """The models, scripts and notebooks handed out with a lab: path as `course.toml` names it, to file."""
        settings = self.settings.labs.get(slug, LabSettings())
        return {name: (self.root or Path()) / name for name in settings.starter}

    def dataset(self, name: str) -> LabelledDataset:
        """The dataset of that name, the course's own folders first.

        Raises:
            UnknownNameError: Neither the course nor the grader has it.
        """
        from grader import datasets

        if name in self.added_datasets:
            return self.added_datasets[name]
        own = self.settings.datasets.get(name)
        if own is None:
            try:
                return datasets.get(name)
            except UnknownNameError:
                raise UnknownNameError("dataset", name, self.dataset_names()) from None
        folder = (self.root or Path()) / own.folder
        visibility: Visibility = "public" if own.visibility == "public" else "secret"
        if own.holds == "reviews":
            return datasets.course_reviews(folder, visibility=visibility, name=name)
        return datasets.handwritten_folder(folder, visibility=visibility, name=name)

    def dataset_names(self) -> tuple[str, ...]:
        """The names `dataset` knows, sorted."""
        from grader import datasets

        return tuple(sorted({*datasets.names(), *self.settings.datasets}))

    @property
    def zone(self) -> tzinfo | None:
        """The course's time zone; None where it names none."""
        return time_zone(self.settings.timezone) if self.settings.timezone else None

    def roster(self) -> Roster:
        """The roster; empty where `course.toml` names none.

        Raises:
            CourseError: The roster cannot be used.
        """
        return self._roster

    @cached_property
    def _roster(self) -> Roster:  # read once, so that a warning about it is said once
        path = self.settings.roster
        return read_roster((self.root or Path()) / path, self.zone) if path else Roster({})

    def _refuse_unknown_datasets(self, lab: Lab, keys: Keys) -> None:
        known = self.dataset_names()
        for exercise in lab.exercises:
            for check in exercise.checks:
                name = getattr(check, "dataset", None)
                if name is not None and name not in known:
                    unknown = UnknownNameError("dataset", name, known)
                    where = f"{exercise.id}/{check.id}"
                    raise SettingError(
                        (*keys, "checks", where, "dataset"), f"{where}: {unknown}; {unknown.hint}"
                    )

    def _with_attempts(self, lab: Lab, keys: Keys) -> Lab:
        """The lab with the rule on several attempts; the best of several tries on a secret dataset is refused."""
        own = self.settings.labs.get(lab.slug, LabSettings()).attempts
        rule = own or self.settings.attempts or lab.attempts
        for check, names in earning_datasets(lab).items() if rule == "best" else ():
            secret = [name for name in names if self.dataset(name).visibility == "secret"]
            if secret:
                raise SettingError(
                    (*keys, "attempts") if own else ("attempts",),
                    f'attempts = "best" is not possible for {lab.slug}: {check} earns points on the secret '
                    f"dataset '{secret[0]}', and the best of several tries on it would tell students more of it "
                    "each time",
                    'write attempts = "last" or "first", for this lab alone under '
                    f"[{'.'.join(keys)}], or judge these points on a public dataset",
                )
        return msgspec.structs.replace(lab, attempts=rule)


def load_course(folder: Path | None) -> Course:
    """Read the course directory `folder`, or the current one where it holds a `course.toml`.

    Raises:
        CourseError: `folder` has no `course.toml`, or the file is wrong; the message says where.
    """
    root = (folder or Path.cwd()).resolve()
    file = root / COURSE_FILE
    if not file.is_file():
        if folder is None:
            return Course()
        raise CourseError(
            f"{folder} has no {COURSE_FILE}",
            hint=f"`grader init {folder}` makes a course directory",
        )
    source = read_toml(file)
    try:
        settings = convert(source.data, CourseSettings)
        for slug in settings.labs:
            if slug not in registry.labs():
                unknown = UnknownNameError("lab", slug, registry.labs())
                raise SettingError(("labs", slug), str(unknown), unknown.hint)
    except SettingError as error:
        raise source.error(error) from error
    return Course(root=root, is_named=folder is not None, settings=settings, file=source)


def _apply(lab: Lab, course: CourseSettings, keys: Keys) -> Lab:
    settings = course.labs[lab.slug]
    _refuse_unknown(lab, settings, keys)
    asked = lab.with_exercises(
        _change_exercise(exercise, settings, keys)
        for exercise in lab.exercises
        if not settings.exercises or exercise.id in settings.exercises
    )
    late = lab.late
    if settings.deadline is not None:
        late = LatePolicy(
            deadline=_deadline(settings.deadline, course.timezone, (*keys, "deadline")),
            grace_minutes=settings.grace_minutes,
            penalty_per_day=settings.penalty_per_day,
            closes_after_days=settings.closes_after_days,
            timezone=course.timezone,
        )
    return msgspec.structs.replace(
        asked,
        late=late,
        language=settings.language or lab.language,
        pass_mark=settings.pass_mark if settings.pass_mark is not None else lab.pass_mark,
    )


def _deadline(deadline: datetime, zone: str, keys: Keys) -> datetime:
    """A deadline with its offset; the later moment where clocks show its time twice."""
    if deadline.tzinfo is not None:
        return deadline
    if not zone:
        raise SettingError(
            keys,
            "deadline needs a UTC offset, or the course a time zone",
            f'write deadline = {deadline.isoformat()}+01:00 with your offset, or timezone = "Europe/Paris" with '
            "your zone at the top of the file",
        )
    moments = occurrences(deadline, time_zone(zone))
    if not moments:
        raise SettingError(
            keys,
            f"deadline = {deadline.isoformat()} is a time that clocks in {zone} skip: they are put forward",
            "take an earlier or a later time of that day",
        )
    return moments[-1]


def _refuse_unknown(lab: Lab, settings: LabSettings, keys: Keys) -> None:
    exercises = {exercise.id for exercise in lab.exercises}
    checks = {
        f"{exercise.id}/{check.id}" for exercise in lab.exercises for check in exercise.checks
    }
    for table, kind, names, known in (
        ("exercises", "exercise", settings.exercises, exercises),
        ("points", "exercise", settings.points, exercises),
        ("checks", "check", settings.checks, checks),
    ):
        for name in names:
            if name not in known:
                unknown = UnknownNameError(kind, name, known)
                raise SettingError((*keys, table, name), f"{unknown}; {unknown.hint}")


def _change_exercise(exercise: Exercise, settings: LabSettings, keys: Keys) -> Exercise:
    """Change the fields of checks first, then scale their points to the exercise's new total."""
    checks = tuple(
        _change_check(check, settings.checks.get(name, {}), (*keys, "checks", name))
        for check in exercise.checks
        for name in [f"{exercise.id}/{check.id}"]
    )
    declared = sum(check.points for check in checks)
    points = settings.points.get(exercise.id, declared)
    if points != declared:
        if points < 0 or declared == 0:
            raise SettingError(
                (*keys, "points", exercise.id),
                f"exercise '{exercise.id}' cannot be worth {points:g} points",
            )
        checks = tuple(
            msgspec.structs.replace(check, points=check.points * points / declared)
            for check in checks
        )
    return Exercise(
        id=exercise.id,
        title=exercise.title,
        points=points,
        artefacts=exercise.artefacts,
        checks=checks,
    )


def _change_check(check: Check, changes: dict[str, Any], keys: Keys) -> Check:
    if not changes:
        return check
    for name in ("id", "kind"):
        if name in changes:
            raise SettingError((*keys, name), f"check '{check.id}': {name} cannot be changed")
    for old in sorted(_RENAMED_FIELDS.keys() & changes.keys()):
        raise SettingError(
            (*keys, old), f"check '{check.id}': `{old}` is now called `{_RENAMED_FIELDS[old]}`"
        )
    return convert(msgspec.to_builtins(check) | changes, type(check), keys)
