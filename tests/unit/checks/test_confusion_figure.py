from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import CheckKind, ClassScores, RelativeAccuracy
from grader.checks.confusion_figure import KEPT_MISTAKES, confusion_figure
from grader.confusion import confusion_matrix
from grader.evidence.predictions.record import RankedPredictions
from grader.records.message import Share
from grader.records.result import CheckResult
from grader.records.section import ConfusionMatrix
from tests.factories import DATASET, judge, predictions, ranked_predictions, threshold, view

IMAGES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from([0.1, 0.5, 0.9, 1.0])),
    min_size=1,
    max_size=60,
)


@given(IMAGES)
def test_mistakes_are_the_wrong_predictions_highest_score_first(
    images: list[tuple[int, int, float]],
) -> None:
    """Every mistake is a wrong prediction as it was made; none that is left out has a higher score."""
    labels, predicted, scores = (np.array(column) for column in zip(*images, strict=True))
    found = RankedPredictions(
        predictions(images=len(images)), predicted[:, np.newaxis].astype(np.uint8), labels, scores
    )
    mistakes = confusion_figure(found).mistakes
    wrong = [place for place, (label, best, _) in enumerate(images) if label != best]
    named = [mistake.image for mistake in mistakes]

    assert len(named) == len(set(named)) == min(len(wrong), KEPT_MISTAKES)
    for mistake in mistakes:
        assert images[mistake.image][:2] == (mistake.label, mistake.predicted)
        assert mistake.label != mistake.predicted
    kept = [scores[place] for place in named]
    assert kept == sorted((scores[place] for place in wrong), reverse=True)[:KEPT_MISTAKES]


def test_no_more_than_twelve_mistakes_are_kept() -> None:
    """Of 60 wrong predictions the twelve with the highest scores stay, and among equals the first."""
    found = ranked_predictions(40)
    equal = RankedPredictions(found.record, found.ranked, found.labels, np.ones(100))

    assert [mistake.image for mistake in confusion_figure(found).mistakes] == list(
        range(99, 87, -1)
    )
    assert [mistake.image for mistake in confusion_figure(equal).mistakes] == list(range(40, 52))


def test_a_model_without_mistakes_has_none() -> None:
    """All right is an empty list and a diagonal."""
    figure = confusion_figure(ranked_predictions(100))

    assert figure.mistakes == ()
    assert (confusion_matrix(figure) == 10 * np.eye(10)).all()


RELATIVE = RelativeAccuracy(id="relative", title="Relative", points=40, dataset=DATASET)


def gauged(result: CheckResult) -> list[float]:
    return [
        fact.value.value for fact in result.facts if fact.gauge and isinstance(fact.value, Share)
    ]


@pytest.mark.parametrize("check", [threshold(), RELATIVE], ids=["threshold", "relative"])
@pytest.mark.parametrize("class_scores", [None, ClassScores(best=0.9, valid=3)])
def test_every_measured_accuracy_has_its_figure(
    check: CheckKind, class_scores: ClassScores | None
) -> None:
    """Wherever an accuracy is shown, alone or in a class, so is what was confused, and both agree."""
    result = judge(check, view(ranked_predictions(60)), class_scores=class_scores)
    (figure,) = result.figures

    assert isinstance(figure, ConfusionMatrix)
    assert np.trace(confusion_matrix(figure)) == 60
    assert gauged(result) == [0.6]


def test_what_was_not_measured_has_no_figure_but_a_failure() -> None:
    """Without predictions there is nothing to draw, and the result keeps why."""
    result = judge(threshold(), view())

    assert result.figures == ()
    assert result.failure is not None
    assert result.failure.reason == "internal"


def test_a_relative_mark_keeps_what_the_class_reached() -> None:
    """The accuracies of the class stand beside a mark that depends on them, and beside no other."""
    scores = ClassScores(best=0.9, valid=3, values=(0.9, 0.6, 0.2))
    seen = view(ranked_predictions(60))

    assert judge(RELATIVE, seen, class_scores=scores).class_scores == (0.9, 0.6, 0.2)
    assert judge(threshold(), seen, class_scores=scores).class_scores == ()
