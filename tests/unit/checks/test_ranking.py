from __future__ import annotations

import numpy as np
import pytest

from grader.checks import RankedPredictions
from tests.factories import answers, predictions


def test_hits_count_labels_among_the_best() -> None:
    """Top-1 looks at the first class only, top-k at the first k."""
    found = RankedPredictions(
        predictions(images=3),
        np.array([[1, 2, 3], [2, 1, 3], [3, 2, 1]], np.uint8),
        np.array([1, 1, 1]),
        np.ones(3),
    )

    assert [found.hits(top) for top in (1, 2, 3)] == [1, 2, 3]
    assert found.accuracy(2) == pytest.approx(2 / 3)


@pytest.mark.parametrize("top", [0, 6])
def test_more_classes_than_kept_are_refused(top: int) -> None:
    """An accuracy that cannot be told is not told."""
    with pytest.raises(ValueError, match="ranked classes"):
        answers(50).hits(top)


def test_labels_of_another_type_are_compared_by_value() -> None:
    """Labels above 255 are not cut to the small type classes are kept in."""
    found = RankedPredictions(
        predictions(images=1), np.array([[44]], np.uint8), np.array([300], np.int64), np.ones(1)
    )

    assert found.hits(1) == 0
