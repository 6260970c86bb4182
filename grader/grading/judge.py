"""Judge stored evidence: pure arithmetic; no TensorFlow, no submitted bytes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from grader.checks import CheckContext, CheckKind, ClassScores
from grader.checks.hidden_test import HiddenTest
from grader.checks.needs import check_needs
from grader.evidence.view import StoredEvidence
from grader.grading.judge_check import judge_check
from grader.grading.reviews import NO_REVIEWS, Reviews, apply_review, files_digest
from grader.grading.shown_evidence import ShownNeeds, shown_evidence
from grader.hidden.outcomes import Outcomes
from grader.records.evidence import Evidence, Failure, ServedArtefact
from grader.records.lab import Exercise, Lab
from grader.records.message import Listing, Message, Name, Share, message
from grader.records.points import late_points, round_points, sum_points
from grader.records.result import (
    CheckResult,
    DatasetUsed,
    ExerciseResult,
    GradeReport,
    JudgedArtefact,
    Lateness,
    Provenance,
)
from grader.records.section import Interval
from grader.references import ReferenceFinding
from grader.scoring import lateness

_LOG = logging.getLogger(__name__)

AllClassScores = Mapping[tuple[str, str], ClassScores]
"""(Exercise id, check id) to what the class reached."""


@dataclass(frozen=True)
class GradingContext:
    """What all submissions of a run are judged on."""

    lab: Lab
    datasets: tuple[DatasetUsed, ...]
    versions: dict[str, str]
    isolation: str
    references: Mapping[tuple[str, int], float] = field(default_factory=dict)
    """What the reference solution reaches: (dataset, top) to accuracy."""
    findings: Mapping[str, tuple[ReferenceFinding, ...]] = field(default_factory=dict)
    """``exercise/check`` to what the study of the reference solution showed."""
    reviews: Reviews = NO_REVIEWS
    """What people decided."""
    tests: Outcomes = field(default_factory=dict)
    """How hidden tests ended."""

    @cached_property
    def shown(self) -> ShownNeeds:
        """What pages show beside the checks."""
        return ShownNeeds(self.lab)


def judge_alone(context: GradingContext, submission: StoredEvidence) -> GradeReport:
    """Judge one submission without a class; relative marks are pending."""
    return judge(submission, context, {})


def class_scores(
    context: GradingContext, submissions: Sequence[StoredEvidence]
) -> dict[tuple[str, str], ClassScores]:
    """What the class reached on every check that compares submissions."""
    found: dict[tuple[str, str], ClassScores] = {}
    for exercise in context.lab.exercises:
        for check in exercise.checks:
            if not isinstance(check, CheckKind):
                continue
            measured = [_score_in_class(check, exercise, item) for item in submissions]
            values = sorted((value for value in measured if value is not None), reverse=True)
            if values:
                found[exercise.id, check.id] = ClassScores(
                    best=values[0],
                    valid=len(values),
                    values=tuple(values),
                    open=sum(_is_open(check, item, exercise) for item in submissions),
                )
    return found


def _score_in_class(
    check: CheckKind, exercise: Exercise, submission: StoredEvidence
) -> float | None:
    """What a submission reached. A bug in a check shows when it is judged, and stops nobody else."""
    try:
        return check.score_in_class(CheckContext(exercise, submission))
    except Exception:
        student = submission.evidence.submission.student.id
        _LOG.exception("check '%s/%s' failed to measure '%s'", exercise.id, check.id, student)
        return None


def _is_open(check: CheckKind, submission: StoredEvidence, exercise: Exercise) -> bool:
    """Whether evidence this check needs is missing through no fault of the submission."""
    found = [submission.get(need) for need in check_needs(check, exercise)]
    return any(isinstance(item, Failure) and item.fault == "grader" for item in found)


def judge(
    submission: StoredEvidence, context: GradingContext, scores: AllClassScores
) -> GradeReport:
    """Judge one submission beside what its class reached."""
    evidence, lab = submission.evidence, context.lab
    exercises = tuple(
        ExerciseResult(
            exercise_id=exercise.id,
            title=exercise.title,
            max_score=exercise.points,
            artefacts=_judged_artefacts(lab, exercise, evidence),
            evidence=shown_evidence(exercise, submission, context.shown),
            checks=_judge_exercise(exercise, submission, context, scores),
        )
        for exercise in lab.exercises
    )
    checks = [check for exercise in exercises for check in exercise.checks]
    late = _lateness(lab, evidence)
    factor = late.factor if late else 1.0
    points = late_points(sum_points(exercise.score for exercise in exercises), factor)
    settled = not (_is_late_without_time(evidence) and lab.late is not None and lab.late.deducts)
    complete = settled and all(check.status not in ("error", "pending") for check in checks)
    keys = hashlib.sha256("\n".join(item.key for item in evidence.observations).encode())
    return GradeReport(
        student=evidence.submission.student,
        identity=evidence.submission.identity,
        lab=lab.slug,
        lab_title=lab.title,
        language=lab.language,
        exercises=exercises,
        points=points,
        max_points=lab.points,
        points_interval=_points_interval(checks, factor, settled=settled),
        complete=complete,
        passed=_passed(lab, points, complete=complete) if settled else None,
        lateness=late,
        notices=_notices(evidence, settled=settled),
        flags=_flags(evidence, checks, late),
        provenance=Provenance(
            lab_version=lab.version,
            submission_sha256=evidence.submission.sha256,
            evidence_digest=keys.hexdigest(),
            versions=context.versions,
            datasets=context.datasets,
            isolation=context.isolation,
        ),
    )


def _shown_files(served: ServedArtefact) -> tuple[str, ...]:
    return tuple(file.path for file in (*served.files, *served.companions))


def _judged_artefacts(
    lab: Lab, exercise: Exercise, evidence: Evidence
) -> tuple[JudgedArtefact, ...]:
    found = []
    for artefact_id in exercise.artefacts:
        served = evidence.resolved.artefacts.get(artefact_id)
        found.append(
            JudgedArtefact(
                artefact_id=artefact_id,
                title=lab.artefact(artefact_id).title,
                files=_shown_files(served) if served else (),
                alternatives=served.alternatives if served else (),
            )
        )
    return tuple(found)


def _judge_exercise(
    exercise: Exercise,
    submission: StoredEvidence,
    context: GradingContext,
    scores: AllClassScores,
) -> tuple[CheckResult, ...]:
    results: dict[str, CheckResult] = {}
    ended = context.tests.get(submission.evidence.submission.evidence_id, {})
    for check in exercise.checks:
        judged = CheckContext(
            exercise=exercise,
            evidence=submission,
            class_scores=scores.get((exercise.id, check.id)),
            references=context.references,
            test_outcome=ended.get(check.test) if isinstance(check, HiddenTest) else None,
        )
        name = f"{exercise.id}/{check.id}"
        review = context.reviews.find(submission.evidence.submission, name)
        result = judge_check(check, judged, results)
        results[check.id] = apply_review(
            _beside_reference(result, context.findings.get(name, ())),
            check,
            review,
            files_digest(submission.evidence, exercise, check) if review else "",
        )
    return tuple(results.values())


def _beside_reference(result: CheckResult, findings: Sequence[ReferenceFinding]) -> CheckResult:
    """A check that is passed, with what the reference found; those who have yet to find it are not shown it."""
    if result.status != "passed" or not findings:
        return result
    items = tuple(
        message(
            "reference.finding",
            name=Name(text=finding.name),
            accuracy=Share(value=finding.accuracy, setting=True),
        )
        for finding in findings
    )
    found = message("reference.found", findings=Listing(items=items))
    return msgspec.structs.replace(result, feedback=(*result.feedback, found))


def _is_late_without_time(evidence: Evidence) -> bool:
    """Whether an LMS marked it as late and nobody says when it came in: files may have any time."""
    submission = evidence.submission
    return submission.marked_late and not submission.time_stated and not submission.excused


def _lateness(lab: Lab, evidence: Evidence) -> Lateness | None:
    received = evidence.submission.received_at
    if lab.late is None or received is None or _is_late_without_time(evidence):
        return None
    return lateness(lab.late, received, excused=evidence.submission.excused)


def _points_interval(checks: Sequence[CheckResult], factor: float, *, settled: bool) -> Interval:
    """All checks at the low ends of their intervals, and at the high ends; what is open counts 0 to full."""
    lows, highs = zip(*map(_score_range, checks), strict=True) if checks else ((), ())
    return Interval(
        low=late_points(sum_points(lows), factor if settled else 0.0),
        high=late_points(sum_points(highs), factor),
    )


def _score_range(check: CheckResult) -> tuple[float, float]:
    if check.score_interval is not None:
        return check.score_interval.low, check.score_interval.high
    return (0.0, check.max_score) if check.score is None else (check.score, check.score)


def _passed(lab: Lab, points: float, *, complete: bool) -> bool | None:
    """Whether a pass/fail lab is passed; None for other labs and while it is open."""
    if lab.pass_mark is None:
        return None
    if points >= round_points(lab.pass_mark * lab.points):
        return True
    return False if complete else None


def _notices(evidence: Evidence, *, settled: bool) -> tuple[Message, ...]:
    notices = []
    if error := evidence.resolved.declaration_error:
        notices.append(message("notice.bad-declaration", error=Name(text=error)))
    if _is_late_without_time(evidence):
        notices.append(message("notice.marked-late" if settled else "notice.marked-late-open"))
    return tuple(notices)


def _flags(
    evidence: Evidence,
    checks: Sequence[CheckResult],
    late: Lateness | None,
) -> tuple[str, ...]:
    flags = {flag for check in checks for flag in check.flags}
    if evidence.resolved.declaration_error:
        flags.add("bad-declaration")
    if any(served.alternatives for served in evidence.resolved.artefacts.values()):
        flags.add("ambiguous-file")
    if late and late.days and not evidence.submission.time_stated:
        flags.add("received-from-file-time")
    if _is_late_without_time(evidence):
        flags.add("marked-late")
    return tuple(sorted(flags))
