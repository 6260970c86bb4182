"""A student's own check: the code that grades, on public data, without a class and without a run folder."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import msgspec

from grader import registry
from grader.course import Course, load_course
from grader.errors import NotJudgedError
from grader.grading.batch import Progress
from grader.grading.runs import ClassResult, grade_found
from grader.grading.store import RunStore
from grader.grading.stored import StoredImages
from grader.intake import find_submission
from grader.records.lab import Check, Lab
from grader.records.result import GradeReport
from grader.reporting.pictures import Images
from grader.sandbox import Isolation, Limits


def check_submission(
    lab: str,
    path: Path,
    *,
    course: Path | None = None,
    limits: Limits | None = None,
    isolation: Isolation = "auto",
    progress: Progress | None = None,
) -> ClassResult:
    """Judge one submission as `grade_class` would, on public data.

    Args:
        lab: Slug of the lab.
        path: The folder or the file to hand in.
        course: The course directory. None takes the lab as declared, never the current folder: it may be the
            submission, whose author must not set the rules.
        limits: What the submission may use.
        isolation: Level of the walls; ``auto`` is the strongest that holds here.
        progress: Called when the submission is done.

    Raises:
        UsageError: No such lab, or `path` does not exist.
    """
    settings = load_course(course) if course else Course()
    found = find_submission(path)
    with tempfile.TemporaryDirectory(prefix="grader-check-") as folder:
        run = Path(folder) / "run"
        result = grade_found(
            [found],
            public_lab(lab, settings),
            settings,
            out=run,
            source=str(path),
            in_class=False,
            limits=limits,
            isolation=isolation,
            progress=progress,
        )
        return replace(result, images=_kept_images(result.reports[0], StoredImages(RunStore(run))))


def _kept_images(report: GradeReport, stored: StoredImages) -> Images:
    """The pictures of a report's mistakes, taken out of a folder that is about to go."""
    kept = {
        (check.figure.dataset, mistake.image): stored(check.figure.dataset, mistake.image)
        for check in report.checks
        if check.figure is not None
        for mistake in check.figure.mistakes
    }
    return lambda dataset, place: kept.get((dataset, place))


def assured_points(report: GradeReport) -> float:
    """The points a gate may count on: of a mark that waits for the class, what it comes to at the least.

    Raises:
        NotJudgedError: A check could not be judged through no fault of the submission.
    """
    open_checks = [check for check in report.checks if check.status == "error"]
    if open_checks:
        raise NotJudgedError(
            f"'{open_checks[0].title}' could not be judged, so no share of the points can be asked for",
            hint="`grader doctor` shows which data are missing",
        )
    pending = sum(
        check.score_interval.low
        for check in report.checks
        if check.status == "pending" and check.score_interval is not None
    )
    factor = report.lateness.factor if report.lateness else 1.0
    return report.points + pending * factor


def public_lab(slug: str, course: Course) -> Lab:
    """The lab as the course grades it, with the public dataset of the declaration for every secret one."""
    graded, declared = course.lab(slug), registry.lab(slug)
    exercises = tuple(
        msgspec.structs.replace(
            exercise,
            checks=tuple(
                _public(check, original, course)
                for check, original in zip(exercise.checks, as_declared.checks, strict=True)
            ),
        )
        for exercise, as_declared in zip(graded.exercises, declared.exercises, strict=True)
    )
    return msgspec.structs.replace(graded, exercises=exercises)


def _public(check: Check, original: Check, course: Course) -> Check:
    name = getattr(check, "dataset", None)
    if name is None or course.dataset(name).visibility == "public":
        return check
    return msgspec.structs.replace(check, dataset=getattr(original, "dataset", name))
