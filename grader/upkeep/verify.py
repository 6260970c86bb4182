"""Hold a lab to its promises: the reference is perfect, nothing earns 0, broken samples lose where they should."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from grader import resources
from grader.checks.hidden_test import HiddenTest
from grader.course import load_course
from grader.errors import DataUnavailableError, VerificationError
from grader.files import make_folder
from grader.grading.grade import ClassRun, GradeOptions
from grader.hidden.lab import add_hidden_tests, tests_folder
from grader.intake import LocatedSubmission, find_class, find_submission
from grader.records.base import Record
from grader.records.lab import Lab
from grader.records.points import points_text
from grader.records.result import GradeReport
from grader.runs.store import RunStore
from grader.sandbox.scratch import scratch_folder

REFERENCE, EMPTY = "reference", "empty"

#: The folder of a reference solution with what is handed in, where that is not the whole solution.
PACKED = "submission"

#: What the samples of a lab show; beside hidden tests, which of these the samples do not pass.
SAMPLES_FILE = "samples.toml"


class Sample(Record, frozen=True, kw_only=True):
    """``[<student>]`` of `samples.toml`: what a sample submission shows."""

    about: str
    loses: tuple[str, ...] = ()
    """``exercise/check`` of every check on which it loses points; no others may."""
    reason: str = ""
    """What must have gone wrong with one of its files."""
    exercises: tuple[str, ...] = ()
    """Ids of the exercises it is about, and promises nothing beyond; empty for all."""

    def __post_init__(self) -> None:
        for check in self.loses:
            if not self.is_about(check):
                raise ValueError(f"it loses '{check}', which is of no exercise it is about")

    def is_about(self, check: str) -> bool:
        """Whether it promises anything about a check, ``exercise/check``."""
        return not self.exercises or check.partition("/")[0] in self.exercises


@dataclass(frozen=True)
class Finding:
    """One promise, and whether it was kept."""

    subject: str
    promise: str
    kept: bool
    found: str


def verify_lab(lab: str, *, options: GradeOptions, course: Path | None = None) -> list[Finding]:
    """Grade the reference, an empty submission and every sample of a lab as one class.

    Args:
        lab: Slug of the lab.
        options: How they are graded.
        course: The course directory; None takes the current one where it is one.

    Raises:
        UnknownNameError: No lab has that slug.
        VerificationError: The lab has no reference solution or no samples, or `samples.toml` is wrong.
        DataUnavailableError: A dataset of the lab is not here, so nothing can be verified.
    """
    settings = load_course(course)
    tested = add_hidden_tests(settings, settings.lab(lab))
    settings, graded = tested.course, tested.lab
    samples = read_samples(lab)
    own = read_hidden_losses(tests_folder(settings, lab))
    unsaid = _hidden_checks(graded) if own is None else set()
    with scratch_folder("verify") as folder:
        run = folder / "run"
        located = [_reference(lab), _empty(folder), *_sample_submissions(lab, samples)]
        result = ClassRun(graded, settings, run, source=lab).grade(located, options)
        if result.unavailable:
            name, why = next(iter(result.unavailable.items()))
            raise DataUnavailableError(f"'{lab}' cannot be verified without '{name}'", hint=why)
        reasons = {report.student.id: _reasons(run, report.student.id) for report in result.reports}
    findings = [_check_reference(result.reports[0]), _check_empty(result.reports[1])]
    for report in result.reports[2:]:
        student = report.student.id
        sample = samples[student]
        loses = (*sample.loses, *(own or {}).get(student, ()))
        sample = msgspec.structs.replace(sample, loses=loses)
        findings += _check_sample(report, sample, reasons[student], unsaid)
    return findings


def read_samples(lab: str) -> dict[str, Sample]:
    """What the lab's samples show, by student.

    Raises:
        VerificationError: There are none, or the file is wrong.
    """
    file = resources.samples(lab) / SAMPLES_FILE
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), dict[str, Sample])
    except FileNotFoundError:
        raise VerificationError(
            f"the lab '{lab}' has no samples ({file} is missing)",
            hint="samples are in the repository, not in the installed package",
        ) from None
    except (OSError, ValueError) as error:
        raise VerificationError(f"{file}: {error}") from error


def read_hidden_losses(folder: Path | None) -> dict[str, tuple[str, ...]] | None:
    """Hidden tests that samples do not pass, as ``exercise/check`` by student; None where nothing says.

    Args:
        folder: Of the lab's hidden tests, in which ``samples.toml`` says it.

    Raises:
        VerificationError: The file is wrong.
    """
    file = folder / SAMPLES_FILE if folder is not None else None
    if file is None or not file.is_file():
        return None
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), dict[str, tuple[str, ...]])
    except (OSError, ValueError) as error:
        raise VerificationError(f"{file}: {error}") from error


def _hidden_checks(lab: Lab) -> set[str]:
    return {
        f"{exercise.id}/{check.id}"
        for exercise in lab.exercises
        for check in exercise.checks
        if isinstance(check, HiddenTest)
    }


def _reference(lab: str) -> LocatedSubmission:
    folder = resources.reference_solution(lab)
    if not folder.is_dir():
        raise VerificationError(f"the lab '{lab}' has no reference solution")
    packed = folder / PACKED
    return _renamed(find_submission(packed if packed.is_dir() else folder), REFERENCE)


def _empty(folder: Path) -> LocatedSubmission:
    make_folder(folder / EMPTY)
    return find_submission(folder / EMPTY)


def _sample_submissions(lab: str, samples: dict[str, Sample]) -> list[LocatedSubmission]:
    found = find_class(resources.samples(lab))
    students = {item.submission.student.id for item in found}
    if students != samples.keys():
        odd = ", ".join(sorted(students ^ samples.keys()))
        raise VerificationError(f"folders and samples.toml of '{lab}' differ: {odd}")
    return found


def _renamed(found: LocatedSubmission, student_id: str) -> LocatedSubmission:
    student = msgspec.structs.replace(found.submission.student, id=student_id, name=student_id)
    return replace(found, submission=msgspec.structs.replace(found.submission, student=student))


def _reasons(run: Path, student: str) -> set[str]:
    evidence = RunStore(run).read_evidence(student)
    return {failure.reason for failure in evidence.failures} if evidence else set()


def lost(report: GradeReport) -> set[str]:
    """``exercise/check`` of every check without full points, what waits for a person aside."""
    return {
        f"{exercise.exercise_id}/{check.check_id}"
        for exercise in report.exercises
        for check in exercise.checks
        if check.status == "error" or (check.score is not None and check.score < check.max_score)
    }


def _is_judged(report: GradeReport) -> bool:
    """Whether nothing is open but what a person marks."""
    waits = any(check.status == "pending" for check in report.checks)
    return report.complete or (waits and all(check.status != "error" for check in report.checks))


def _check_reference(report: GradeReport) -> Finding:
    missed = lost(report)
    return Finding(
        REFERENCE,
        "earns full marks",
        not missed and _is_judged(report),
        f"{points_text(report.points)} of {points_text(report.max_points)}"
        + (f", loses {_listed(missed)}" if missed else ""),
    )


def _check_empty(report: GradeReport) -> Finding:
    failed = all(check.status in ("failed", "skipped") for check in report.checks)
    return Finding(EMPTY, "earns 0", report.points == 0 and failed, points_text(report.points))


def _check_sample(
    report: GradeReport, sample: Sample, reasons: set[str], unsaid: set[str]
) -> list[Finding]:
    """Hold a sample to its promises; of checks in `unsaid` and of exercises it is not about it promises nothing."""
    missed = {check for check in lost(report) - unsaid if sample.is_about(check)}
    promise = (
        f"loses points on {_listed(set(sample.loses))}" if sample.loses else "earns full marks"
    )
    findings = [
        Finding(
            report.student.id,
            promise,
            missed == set(sample.loses) and _is_judged(report),
            f"{points_text(report.points)} of {points_text(report.max_points)}, "
            f"loses {_listed(missed)}",
        )
    ]
    if sample.reason:
        findings.append(
            Finding(
                report.student.id,
                f"fails with '{sample.reason}'",
                sample.reason in reasons,
                _listed(reasons),
            )
        )
    return findings


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
