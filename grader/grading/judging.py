"""Judge evidence: pure arithmetic over what was stored; no TensorFlow, no submitted bytes."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from numpy.typing import NDArray

from grader.checks import Case, CheckKind, ClassStanding, RankedPredictions
from grader.grading.store import Arrays
from grader.messages import Catalogue, catalogue, visible
from grader.records.evidence import OUR_FAULT, Evidence, Failure, ModelSummary, Predictions
from grader.records.lab import Check, Exercise, Lab, ModelNeed, PredictionsNeed
from grader.records.result import (
    CheckResult,
    DatasetUsed,
    ExerciseResult,
    Flag,
    GradeReport,
    Interval,
    Lateness,
    Provenance,
)
from grader.scoring import lateness, round_points

Labels = Mapping[str, NDArray[Any]]
Standings = Mapping[tuple[str, str], ClassStanding]


@dataclass(frozen=True)
class Grounds:
    """What all submissions of a run are judged on."""

    lab: Lab
    labels: Labels
    """Dataset name to labels."""
    datasets: tuple[DatasetUsed, ...]
    versions: dict[str, str]
    isolation: str
    references: Mapping[tuple[str, int], float] = field(default_factory=dict)
    """What the reference solution reaches: (dataset, top) to accuracy."""
    in_class: bool = True
    """False for a student who checks alone."""
    stated_times: frozenset[str] = frozenset()
    """Ids of students whose hand-in time is on the roster, not taken from their files."""

    @property
    def secret(self) -> frozenset[str]:
        """Names of the secret datasets."""
        return frozenset(dataset.name for dataset in self.datasets if dataset.secret)


@dataclass
class StoredEvidence:
    """The evidence of one submission as checks see it. Arrays are read when first needed."""

    evidence: Evidence
    read_arrays: Callable[[], Arrays]
    labels: Labels
    _arrays: Arrays | None = None
    _ranked: dict[str, RankedPredictions] = field(default_factory=dict)

    def model(self, artefact: str) -> ModelSummary | Failure:
        """The network of an artefact."""
        item = self.evidence.find(ModelNeed(artefact=artefact))
        if isinstance(item, Predictions):
            return Failure(reason="internal", detail=f"predictions in place of model {artefact}")
        return item

    def predictions(self, artefact: str, dataset: str) -> RankedPredictions | Failure:
        """The network's answers on a dataset, beside the labels."""
        item = self.evidence.find(PredictionsNeed(artefact=artefact, dataset=dataset))
        if isinstance(item, Failure):
            return item
        if isinstance(item, ModelSummary):
            return Failure(reason="internal", detail=f"model in place of predictions on {dataset}")
        if item.array_key not in self._ranked:
            if self._arrays is None:
                self._arrays = self.read_arrays()
            ranked = self._arrays.get(f"{item.array_key}.ranked")
            score = self._arrays.get(f"{item.array_key}.best_score")
            labels = self.labels.get(dataset)
            if ranked is None or score is None or labels is None or len(ranked) != len(labels):
                return Failure(
                    reason="internal",
                    detail=f"stored predictions and labels of {dataset} do not fit",
                )
            self._ranked[item.array_key] = RankedPredictions(item, ranked, labels, score)
        return self._ranked[item.array_key]


def judge_class(grounds: Grounds, submissions: Sequence[StoredEvidence]) -> list[GradeReport]:
    """Judge every submission; relative marks look at all of them first."""
    say = catalogue(grounds.lab.language)
    standings = _standings(grounds, submissions, say) if grounds.in_class else {}
    return [_judge(submission, grounds, standings, say) for submission in submissions]


def _standings(
    grounds: Grounds, submissions: Sequence[StoredEvidence], say: Catalogue
) -> Standings:
    """The best of the class on every check that compares."""
    standings: dict[tuple[str, str], ClassStanding] = {}
    for exercise in grounds.lab.exercises:
        for check in exercise.checks:
            if not isinstance(check, CheckKind):
                continue
            cases = [Case(exercise, submission, say) for submission in submissions]
            measured = [value for case in cases if (value := _measure(check, case)) is not None]
            if measured:
                standings[exercise.id, check.id] = ClassStanding(
                    best=max(measured),
                    valid=len(measured),
                    values=tuple(sorted(measured, reverse=True)),
                    open=sum(_is_open(check, submission, exercise) for submission in submissions),
                )
    return standings


def _measure(check: CheckKind, case: Case) -> float | None:
    """What a submission reached. A bug in a check is told when it is judged, and stops nobody else."""
    try:
        return check.measure(case)
    except Exception:
        return None


def _is_open(check: CheckKind, submission: StoredEvidence, exercise: Exercise) -> bool:
    """Whether evidence this check needs is missing through no fault of the submission."""
    items = [
        submission.predictions(need.artefact, need.dataset)
        if isinstance(need, PredictionsNeed)
        else submission.model(need.artefact)
        for need in check.needs(exercise.artefact)
    ]
    return any(isinstance(item, Failure) and item.reason in OUR_FAULT for item in items)


