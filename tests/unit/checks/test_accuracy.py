from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.checks import Demand
from tests.factories import (
    ARTEFACT,
    DATASET,
    View,
    answers,
    case,
    given,
    judge,
    model,
    threshold,
)


def seen(hits: int, images: int = 100, **more: Any) -> View:
    return View(answers={DATASET: answers(hits, images, **more)})


@pytest.mark.parametrize(
    ("hits", "status", "score"), [(90, "passed", 30), (89, "failed", 0), (100, "passed", 30)]
)
def test_all_or_nothing_turns_at_the_threshold(hits: int, status: str, score: float) -> None:
    """Exactly the accuracy asked for passes; one image less does not."""
    result = judge(threshold(0.90), seen(hits))

    assert (result.status, result.score) == (status, score)


def test_credit_grows_linearly_between_the_thresholds() -> None:
    """Half way between `zero_at` and `full_at` earns half of the points."""
    result = judge(threshold(0.9, zero_at=0.5), seen(70))

    assert result.status == "partial"
    assert result.score == pytest.approx(15)


@pytest.mark.parametrize(
    ("hits", "top5", "score"), [(30, 70, 40), (30, 69, 0), (29, 70, 0), (29, 100, 0)]
)
def test_the_weakest_demand_counts(hits: int, top5: int, score: float) -> None:
    """30 % top-1 and 70 % top-5 must both hold."""
    check = threshold(points=40, demands=(Demand(full_at=0.30), Demand(top=5, full_at=0.70)))

    assert judge(check, seen(hits, top5=top5)).score == score


def test_sentences_name_each_demand() -> None:
    """The feedback says what was measured and what was needed, demand by demand."""
    check = threshold(points=40, demands=(Demand(full_at=0.30), Demand(top=5, full_at=0.70)))

    feedback = judge(check, seen(31, top5=69)).feedback

    assert feedback == (
        "Your accuracy is 31%; 30% was needed. "
        "Your top-5 accuracy is 69%, below the 70% needed. No points."
    )


@pytest.mark.parametrize(("hits", "flagged"), [(90, True), (85, True), (99, False), (60, False)])
def test_a_threshold_inside_the_interval_is_flagged(hits: int, flagged: bool) -> None:
    """Where other test images could have turned the outcome, the result says so."""
    result = judge(threshold(0.90), seen(hits))

    assert ("threshold-in-interval" in result.flags) == flagged
    assert result.score_interval is not None
    assert (result.score_interval.low, result.score_interval.high) == (
        (0, 30) if flagged else (result.score, result.score)
    )


@pytest.mark.parametrize(("hits", "flagged"), [(10, True), (15, True), (17, False), (50, False)])
def test_guessing_is_flagged_and_advised_upon(hits: int, flagged: bool) -> None:
    """An accuracy that guessing would reach says so, in the flag and in the advice."""
    result = judge(threshold(0.90), seen(hits))

    assert ("chance-level" in result.flags) == flagged
    assert ("guessing" in result.advice) == (hits < 25)


@pytest.mark.parametrize(
    ("sure", "untrained", "says"),
    [(0.9, False, "other data"), (0.1, False, "what guessing reaches"), (0.1, True, "never been")],
)
def test_what_may_be_behind_guesses_is_told_apart(sure: float, untrained: bool, says: str) -> None:
    """A network for other data is sure of its answers, an untrained one has the weights it was drawn with."""
    guesses = answers(10)
    view = View(
        networks={ARTEFACT: msgspec.structs.replace(model(), untrained=untrained)},
        answers={DATASET: dataclasses.replace(guesses, best_score=np.full(100, sure))},
    )

    assert says in threshold(0.90).judge(case(threshold(0.90), view)).advice


def test_ties_are_flagged() -> None:
    """Images with several best classes are told of, since the lowest class was counted."""
    assert "ties" in judge(threshold(), seen(95, ties=3)).flags
    assert "ties" not in judge(threshold(), seen(95)).flags


