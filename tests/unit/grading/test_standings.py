from __future__ import annotations

from typing import Any

import pytest

from grader.checks import RelativeAccuracy
from grader.grading.judging import Grounds, StoredEvidence, judge_class
from grader.records.evidence import Failure, FailureReason, Item
from grader.records.lab import Need
from grader.records.result import GradeReport
from tests.factories import (
    ANSWERS,
    DATASET,
    evidence,
    lab,
    labels,
    predictions,
    ranked,
    stored_arrays,
)


def handed(student: str, hits: int | FailureReason) -> StoredEvidence:
    """A student whose network is right on so many of 100 images, or could not be measured."""
    if isinstance(hits, str):
        args = {"file": "m.h5", "version": "2", "dataset": DATASET}
        items: dict[Need, Item] = {ANSWERS: Failure(reason=hits, args=args)}
        return StoredEvidence(evidence(student, items), dict, {DATASET: labels()})
    arrays = stored_arrays(ranked(hits))
    items = {ANSWERS: predictions()}
    return StoredEvidence(evidence(student, items), lambda: arrays, {DATASET: labels()})


def graded(*hits: int | FailureReason, in_class: bool = True, **more: Any) -> list[GradeReport]:
    check = RelativeAccuracy(id="relative", title="Relative", points=40, dataset=DATASET, **more)
    grounds = Grounds(
        lab=lab(check),
        labels={DATASET: labels()},
        datasets=(),
        versions={},
        isolation="process",
        in_class=in_class,
    )
    return judge_class(grounds, [handed(f"s{place}", value) for place, value in enumerate(hits)])


def points(reports: list[GradeReport]) -> list[float]:
    return [report.points for report in reports]


def test_marks_are_relative_to_the_best_of_the_class() -> None:
    """The best earns everything, the others their share of it."""
    assert points(graded(50, 80, 40)) == [25, 40, 20]


def test_equals_at_the_top_all_earn_everything() -> None:
    """A tie for the best costs nobody anything, and is no class of one."""
    reports = graded(80, 80, 20)

    assert points(reports) == [40, 40, 10]
    assert not any("class-of-one" in report.flags for report in reports)


def test_one_student_is_full_by_construction_and_flagged() -> None:
    """A class of one valid submission earns everything, and says that this means little."""
    alone, broken = graded(50, "corrupt")

    assert alone.points == 40
    assert "class-of-one" in alone.flags
    assert (broken.points, broken.complete) == (0, True)


def test_a_class_without_a_valid_submission_has_no_best() -> None:
    """Where nobody could be measured everybody fails on their own grounds; nothing is divided."""
    reports = graded("corrupt", "crashed")

    assert points(reports) == [0, 0]
    assert all(report.checks[0].status == "failed" for report in reports)


@pytest.mark.parametrize("reason", ["internal", "unsupported", "data-unavailable"])
def test_marks_are_provisional_while_somebody_waits_for_us(reason: FailureReason) -> None:
    """Work we could not measure may be the best; its own check is open, the other marks say so."""
    measured, waiting = graded(50, reason)

    assert "best-not-final" in measured.flags
    assert measured.complete
    assert (waiting.checks[0].status, waiting.complete) == ("error", False)


def test_the_students_own_faults_make_no_mark_provisional() -> None:
    """A damaged file will not turn out to be the best."""
    measured, _, _ = graded(50, "corrupt", "timed-out")

    assert "best-not-final" not in measured.flags


def test_arrays_that_were_lost_leave_the_best_open() -> None:
    """A submission whose stored answers are gone waits for us like one that could not be measured."""
    lost = StoredEvidence(evidence("lost", {ANSWERS: predictions()}), dict, {DATASET: labels()})
    check = RelativeAccuracy(id="relative", title="Relative", points=40, dataset=DATASET)
    grounds = Grounds(
        lab=lab(check), labels={DATASET: labels()}, datasets=(), versions={}, isolation="process"
    )
    measured, waiting = judge_class(grounds, [handed("s0", 50), lost])

    assert waiting.checks[0].status == "error"
    assert "best-not-final" in measured.flags


def test_a_frozen_best_makes_marks_independent_of_the_class() -> None:
    """With the best of an earlier class nobody's mark depends on who else handed in."""
    assert points(graded(50, 80, frozen_best=0.8)) == [25, 40]
    assert points(graded(50, frozen_best=0.8)) == [25]


def test_alone_the_mark_is_pending() -> None:
    """A student's own check has no class, so the mark waits, between own accuracy and full points."""
    (report,) = graded(50, in_class=False)

    assert report.checks[0].status == "pending"
    assert (report.points, report.complete) == (0, False)
    assert (report.points_interval.low, report.points_interval.high) == (20, 40)


def test_the_order_of_the_class_changes_nothing() -> None:
    """The best is sought over everybody before anybody is marked."""
    assert points(graded(80, 50, 40)) == sorted(points(graded(40, 50, 80)), reverse=True)
