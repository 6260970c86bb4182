from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from grader.checks import AccuracyAtLeast, ArchitectureMatches, CheckKind, LayerDemand
from grader.grading.judging import Grounds, StoredEvidence, judge_class
from grader.records.evidence import Failure, FailureReason, Item
from grader.records.lab import Check, Lab, LatePolicy, Need
from grader.records.result import GradeReport
from tests.factories import (
    ANSWERS,
    ARTEFACT,
    DATASET,
    NETWORK,
    NOON,
    evidence,
    exercise,
    lab,
    labels,
    layer,
    model,
    predictions,
    ranked,
    stored_arrays,
    submission,
    threshold,
)


@dataclass(frozen=True)
class Handed:
    """What a student's network does: right on `hits` of 100 images, or why there is none."""

    hits: int | None = 95
    failure: FailureReason | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def stored(self, student: str) -> StoredEvidence:
        items: dict[Need, Item] = {NETWORK: model(layer("Dense", units=8)), ANSWERS: predictions()}
        if self.failure:
            failure = Failure(reason=self.failure, args={"file": "m.h5", "version": "2"})
            items = dict.fromkeys(items, failure)
        arrays = stored_arrays(ranked(self.hits or 0))
        return StoredEvidence(
            evidence(student, items, **self.more), lambda: arrays, {DATASET: labels()}
        )


def grounds(graded: Lab, **more: Any) -> Grounds:
    defaults: dict[str, Any] = {
        "lab": graded,
        "labels": {DATASET: labels()},
        "datasets": (),
        "versions": {"grader": "0.1.0"},
        "isolation": "process",
    }
    return Grounds(**defaults | more)


def judged(
    graded: Lab, handed: Mapping[str, Handed] | None = None, **more: Any
) -> dict[str, GradeReport]:
    handed = handed or {"amina": Handed()}
    stored = [item.stored(student) for student, item in handed.items()]
    return {report.student.id: report for report in judge_class(grounds(graded, **more), stored)}


def one(graded: Lab, handed: Handed | None = None, **more: Any) -> GradeReport:
    return judged(graded, {"amina": handed or Handed()}, **more)["amina"]


LAYERS = ArchitectureMatches(
    id="architecture", title="Layers", points=10, layers=(LayerDemand(type="Flatten"),)
)


def test_a_report_says_who_earned_what_and_on_what_grounds() -> None:
    """Points, file, lab and provenance come together in the report."""
    report = one(lab(threshold()))

    assert (report.points, report.max_points, report.complete) == (30, 30, True)
    assert report.exercises[0].file == "digits.h5"
    assert report.provenance.evidence_key == "k" * 64
    assert report.provenance.versions == {"grader": "0.1.0"}
    assert report.passed is None
    assert report.lateness is None


def test_a_check_waits_for_what_it_requires() -> None:
    """After a check that is not passed, its dependant is skipped with 0 and says what it waited for."""
    report = one(lab(LAYERS, threshold(requires=("architecture",))))
    first, second = report.checks

    assert (first.status, first.score) == ("failed", 0)
    assert (second.status, second.score) == ("skipped", 0)
    assert second.feedback == "Not judged: Layers has to pass first."
    assert report.complete


def test_a_check_is_judged_once_its_requirement_passes() -> None:
    """A passed requirement holds nothing back."""
    report = one(lab(threshold(), threshold(id="second", requires=("accuracy",))))

    assert [check.status for check in report.checks] == ["passed", "passed"]


def test_what_waits_for_an_error_of_ours_is_no_zero() -> None:
    """A check skipped because of our own failure stays open: no score, and the range reaches full points."""
    report = one(
        lab(threshold(), threshold(id="second", requires=("accuracy",))),
        Handed(failure="unsupported"),
    )

    assert [check.status for check in report.checks] == ["error", "skipped"]
    assert [check.score for check in report.checks] == [None, None]
    assert (report.points_interval.low, report.points_interval.high) == (0, 60)
    assert not report.complete


class Broken(AccuracyAtLeast, tag="broken", frozen=True, kw_only=True):
    """A check with a bug."""

    def judge(self, case: Any) -> Any:
        raise ZeroDivisionError("a secret detail")


def test_a_bug_in_a_check_is_our_error_and_not_a_zero() -> None:
    """An exception makes that check `error`, keeps its words for staff, and leaves the others alone."""
    broken = Broken(
        id="broken", title="Broken", points=10, dataset=DATASET, demands=threshold().demands
    )
    report = one(lab(broken, threshold()))
    first, second = report.checks

    assert (first.status, first.score, first.flags) == ("error", None, ("needs-review",))
    assert "a secret detail" in first.detail
    assert "a secret detail" not in first.feedback + first.advice
    assert (second.status, second.score) == ("passed", 30)
    assert not report.complete
    assert "needs-review" in report.flags


def test_a_check_of_no_kind_is_our_error() -> None:
    """A plain `Check` demands nothing that can be judged, so a person has to look."""
    odd = Check(id="odd", title="Odd", points=5)
    report = one(lab(exercises=(exercise(odd),)))  # type: ignore[arg-type]

    assert not isinstance(odd, CheckKind)
    assert report.checks[0].status == "error"


