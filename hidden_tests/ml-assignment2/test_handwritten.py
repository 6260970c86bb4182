"""Hidden tests of exercise 3 of ml-assignment2: the digit classifier."""

from __future__ import annotations

import numpy as np
import pytest
from moved_digits import labels, moved_digits

pytestmark = pytest.mark.exercise("3-handwritten")


@pytest.mark.points(2)
@pytest.mark.images("moved_digits")
def test_moved_digits(predict):
    """The classifier reads digits that were turned and moved a little.

    A table of the published images fails here: nobody has seen these.
    """
    accuracy = predict(moved_digits()).accuracy(labels())
    assert accuracy >= 0.75


@pytest.mark.points(2)
@pytest.mark.images("digits")
def test_every_digit(predict):
    """The classifier reads at least every second example of each digit."""
    predicted = predict("digits")
    for digit in range(10):
        of_digit = predicted.labels == digit
        recall = np.mean(predicted.classes[of_digit] == digit)
        assert recall >= 0.5, f"digit {digit}: {recall:.3f}"


@pytest.mark.points(2)
@pytest.mark.images("moved_digits", "digits")
def test_same_digit_when_moved(predict):
    """A digit that is moved a little stays the same digit to the classifier.

    Four of five predictions must not change, right or wrong, and each digit is predicted at least once.
    """
    before = predict("digits").classes[::10]
    after = predict(moved_digits()).classes
    assert len(np.unique(after)) == 10
    assert np.mean(before == after) >= 0.8
