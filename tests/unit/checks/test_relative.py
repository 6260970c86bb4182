from __future__ import annotations

from typing import Any

import pytest

from grader.checks import ClassStanding, RelativeAccuracy
from grader.records.evidence import Failure
from tests.factories import DATASET, View, answers, case, judge


def relative(**more: Any) -> RelativeAccuracy:
    return RelativeAccuracy(
        **{"id": "relative", "title": "Relative", "points": 40, "dataset": DATASET} | more
    )


def seen(hits: int) -> View:
    return View(answers={DATASET: answers(hits)})


def test_the_mark_is_the_share_of_the_best() -> None:
    """40 points x 60 % / 80 % are 30 points, and the sentence shows the sum."""
    result = judge(relative(), seen(60), standing=ClassStanding(best=0.8, valid=5))

    assert result.score == pytest.approx(30)
    assert result.status == "partial"
    assert result.feedback.startswith("40 × 60% / 80% = 30 points")


def test_the_best_of_the_class_passes() -> None:
    """Whoever is best earns everything."""
    result = judge(relative(), seen(80), standing=ClassStanding(best=0.8, valid=5))

    assert (result.status, result.score, result.advice) == ("passed", 40, "")


def test_without_a_class_the_mark_is_pending() -> None:
    """A student who checks alone is told the accuracy and a range, not a mark."""
    result = judge(relative(), seen(60))

    assert (result.status, result.score) == ("pending", None)
    assert result.score_interval is not None
    assert (result.score_interval.low, result.score_interval.high) == (24, 40)
    assert "60%" in result.feedback


def test_a_frozen_best_needs_no_class() -> None:
    """The best of an earlier class replaces this one's, alone and in a class, and flags neither."""
    check = relative(frozen_best=0.75)
    alone = judge(check, seen(60))
    among = judge(check, seen(60), standing=ClassStanding(best=1.0, valid=1, open=2))

    assert alone.score == among.score == pytest.approx(32)
    assert "earlier class" in alone.feedback
    assert not {"class-of-one", "best-not-final"} & set(among.flags)


def test_better_than_a_frozen_best_earns_no_more_than_everything() -> None:
    """Marks stop at the points of the check."""
    assert judge(relative(frozen_best=0.5), seen(60)).score == 40


def test_a_class_of_one_is_flagged() -> None:
    """One valid submission is its own best; the instructor should know."""
    alone = judge(relative(), seen(60), standing=ClassStanding(best=0.6, valid=1))
    two = judge(relative(), seen(60), standing=ClassStanding(best=0.6, valid=2))

    assert "class-of-one" in alone.flags
    assert "class-of-one" not in two.flags


def test_open_submissions_make_the_best_provisional() -> None:
    """While somebody's work waits for us, the best may still rise, and every mark says so."""
    result = judge(relative(), seen(60), standing=ClassStanding(best=0.6, valid=2, open=1))

    assert "best-not-final" in result.flags


def test_a_class_that_is_never_right_earns_nothing() -> None:
    """A best of 0 gives 0 points, not an error."""
    result = judge(relative(), seen(0), standing=ClassStanding(best=0.0, valid=2))

    assert (result.status, result.score) == ("failed", 0)


def test_only_measured_submissions_compete() -> None:
    """A submission that could not be measured has no accuracy to compare."""
    check = relative()
    broken = View(answers={DATASET: Failure(reason="corrupt", args={"file": "m.h5"})})

    assert check.measure(case(check, seen(60))) == 0.6
    assert check.measure(case(check, broken)) is None


def test_a_secret_dataset_is_told_rounded() -> None:
    """Neither the own accuracy nor the best is told exactly."""
    view = View(answers={DATASET: answers(8765, 10_000)})
    result = judge(relative(), view, standing=ClassStanding(best=0.9123, valid=3), secret=True)

    assert "88%" in result.feedback
    assert "91%" in result.feedback
    assert all(fact.secret for fact in result.facts if fact.unit == "share")


@pytest.mark.parametrize("best", [0, -0.1, 1.01, float("nan")])
def test_an_impossible_best_is_refused(best: float) -> None:
    """A frozen best is an accuracy above 0."""
    with pytest.raises(ValueError, match="frozen_best"):
        relative(frozen_best=best)