def test_facts_carry_value_interval_and_threshold() -> None:
    """The report can draw the accuracy, its interval and what was needed, and says on how many images."""
    accuracy, images, scaling = judge(threshold(0.90), seen(95)).facts

    assert (accuracy.value, accuracy.needed, accuracy.unit) == (0.95, 0.90, "share")
    assert accuracy.interval is not None
    assert 0.95 in accuracy.interval
    assert (images.value, images.unit) == (100, "count")
    assert scaling.value == "pixels from 0 to 1 (assumed)"


def test_a_secret_dataset_is_told_rounded() -> None:
    """Sentences state whole percents, and the facts are marked so that views round them too."""
    result = judge(threshold(0.90), seen(8765, 10_000), secret=True)

    assert "88%" in result.feedback
    assert "87.65" not in result.feedback
    assert result.facts[0].secret


BOTH = threshold(points=40, demands=(Demand(full_at=0.30), Demand(top=5, full_at=0.70)))


def test_labels_alone_show_the_best_class_only() -> None:
    """What labels tell is measured and shown; what they cannot tell earns nothing, and is advised upon."""
    result = judge(BOTH, View(answers={DATASET: given(31, scores=False)}))

    assert (result.status, result.score) == ("failed", 0)
    assert result.feedback == (
        "Your accuracy is 31%; 30% was needed. "
        "Labels alone cannot show the 5 best classes: hand in scores. No points."
    )
    assert result.advice == "Hand in a score for each class, in columns `score_0` to `score_9`."
    assert [fact.value for fact in result.facts if fact.gauge] == [0.31]
    assert result.score_interval is not None
    assert (result.score_interval.low, result.score_interval.high) == (0, 0)
    assert result.figure is not None
    assert result.figure.mistakes == ()


def test_labels_alone_are_enough_for_the_best_class() -> None:
    """A demand on the best class is judged as of a network."""
    assert judge(threshold(0.9), View(answers={DATASET: given(95, scores=False)})).score == 30


def test_given_scores_count_like_those_of_a_network() -> None:
    """With scores the five best classes are known; that no network was run is told."""
    result = judge(BOTH, View(answers={DATASET: given(31, top5=70, scores=True)}))

    assert result.score == 40
    assert "predictions-given" in result.flags
    assert "predictions-given" not in judge(BOTH, seen(31, top5=70)).flags
    assert result.facts[-1].value == "none: predictions were handed in"


def test_more_classes_than_there_are_is_our_error() -> None:
    """A lab that asks for top-5 of three classes is wrong; no student loses points by it."""
    check = threshold(demands=(Demand(full_at=0.3), Demand(top=5, full_at=0.7)))

    with pytest.raises(ValueError, match="more classes than 'digits' has"):
        judge(check, View(answers={DATASET: few_classes()}))


def few_classes() -> Any:
    whole = answers(50)
    return type(whole)(whole.record, whole.ranked[:, :3], whole.labels, whole.best_score)


@pytest.mark.parametrize(
    "fields",
    [
        {"full_at": 0},
        {"full_at": 1.1},
        {"full_at": float("nan")},
        {"full_at": 0.5, "zero_at": 0.5},
        {"full_at": 0.5, "zero_at": -0.1},
        {"full_at": 0.5, "zero_at": float("nan")},
        {"full_at": 0.5, "top": 0},
        {"full_at": 0.5, "top": 6},
    ],
)
def test_impossible_demands_are_refused(fields: dict[str, Any]) -> None:
    """Thresholds are shares in order, and at most five classes are kept."""
    with pytest.raises(ValueError, match=r"full_at|zero_at|top"):
        Demand(**fields)


def test_a_check_without_demands_is_refused() -> None:
    """A check that asks for nothing would pass everybody."""
    with pytest.raises(ValueError, match="demands nothing"):
        threshold(demands=())
