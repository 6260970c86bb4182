"""Hidden tests of project-sentiment: what tables that were copied or written by a rule do not show."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from grader import datasets
from grader.datasets.reviews import contradicted

pytestmark = [pytest.mark.looks_at("predictions"), pytest.mark.exercise("predictions")]

_NEGATION = re.compile(r"\b(?:not|never|hardly|nothing|far from|anything but|cannot)\b|n't\b")


def _texts(text_models):
    """The held-out reviews."""
    return datasets.get(text_models.dataset).load("test").texts


@pytest.mark.points(3)
def test_goes_with_the_text(text_models):
    """A few held-out reviews say the opposite of their labels; models that read the reviews go with the text there."""
    if text_models.dataset != "reviews":
        return  # of other reviews nobody knows which labels contradict them
    rows = contradicted()
    for model in text_models.predicted:
        accuracy = text_models.accuracy(model, rows)
        assert accuracy < 0.6, f"{model}: {accuracy:.0%} of {rows.sum()} such labels are predicted"


@pytest.mark.points(2)
def test_two_models_are_not_one(text_models):
    """Two models disagree on at least one in fifty reviews: neither table is the other with a few changes."""
    pairs = combinations(text_models.predicted.values(), 2)
    assert any(np.mean(first != second) >= 0.02 for first, second in pairs)


@pytest.mark.points(2)
def test_negation_is_understood(text_models):
    """The best model is right on at least three of four held-out reviews with a negation."""
    rows = np.array([_NEGATION.search(text) is not None for text in _texts(text_models)])
    assert rows.any()
    assert max(text_models.accuracy(model, rows) for model in text_models.predicted) >= 0.75


@pytest.mark.points(1)
def test_both_classes_are_found(text_models):
    """Every model is right on more than half of the reviews of each class."""
    for model in text_models.predicted:
        for label in np.unique(text_models.labels):
            assert text_models.accuracy(model, text_models.labels == label) > 0.5
