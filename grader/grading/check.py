"""A student's own check: the code that grades, on public data, without a class and without a run folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from grader import registry
from grader.checks.needs import lab_datasets
from grader.course import Course, load_course
from grader.errors import NotJudgedError
from grader.evidence.base import OnStep, ignore_step
from grader.evidence.view import StoredEvidence
from grader.grading.collect import CollectedEvidence, CollectJob, run_job
from grader.grading.collect_worker import local_worker
from grader.grading.datasets import load_datasets
from grader.grading.extras import refuse_missing_extras
from grader.grading.isolation import choose_level
from grader.grading.judge import judge_alone
from grader.grading.plan import CollectionPlan, runtime_versions
from grader.grading.run_judging import grading_context
from grader.grading.schedule import Progress, ProgressEvent, ignore_progress
from grader.intake import find_submission
from grader.intake.matching import match_submissions, with_entry
from grader.parallel import usable_cores
from grader.records.lab import Check, Lab
from grader.records.points import late_points, sum_points
from grader.records.result import GradeReport
from grader.reporting.pictures import Images
from grader.sandbox import Isolation, Limits


@dataclass(frozen=True)
class CheckOptions:
    """How a submission is checked."""

    isolation: Isolation
    """The isolation level submitted files are read at; ``auto`` is the strongest that works here."""
    limits: Limits = field(default_factory=Limits)
    """What the submission may use."""
    exercises: frozenset[str] = frozenset()
    """Ids of the exercises that are judged, for a look at a part of a submission; empty for all."""
    progress: Progress = ignore_progress
    """Called when the submission is done."""
    on_step: OnStep = ignore_step
    """Told which cell or statement of the submission's code runs."""


@dataclass(frozen=True)
class CheckedSubmission:
    """What a check came to."""

    report: GradeReport
    images: Images
    """The test images of the public datasets, for pictures of mistakes."""
    unavailable: dict[str, str]
    """Datasets that are not here, and how to get them."""


def check_submission(
    lab: str, path: Path, *, options: CheckOptions, course: Path | None = None
) -> CheckedSubmission:
    """Judge one submission as `grade_class` would, on public data. Nothing is written.

    Args:
        lab: Slug of the lab.
        path: The folder or the file to hand in.
        options: How it is checked.
        course: The course directory. None takes the lab as declared, never the current folder: it may be the
            submission, whose author must not set the rules.

    Raises:
        UsageError: No such lab, or `path` does not exist.
        IsolationError: The submission cannot be isolated as asked for.
        MissingPackageError: The lab needs a package that is not installed.
    """
    settings = load_course(course) if course else Course()
    roster = settings.roster()
    located = find_submission(path)
    graded = _part(public_lab(lab, settings), options.exercises)
    refuse_missing_extras(graded)
    datasets = load_datasets(lab_datasets(graded), settings)
    level = choose_level(options.isolation, secret=datasets.secret)
    plan = CollectionPlan(
        lab=graded,
        course=settings,
        datasets=datasets.records,
        unavailable=dict(datasets.pool.unavailable),
        limits=msgspec.structs.replace(options.limits, threads=usable_cores()),
        level=level,
    )
    with local_worker(plan, datasets.pool, options.on_step):
        collected = run_job(CollectJob(plan, located))
    options.progress(_event(collected))
    context = grading_context(
        graded, datasets.records, versions=runtime_versions(), isolation=level
    )
    submission = collected.evidence.submission
    entry = match_submissions(roster, [submission], settings.settings.matches).entries.get(0)
    if entry is not None:
        submission = with_entry(submission, entry)
    evidence = msgspec.structs.replace(collected.evidence, submission=submission)
    stored = StoredEvidence(evidence, lambda: collected.arrays, datasets.labels)
    return CheckedSubmission(
        report=judge_alone(context, stored), images=datasets.image, unavailable=plan.unavailable
    )


def _part(lab: Lab, exercises: frozenset[str]) -> Lab:
    """The lab with some of its exercises; none of them alone passes it."""
    if not exercises:
        return lab
    some = (exercise for exercise in lab.exercises if exercise.id in exercises)
    return msgspec.structs.replace(lab.with_exercises(some), pass_mark=None)


def _event(collected: CollectedEvidence) -> ProgressEvent:
    evidence = collected.evidence
    return ProgressEvent(
        done=1,
        total=1,
        student=evidence.submission.student.id,
        failures=tuple(failure.reason for failure in evidence.failures),
        seconds=evidence.effort.wall_s if evidence.effort else 0.0,
        kept=False,
    )


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
    pending = sum_points(
        check.score_interval.low
        for check in report.checks
        if check.status == "pending" and check.score_interval is not None
    )
    factor = report.lateness.factor if report.lateness else 1.0
    return sum_points([report.points, late_points(pending, factor)])


def public_lab(slug: str, course: Course) -> Lab:
    """The lab as the course grades it, with the public dataset of the declaration for every secret one."""
    graded, declared = course.lab(slug), registry.lab(slug)
    exercises = tuple(
        msgspec.structs.replace(
            exercise,
            checks=tuple(
                _public(check, original, course)
                for check, original in zip(
                    exercise.checks, declared.exercise(exercise.id).checks, strict=True
                )
            ),
        )
        for exercise in graded.exercises
    )
    return msgspec.structs.replace(graded, exercises=exercises)


def _public(check: Check, original: Check, course: Course) -> Check:
    name = getattr(check, "dataset", None)
    if name is None or course.dataset(name).visibility == "public":
        return check
    return msgspec.structs.replace(check, dataset=getattr(original, "dataset", name))
