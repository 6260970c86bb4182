"""A lab with the hidden tests of its course as checks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from grader import registry
from grader.checks.hidden_test import HiddenTest
from grader.course import Course
from grader.errors import CourseError
from grader.hidden.collect import read_test_folder
from grader.hidden.described import described_test
from grader.hidden.files import HIDDEN_TESTS, list_test_files
from grader.hidden.fixtures import FixtureResolver
from grader.messages import catalogue
from grader.records.lab import Exercise, Lab

#: The exercise of tests that belong to none.
EXERCISE = "hidden-tests"


@dataclass(frozen=True)
class LabWithTests:
    """A lab with hidden tests, and the course that knows their images."""

    lab: Lab
    course: Course
    problems: tuple[str, ...] = ()
    """Why tests cannot be run, in sentences for instructors."""


def tests_folder(course: Course, lab: str) -> Path | None:
    """The folder of a lab's hidden tests; None where no course directory is named, since what is in there is run."""
    return course.root / HIDDEN_TESTS / lab if course.root is not None and course.is_named else None


def add_hidden_tests(course: Course, lab: Lab, *, submissions: Path | None = None) -> LabWithTests:
    """Add the hidden tests of a course directory to a lab; a lab without any stays as it is.

    Args:
        course: Whose directory is looked into.
        lab: As the course grades it.
        submissions: Where what is graded lies; a course directory in there is refused, since tests are run.

    Raises:
        CourseError: The test files cannot be read, the course directory was handed in, or the best of several
            attempts is to count on secret images.
    """
    if course.root is None or not list_test_files(course.root / HIDDEN_TESTS / lab.slug):
        return LabWithTests(lab, course)
    folder = tests_folder(course, lab.slug)
    if folder is None:
        told = f"The hidden tests in {course.root} are not run: name the course, --course {course.root}."
        return LabWithTests(lab, course, problems=(told,))
    _refuse_submitted(course, submissions)
    read = read_test_folder(folder.resolve())
    resolver = FixtureResolver(lab, course, read.images)
    taken = {(exercise.id, check.id) for exercise in lab.exercises for check in exercise.checks}
    left_out = _exercises_left_out(lab)
    added: dict[str, list[HiddenTest]] = {}
    for test in read.found.tests:
        if test.exercise in left_out:
            continue
        exercise, check = described_test(test, read.digests[test.file], lab, resolver, EXERCISE)
        check = _with_own_id(check, exercise, taken)
        added.setdefault(exercise, []).append(check)
    for file, problem in read.found.problems.items():
        check = _broken_file(file, problem, read.digests.get(file, ""))
        added.setdefault(EXERCISE, []).append(_with_own_id(check, EXERCISE, taken))
    tested = _with_checks(lab, added)
    course = replace(course, added_datasets=resolver.datasets)
    problems = [check.problem for checks in added.values() for check in checks if check.problem]
    return LabWithTests(
        lab=course.with_attempts(tested),
        course=course,
        problems=tuple(f"A hidden test cannot be run: {problem}" for problem in problems),
    )


def _exercises_left_out(lab: Lab) -> set[str]:
    """Ids of the exercises that the lab declares and the course does not ask for."""
    declared = registry.lab(lab.slug).exercises if lab.slug in registry.labs() else ()
    return {exercise.id for exercise in declared} - {exercise.id for exercise in lab.exercises}


def _refuse_submitted(course: Course, submissions: Path | None) -> None:
    if course.root is None or submissions is None or not submissions.is_dir():
        return
    if course.root.resolve().is_relative_to(submissions.resolve()):
        raise CourseError(
            f"the course directory {course.root} lies among the submissions in {submissions}, and its hidden tests "
            "would be run",
            hint="move it elsewhere, and name it with --course",
        )


def _with_own_id(check: HiddenTest, exercise: str, taken: set[tuple[str, str]]) -> HiddenTest:
    """The check with an id that no other has; of two with one id the second is called after its file."""
    name, number = check.id, 1
    while (exercise, name) in taken:
        stem = Path(check.test.partition("::")[0]).stem.removeprefix("test_").replace("_", "-")
        name = f"{stem}-{check.id}" if number == 1 else f"{stem}-{check.id}-{number}"
        number += 1
    taken.add((exercise, name))
    return check if name == check.id else msgspec.structs.replace(check, id=name)


def _broken_file(file: str, problem: str, digest: str) -> HiddenTest:
    """A check that says to staff that nothing of a file can be run; nobody knows how many points it has."""
    return HiddenTest(
        id=Path(file).stem.removeprefix("test_").replace("_", "-"),
        title=file,
        points=0,
        visibility="hidden",
        test=file,
        tested="",
        digest=digest,
        problem=problem,
    )


def _with_checks(lab: Lab, added: dict[str, list[HiddenTest]]) -> Lab:
    exercises = [_extended(exercise, added.get(exercise.id, [])) for exercise in lab.exercises]
    if own := added.get(EXERCISE):
        artefacts = [name for check in own for name in check.artefacts]
        exercise = Exercise(
            id=EXERCISE,
            title=catalogue(lab.language)("hidden-test.exercise"),
            points=sum(check.points for check in own),
            artefacts=tuple(dict.fromkeys(artefacts)) or (lab.artefacts[0].id,),
            checks=tuple(own),
        )
        exercises.append(exercise)
    return msgspec.structs.replace(lab, exercises=tuple(exercises))


def _extended(exercise: Exercise, checks: list[HiddenTest]) -> Exercise:
    if not checks:
        return exercise
    return msgspec.structs.replace(
        exercise,
        points=exercise.points + sum(check.points for check in checks),
        checks=(*exercise.checks, *checks),
    )