@pytest.mark.parametrize(
    ("reason", "status", "points", "high", "complete"),
    [
        ("corrupt", "failed", 0, 0, True),
        ("missing", "failed", 0, 0, True),
        ("internal", "error", 0, 30, False),
        ("unsupported", "error", 0, 30, False),
        ("data-unavailable", "error", 0, 30, False),
    ],
)
def test_the_students_faults_are_final_and_ours_are_open(
    reason: FailureReason, status: str, points: float, high: float, complete: bool
) -> None:
    """A bad file is 0 and final; what we could not do leaves the mark open up to full points."""
    args = {"file": "m.h5", "dataset": "digits", "expected": "*.h5", "version": "2", "files": ""}
    items = dict.fromkeys((NETWORK, ANSWERS), Failure(reason=reason, args=args))
    stored = StoredEvidence(evidence("amina", items), dict, {DATASET: labels()})
    (report,) = judge_class(grounds(lab(threshold())), [stored])

    assert report.checks[0].status == status
    assert (report.points, report.points_interval.high) == (points, high)
    assert report.complete == complete


@pytest.mark.parametrize(
    ("arrays", "truth"),
    [
        ({}, {DATASET: labels()}),
        (stored_arrays(ranked(95)), {}),
        (stored_arrays(ranked(95)), {DATASET: labels(99)}),
    ],
    ids=["no arrays", "no labels", "other length"],
)
def test_arrays_and_labels_that_do_not_fit_are_our_error(
    arrays: dict[str, Any], truth: dict[str, Any]
) -> None:
    """A run folder that lost a part does not cost a student points."""
    items: dict[Need, Item] = {ANSWERS: predictions()}
    stored = StoredEvidence(evidence("amina", items), lambda: arrays, truth)
    (report,) = judge_class(grounds(lab(threshold())), [stored])

    assert report.checks[0].status == "error"
    assert "do not fit" in report.checks[0].detail


def test_evidence_of_the_wrong_sort_is_our_error() -> None:
    """A network where predictions should be, and the reverse, are caught."""
    items: dict[Need, Item] = {NETWORK: predictions(), ANSWERS: model()}
    stored = StoredEvidence(evidence("amina", items), dict, {DATASET: labels()})
    (report,) = judge_class(grounds(lab(LAYERS, threshold())), [stored])

    assert [check.status for check in report.checks] == ["error", "error"]


def test_arrays_are_read_once_and_only_when_needed() -> None:
    """Two checks on one dataset read the arrays once; a failure reads none."""
    reads: list[int] = []

    def read() -> dict[str, Any]:
        reads.append(1)
        return stored_arrays(ranked(95))

    items: dict[Need, Item] = {ANSWERS: predictions()}
    stored = StoredEvidence(evidence("amina", items), read, {DATASET: labels()})
    graded = lab(threshold(), threshold(id="again"))

    assert reads == []
    judge_class(grounds(graded), [stored])
    assert reads == [1]


@pytest.mark.parametrize(
    ("hits", "failure", "passed"),
    [(95, None, True), (50, None, False), (95, "corrupt", False), (95, "internal", None)],
)
def test_pass_fail_labs_pass_fail_or_stay_open(
    hits: int, failure: FailureReason | None, passed: bool | None
) -> None:
    """A pass mark makes every complete result passed or not; an open one is neither."""
    report = one(lab(threshold(), pass_mark=0.5), Handed(hits, failure))

    assert report.passed is passed


def test_what_is_passed_already_is_passed_though_incomplete() -> None:
    """Open checks can only add points."""
    broken = Broken(
        id="broken", title="Broken", points=10, dataset=DATASET, demands=threshold().demands
    )
    report = one(lab(threshold(), broken, pass_mark=0.5))

    assert (report.passed, report.complete) == (True, False)


def test_the_late_rule_multiplies_points_and_interval() -> None:
    """A day late costs its share of what was earned, of the range too, and the flag says whose clock it was."""
    policy = LatePolicy(deadline=NOON - timedelta(hours=1), penalty_per_day=0.1)
    report = one(lab(threshold(), late=policy), Handed(90))

    assert report.points == 27
    assert (report.points_interval.low, report.points_interval.high) == (0, 27)
    assert report.lateness is not None
    assert report.lateness.days == 1
    assert "received-from-file-time" in report.flags


def test_a_stated_hand_in_time_is_not_flagged() -> None:
    """Times from the roster need no second look."""
    policy = LatePolicy(deadline=NOON - timedelta(hours=1), penalty_per_day=0.1)
    report = one(lab(threshold(), late=policy), stated_times=frozenset({"amina"}))

    assert report.points == 27
    assert "received-from-file-time" not in report.flags


def test_an_excused_student_keeps_all_points() -> None:
    """The late rule does not touch the excused, and a submission without a time is not late."""
    policy = LatePolicy(deadline=NOON - timedelta(hours=1), penalty_per_day=0.1)
    excused = Handed(more={"submission": submission(excused=True)})
    undated = Handed(more={"submission": submission(received_at=None)})

    assert one(lab(threshold(), late=policy), excused).points == 30
    assert one(lab(threshold(), late=policy), undated).lateness is None


def test_several_files_that_fit_are_flagged() -> None:
    """The instructor is told where another file could have been meant."""
    handed = Handed(more={"ambiguous": {ARTEFACT: ("old.h5",)}})

    assert "ambiguous-file" in one(lab(threshold()), handed).flags
    assert "ambiguous-file" not in one(lab(threshold())).flags


def test_a_lab_in_french_is_judged_in_french() -> None:
    """The language of the lab is the language of every sentence."""
    report = one(lab(threshold(), language="fr"))

    assert report.language == "fr"
    assert report.checks[0].feedback.startswith("Votre exactitude est de 95\u202f% ;")
