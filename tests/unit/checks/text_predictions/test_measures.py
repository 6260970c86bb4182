"""Macro F1, McNemar's exact test and the intervals, against libraries and textbook figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn.metrics import f1_score

from grader.checks.text_predictions.measures import (
    Comparison,
    adjusted_p_values,
    macro_f1,
    macro_f1_interval,
)
from tests.factory_texts import compared


def comparison(both: int, first: int, second: int, none: int = 0) -> Comparison:
    """Two models that are right on so many texts together, each alone, and neither."""
    labels = [0] * (both + first + second + none)
    better = [0] * both + [0] * first + [1] * second + [1] * none
    worse = [0] * both + [1] * first + [0] * second + [1] * none
    models = compared(labels, better, worse).models
    return Comparison(models[0], models[1])


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60))
def test_macro_f1_is_scikit_learns(pairs: list[tuple[int, int]]) -> None:
    """The mean of the F1 of all classes, those that are not there among them."""
    labels, predicted = zip(*pairs, strict=True)
    (model,) = compared(labels, predicted, class_names=("a", "b", "c")).models
    expected = f1_score(labels, predicted, labels=[0, 1, 2], average="macro", zero_division=0)

    assert macro_f1(model.confusion) == pytest.approx(expected)


def test_a_confusion_counts_labels_by_row() -> None:
    """Two of three positive texts predicted as negative stand in the second row, first column."""
    (model,) = compared([0, 1, 1, 1], [0, 0, 0, 1]).models

    assert model.confusion.tolist() == [[1, 0], [2, 1]]


def test_the_interval_of_an_f1_holds_it_and_narrows() -> None:
    """Four times as many texts give an interval about half as wide; the same call gives the same interval."""
    small = np.array([[40, 10], [5, 45]])
    few, many = macro_f1_interval(small), macro_f1_interval(4 * small)

    assert float(macro_f1(small)) in few
    assert 1.7 < (few.high - few.low) / (many.high - many.low) < 2.3
    assert macro_f1_interval(small) == few
    assert macro_f1_interval(np.diag([5, 5])).high == 1


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 5, 1.0), (10, 0, 2 / 1024), (9, 1, 22 / 1024), (3, 1, 10 / 16)],
)
def test_mcnemars_test_is_exact(first: int, second: int, p: float) -> None:
    """Both tails of the binomial distribution of the texts that one model alone gets right."""
    found = comparison(20, first, second, 3)

    assert (found.only_first, found.only_second) == (first, second)
    assert found.discordant == first + second
    assert found.p_value == pytest.approx(p)


def test_a_large_test_agrees_with_the_distribution() -> None:
    """Twice the tail, at most 1, at the size of real test sets."""
    found = comparison(1500, 250, 190)

    assert found.p_value == pytest.approx(2 * binom.cdf(190, 440, 0.5))


def test_the_interval_of_a_difference_is_the_published_one() -> None:
    """Adjusted Wald for paired proportions, worked out by hand: (f + 1) / (n + 2) and (g + 1) / (n + 2)."""
    found = comparison(76, 18, 6)
    p12, p21 = 19 / 102, 7 / 102
    margin = 1.959964 * ((p12 + p21 - (p12 - p21) ** 2) / 102) ** 0.5

    assert found.difference == pytest.approx(0.12)
    assert found.difference_interval.low == pytest.approx(p12 - p21 - margin, abs=1e-6)
    assert found.difference_interval.high == pytest.approx(p12 - p21 + margin, abs=1e-6)


def test_the_interval_holds_the_true_difference_in_19_of_20_samples() -> None:
    """Simulated: two models of known accuracies on samples of 400 texts."""
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        counts = rng.multinomial(400, [0.7, 0.14, 0.06, 0.1])
        interval = comparison(*map(int, counts)).difference_interval
        held += 0.08 in interval

    assert 0.92 < held / 400 < 0.98


def test_several_comparisons_are_adjusted_by_holm() -> None:
    """The smallest by the number of comparisons, the next by one less, never below the one before."""
    assert adjusted_p_values([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert adjusted_p_values([0.5, 0.9]) == [1.0, 1.0]
    assert adjusted_p_values([0.2]) == [0.2]
    assert adjusted_p_values([]) == []


def test_disagreement_is_about_predictions_not_labels() -> None:
    """Of three classes two models may be wrong in different ways."""
    first, second = compared([0, 0, 0], [1, 0, 0], [2, 0, 0], class_names=("a", "b", "c")).models
    found = Comparison(first, second)

    assert found.disagreement == pytest.approx(1 / 3)
    assert found.discordant == 0
