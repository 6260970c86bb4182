from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.checks import Threshold
from grader.evidence.predictions.record import RankedPredictions
from grader.messages import catalogue
from grader.records.message import Share
from grader.records.section import ConfusionMatrix
from tests.factories import (
    DATASET,
    View,
    judge,
    model,
    ranked_predictions,
    table_predictions,
    threshold,
    view,
    worded,
)

translate = catalogue("en").translate


def seen(hits: int, images: int = 100, **more: Any) -> View:
    return view(ranked_predictions(hits, images, **more))


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
def test_the_threshold_that_earns_least_counts(hits: int, top5: int, score: float) -> None:
    """30 % top-1 and 70 % top-5 must both hold."""
    check = threshold(
        points=40, thresholds=(Threshold(full_at=0.30), Threshold(top=5, full_at=0.70))
    )

    assert judge(check, seen(hits, top5=top5)).score == score


def test_sentences_name_each_threshold() -> None:
    """The feedback says what was measured and what was needed, threshold by threshold."""
    check = threshold(
        points=40, thresholds=(Threshold(full_at=0.30), Threshold(top=5, full_at=0.70))
    )

    feedback = worded(judge(check, seen(31, top5=69)))

    assert feedback.startswith(
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
    assert ("guessing" in worded(result)) == (hits < 25)


@pytest.mark.parametrize(
    ("score", "untrained", "says"),
    [(0.9, False, "other data"), (0.1, False, "what guessing reaches"), (0.1, True, "never been")],
)
def test_what_may_explain_guesses_is_advised(score: float, untrained: bool, says: str) -> None:
    """A model for other data has high scores, an untrained one its initial weights; the advice differs."""
    guesses = dataclasses.replace(ranked_predictions(10), best_score=np.full(100, score))
    opened = msgspec.structs.replace(model(), untrained=untrained)

    assert says in worded(judge(threshold(0.90), view(guesses, opened)))


def test_ties_are_flagged() -> None:
    """Images with several best classes are reported, since the lowest class was counted."""
    assert "ties" in judge(threshold(), seen(95, ties=3)).flags
    assert "ties" not in judge(threshold(), seen(95)).flags


def test_facts_carry_value_interval_and_threshold() -> None:
    """The report can draw the accuracy, its interval and what was needed, and says on how many images."""
    result = judge(threshold(0.90), seen(95), references={(DATASET, 1): 0.97})
    accuracy, images, preprocessing = result.facts

    assert accuracy.value == Share(value=0.95, dataset=DATASET)
    assert (accuracy.needed, accuracy.reference, accuracy.gauge) == (0.90, 0.97, True)
    assert accuracy.interval is not None
    assert 0.95 in accuracy.interval
    assert translate(images.value) == "100"
    assert translate(preprocessing.value) == "pixels from 0 to 1 (assumed)"


def test_measured_values_name_their_dataset() -> None:
    """Redaction rounds what was measured on a secret dataset; thresholds are settings and stay exact."""
    result = judge(threshold(0.90), seen(8765, 10_000))
    values = [value for item in result.feedback for value in item.values.values()]

    assert Share(value=0.8765, dataset=DATASET) in values
    assert Share(value=0.90, setting=True) in values
    assert all(
        value.setting or value.dataset == DATASET for value in values if isinstance(value, Share)
    )


BOTH = threshold(points=40, thresholds=(Threshold(full_at=0.30), Threshold(top=5, full_at=0.70)))


def test_labels_alone_show_the_best_class_only() -> None:
    """What labels show is measured; what they cannot show earns nothing, and the advice says what to hand in."""
    result = judge(BOTH, view(table_predictions(31, scores=False)))

    assert (result.status, result.score) == ("failed", 0)
    assert worded(result) == (
        "Your accuracy is 31%; 30% was needed. "
        "Labels alone cannot show the 5 best classes: hand in scores. No points. "
        "Hand in a score for each class, in columns `score_0` to `score_9`."
    )
    measured = [fact.value for fact in result.facts if fact.gauge]
    assert measured == [Share(value=0.31, dataset=DATASET)]
    assert result.score_interval is not None
    assert (result.score_interval.low, result.score_interval.high) == (0, 0)
    (figure,) = result.figures
    assert isinstance(figure, ConfusionMatrix)
    assert figure.mistakes == ()


def test_labels_alone_are_enough_for_the_best_class() -> None:
    """A threshold on the best class is judged as if a model had been handed in."""
    assert judge(threshold(0.9), view(table_predictions(95, scores=False))).score == 30


def test_given_scores_count_like_those_of_a_model() -> None:
    """With scores the five best classes are known; a flag says that no model was run."""
    result = judge(BOTH, view(table_predictions(31, top5=70, scores=True)))

    assert result.score == 40
    assert "predictions-given" in result.flags
    assert "predictions-given" not in judge(BOTH, seen(31, top5=70)).flags
    assert translate(result.facts[-1].value) == "none: predictions were handed in"


def test_more_classes_than_there_are_is_our_error() -> None:
    """A lab that asks for top-5 of three classes is wrong; no student loses points by it."""
    check = threshold(thresholds=(Threshold(full_at=0.3), Threshold(top=5, full_at=0.7)))

    with pytest.raises(ValueError, match="more classes than 'digits' has"):
        judge(check, view(few_classes()))


def few_classes() -> RankedPredictions:
    whole = ranked_predictions(50)
    return RankedPredictions(whole.record, whole.ranked[:, :3], whole.labels, whole.best_score)


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
def test_impossible_thresholds_are_refused(fields: dict[str, Any]) -> None:
    """Thresholds are shares in order, and at most five classes are kept."""
    with pytest.raises(ValueError, match=r"full_at|zero_at|top"):
        Threshold(**fields)


def test_a_check_without_thresholds_is_refused() -> None:
    """A check that asks for nothing would pass everybody."""
    with pytest.raises(ValueError, match="has no thresholds"):
        threshold(thresholds=())
