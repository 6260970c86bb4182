from __future__ import annotations

from typing import Any

import pytest

from grader.checks import ClassScores, RelativeAccuracy
from grader.messages import catalogue
from grader.records.evidence import file_failure
from grader.records.message import Share
from grader.records.section import Interval
from grader.reporting.feedback import student_feedback
from grader.reporting.texts import headline_text
from tests.factories import DATASET, View, context, judge, ranked_predictions, report, view, worded


def relative(**more: Any) -> RelativeAccuracy:
    return RelativeAccuracy(
        **{"id": "relative", "title": "Relative", "points": 40, "dataset": DATASET} | more
    )


def seen(hits: int) -> View:
    return view(ranked_predictions(hits))


def test_the_mark_is_the_share_of_the_best() -> None:
    """40 points x 60 % / 80 % are 30 points, and the sentence shows the sum."""
    result = judge(relative(), seen(60), class_scores=ClassScores(best=0.8, valid=5))

    assert result.score == pytest.approx(30)
    assert result.status == "partial"
    assert worded(result).startswith("40 × 60% / 80% ≈ 30 points")


def test_the_best_of_the_class_passes() -> None:
    """Whoever is best earns everything."""
    result = judge(relative(), seen(80), class_scores=ClassScores(best=0.8, valid=5))

    assert (result.status, result.score, result.advice) == ("passed", 40, ())


def test_without_a_class_the_mark_is_pending() -> None:
    """A student who checks alone sees the accuracy and a range, not a mark."""
    result = judge(relative(), seen(60))

    assert (result.status, result.score) == ("pending", None)
    assert result.score_interval is not None
    assert (result.score_interval.low, result.score_interval.high) == (24, 40)
    assert "60%" in worded(result)
    assert result.provisional_score is None


def test_a_frozen_best_needs_no_class() -> None:
    """The best of an earlier class replaces this one's, alone and in a class, and flags neither."""
    check = relative(frozen_best=0.75)
    alone = judge(check, seen(60))
    among = judge(check, seen(60), class_scores=ClassScores(best=1.0, valid=1, open=2))

    assert alone.score == among.score == pytest.approx(32)
    assert "earlier class" in worded(alone)
    assert not {"class-of-one", "best-not-final"} & set(among.flags)


def test_better_than_a_frozen_best_earns_no_more_than_everything() -> None:
    """Marks stop at the points of the check."""
    assert judge(relative(frozen_best=0.5), seen(60)).score == 40


def test_a_class_of_one_is_flagged() -> None:
    """One valid submission is its own best; the instructor should know."""
    alone = judge(relative(), seen(60), class_scores=ClassScores(best=0.6, valid=1))
    two = judge(relative(), seen(60), class_scores=ClassScores(best=0.6, valid=2))

    assert "class-of-one" in alone.flags
    assert "class-of-one" not in two.flags


def test_open_submissions_make_the_best_provisional() -> None:
    """While somebody's work waits for us, the best may still rise, and every mark says so."""
    result = judge(relative(), seen(60), class_scores=ClassScores(best=0.6, valid=2, open=1))

    assert "best-not-final" in result.flags


def test_a_class_that_is_never_right_earns_nothing() -> None:
    """A best of 0 gives 0 points, not an error."""
    result = judge(relative(), seen(0), class_scores=ClassScores(best=0.0, valid=2))

    assert (result.status, result.score) == ("failed", 0)


def test_only_measured_submissions_compete() -> None:
    """A submission that could not be measured has no accuracy to compare."""
    check = relative()
    broken = view(file_failure("corrupt", "m.h5"))

    assert check.score_in_class(context(check, seen(60))) == 0.6
    assert check.score_in_class(context(check, broken)) is None


def test_measured_values_name_their_dataset() -> None:
    """Neither the own accuracy nor the best can be shown without its dataset, by which redaction rounds it."""
    result = judge(relative(), seen(60), class_scores=ClassScores(best=0.9123, valid=3))
    values = [fact.value for fact in result.facts]
    values += [value for item in result.feedback for value in item.values.values()]
    shares = [value for value in values if isinstance(value, Share)]

    assert {share.value for share in shares} == {0.6, 0.9123}
    assert {share.dataset for share in shares} == {DATASET}


REFERENCE = {(DATASET, 1): 0.8}


def test_without_a_class_the_reference_solution_stands_for_the_best() -> None:
    """The provisional mark is what the accuracy would earn if the reference solution were the best."""
    result = judge(relative(), seen(60), references=REFERENCE)

    assert (result.status, result.score) == ("pending", None)
    assert result.provisional_score == pytest.approx(30)
    assert worded(result).startswith(
        "40 × 60% / 80% ≈ 30 points, measured against the reference solution."
    )


def test_better_than_the_reference_solution_is_provisionally_everything() -> None:
    """A provisional mark stops at the points of the check."""
    assert judge(relative(), seen(90), references=REFERENCE).provisional_score == 40


def test_a_class_takes_the_place_of_the_reference_solution() -> None:
    """Once the class is known there is nothing provisional about a mark."""
    scores = ClassScores(best=0.9, valid=5)

    assert (
        judge(relative(), seen(60), class_scores=scores, references=REFERENCE).provisional_score
        is None
    )


@pytest.mark.parametrize(
    ("references", "says"),
    [
        (REFERENCE, "≈ 30 / 40 points against the reference solution, not final"),
        ({}, "0 / 40 points, not final"),
    ],
)
def test_the_headline_says_what_a_waiting_mark_would_earn(
    references: dict[tuple[str, int], float], says: str
) -> None:
    """Who checks alone reads the provisional mark first, and that it is not final."""
    result = judge(relative(), seen(60), references=references)
    alone = report(checks=(result,), points_interval=Interval(low=24, high=40))

    headline = headline_text(student_feedback(alone), catalogue("en"))
    assert headline.startswith(says)


@pytest.mark.parametrize("best", [0, -0.1, 1.01, float("nan")])
def test_an_impossible_best_is_refused(best: float) -> None:
    """A frozen best is an accuracy above 0."""
    with pytest.raises(ValueError, match="frozen_best"):
        relative(frozen_best=best)
