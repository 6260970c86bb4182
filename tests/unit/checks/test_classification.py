from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import ClassStanding, RelativeAccuracy
from grader.checks.base import Case, CheckKind, RankedPredictions
from grader.checks.classification import KEPT_MISTAKES, classification
from grader.confusion import confusion_matrix
from grader.records.result import Classification
from tests.factories import DATASET, View, answers, case, judge, predictions, threshold


def of(found: RankedPredictions, *, secret: bool = False) -> Classification:
    return classification(found, the_case(found, secret=secret))


def the_case(found: RankedPredictions, *, secret: bool) -> Case:
    return case(threshold(), View(answers={DATASET: found}), secret=secret)


IMAGES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from([0.1, 0.5, 0.9, 1.0])),
    min_size=1,
    max_size=60,
)


@given(IMAGES)
def test_mistakes_are_the_wrong_answers_surest_first(images: list[tuple[int, int, float]]) -> None:
    """Every mistake is a wrong answer as it was given; no wrong answer left out was surer."""
    labels, taken, scores = (np.array(column) for column in zip(*images, strict=True))
    found = RankedPredictions(
        predictions(images=len(images)), taken[:, np.newaxis].astype(np.uint8), labels, scores
    )
    mistakes = of(found).mistakes
    wrong = [place for place, (label, best, _) in enumerate(images) if label != best]
    named = [mistake.image for mistake in mistakes]

    assert len(named) == len(set(named)) == min(len(wrong), KEPT_MISTAKES)
    for mistake in mistakes:
        assert images[mistake.image][:2] == (mistake.label, mistake.predicted)
        assert mistake.label != mistake.predicted
    sure = [scores[place] for place in named]
    assert sure == sorted((scores[place] for place in wrong), reverse=True)[:KEPT_MISTAKES]


def test_no_more_than_twelve_mistakes_are_kept() -> None:
    """Of 60 wrong answers the twelve surest stay, and among equals the first."""
    found = answers(40)
    equal = RankedPredictions(found.record, found.ranked, found.labels, np.ones(100))

    assert [mistake.image for mistake in of(found).mistakes] == list(range(99, 87, -1))
    assert [mistake.image for mistake in of(equal).mistakes] == list(range(40, 52))


def test_a_network_without_mistakes_has_none() -> None:
    """All right is an empty list and a diagonal."""
    figure = of(answers(100))

    assert figure.mistakes == ()
    assert (confusion_matrix(figure) == 10 * np.eye(10)).all()


def test_images_of_a_secret_set_are_not_named() -> None:
    """Which secret images a network gets wrong stays out of every report; the counts are for staff."""
    figure = of(answers(40), secret=True)

    assert figure.mistakes == ()
    assert confusion_matrix(figure).sum() == 100


RELATIVE = RelativeAccuracy(id="relative", title="Relative", points=40, dataset=DATASET)


@pytest.mark.parametrize("check", [threshold(), RELATIVE], ids=["threshold", "relative"])
@pytest.mark.parametrize("standing", [None, ClassStanding(best=0.9, valid=3)])
def test_every_measured_accuracy_has_its_figure(
    check: CheckKind, standing: ClassStanding | None
) -> None:
    """Wherever an accuracy is told, alone or in a class, so is what was confused, and both agree."""
    result = judge(check, View(answers={DATASET: answers(60)}), standing=standing)
    gauged = [fact for fact in result.facts if fact.gauge]

    assert result.figure is not None
    assert np.trace(confusion_matrix(result.figure)) == 60
    assert [fact.value for fact in gauged] == [0.6]


def test_what_was_not_measured_has_no_figure_but_a_reason() -> None:
    """A network that gave no answers has nothing to draw, and the result keeps why."""
    result = judge(threshold(), View())

    assert (result.figure, result.reason) == (None, "internal")


def test_a_relative_mark_keeps_what_the_class_reached() -> None:
    """The accuracies of the class stand beside a mark that depends on them, and beside no other."""
    standing = ClassStanding(best=0.9, valid=3, values=(0.9, 0.6, 0.2))
    view = View(answers={DATASET: answers(60)})

    assert judge(RELATIVE, view, standing=standing).standing == (0.9, 0.6, 0.2)
    assert judge(threshold(), view, standing=standing).standing == ()