def _judge(
    submission: StoredEvidence, grounds: Grounds, standings: Standings, say: Catalogue
) -> GradeReport:
    evidence, lab = submission.evidence, grounds.lab
    exercises = tuple(
        ExerciseResult(
            exercise_id=exercise.id,
            title=exercise.title,
            max_score=exercise.points,
            file=evidence.chosen.get(exercise.artefact, ""),
            rivals=evidence.ambiguous.get(exercise.artefact, ()),
            network=_network(submission, exercise.artefact),
            checks=_judge_exercise(exercise, submission, grounds, standings, say),
        )
        for exercise in lab.exercises
    )
    checks = [check for exercise in exercises for check in exercise.checks]
    late = _lateness(lab, evidence)
    factor = late.factor if late else 1.0
    points = round_points(sum(check.score or 0.0 for check in checks) * factor)
    complete = all(check.status not in ("error", "pending") for check in checks)
    return GradeReport(
        student=evidence.submission.student,
        lab=lab.slug,
        lab_title=lab.title,
        language=lab.language,
        exercises=exercises,
        points=points,
        max_points=lab.points,
        points_interval=_points_interval(checks, factor),
        complete=complete,
        passed=_passed(lab, points, complete=complete),
        lateness=late,
        notices=_notices(evidence, say),
        flags=_flags(evidence, checks, grounds, late),
        provenance=Provenance(
            lab_version=lab.version,
            submission_sha256=evidence.submission.sha256,
            evidence_key=evidence.key,
            versions=grounds.versions,
            datasets=grounds.datasets,
            isolation=grounds.isolation,
        ),
    )


def _network(submission: StoredEvidence, artefact: str) -> ModelSummary | None:
    model = submission.model(artefact)
    if not isinstance(model, ModelSummary):
        return None
    # What is compared over the class stays in the evidence.
    return msgspec.structs.replace(model, fingerprint=None)


def _judge_exercise(
    exercise: Exercise,
    submission: StoredEvidence,
    grounds: Grounds,
    standings: Standings,
    say: Catalogue,
) -> tuple[CheckResult, ...]:
    results: dict[str, CheckResult] = {}
    for check in exercise.checks:
        case = Case(
            exercise=exercise,
            evidence=submission,
            say=say,
            standing=standings.get((exercise.id, check.id)),
            secret=grounds.secret,
            references=grounds.references,
        )
        results[check.id] = _judge_check(check, case, results)
    return tuple(results.values())


def _judge_check(check: Check, case: Case, before: Mapping[str, CheckResult]) -> CheckResult:
    """Judge one check. An error of ours is `error`, never a zero."""
    waiting_for = [before[name] for name in check.requires if before[name].status != "passed"]
    if waiting_for:
        return CheckResult(
            check_id=check.id,
            title=check.title,
            status="skipped",
            # What waits for a check that is open is open as well.
            score=None if any(result.score is None for result in waiting_for) else 0.0,
            max_score=check.points,
            feedback=case.say(
                "skipped.requires", requires=", ".join(result.title for result in waiting_for)
            ),
            visibility=check.visibility,
        )
    try:
        if not isinstance(check, CheckKind):
            raise TypeError(f"'{check.id}' is of no kind that can be judged")
        return check.judge(case)
    except Exception:
        return CheckResult(
            check_id=check.id,
            title=check.title,
            status="error",
            score=None,
            max_score=check.points,
            feedback=case.say("failure.internal"),
            advice=case.say("advice.internal"),
            detail=traceback.format_exc(limit=-5),
            flags=("needs-review",),
            visibility=check.visibility,
        )


def _lateness(lab: Lab, evidence: Evidence) -> Lateness | None:
    received = evidence.submission.received_at
    if lab.late is None or received is None:
        return None
    return lateness(lab.late, received, excused=evidence.submission.excused)


def _points_interval(checks: Sequence[CheckResult], factor: float) -> Interval:
    """All checks at the low ends of their intervals, and at the high ends; what is open counts 0 to full."""
    low = high = 0.0
    for check in checks:
        if check.score_interval is not None:
            low += check.score_interval.low
            high += check.score_interval.high
        elif check.score is None:
            high += check.max_score
        else:
            low += check.score
            high += check.score
    return Interval(low=round_points(low * factor), high=round_points(high * factor))


def _passed(lab: Lab, points: float, *, complete: bool) -> bool | None:
    """Whether a pass/fail lab is passed; None for other labs and while it is open."""
    if lab.pass_mark is None:
        return None
    if points >= round_points(lab.pass_mark * lab.points):
        return True
    return False if complete else None


def _notices(evidence: Evidence, say: Catalogue) -> tuple[str, ...]:
    if not evidence.declaration_error:
        return ()
    return (say("notice.bad-declaration", error=visible(evidence.declaration_error)),)


def _flags(
    evidence: Evidence, checks: Sequence[CheckResult], grounds: Grounds, late: Lateness | None
) -> tuple[Flag, ...]:
    flags: set[Flag] = {flag for check in checks for flag in check.flags}
    if evidence.declaration_error:
        flags.add("bad-declaration")
    if evidence.ambiguous:
        flags.add("ambiguous-file")
    if late and late.days and evidence.submission.student.id not in grounds.stated_times:
        flags.add("received-from-file-time")
    return tuple(sorted(flags))
