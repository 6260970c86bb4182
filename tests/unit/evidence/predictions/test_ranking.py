from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grader.evidence.predictions.ranking import rank_classes

scores = arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.integers(2, 12)),
    elements=st.floats(0, 1, width=32),
)


@given(scores)
def test_the_best_class_is_argmax_and_ranks_fall(outputs: np.ndarray) -> None:  # type: ignore[type-arg]
    """The first class is NumPy's argmax, scores never rise along a row, and no class comes twice."""
    ranked = rank_classes(outputs)
    along = np.take_along_axis(outputs, ranked.astype(int), axis=1)

    assert ranked.shape == (len(outputs), min(5, outputs.shape[1]))
    assert (ranked[:, 0] == outputs.argmax(axis=1)).all()
    assert (np.diff(along, axis=1) <= 0).all()
    assert all(len(set(row)) == len(row) for row in ranked.tolist())


def test_among_equals_the_lower_class_comes_first() -> None:
    """A model that predicts the same for every class is counted by the lowest, reproducibly."""
    assert rank_classes(np.ones((1, 7), np.float32)).tolist() == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize(("classes", "kind"), [(10, np.uint8), (256, np.uint8), (257, np.uint16)])
def test_classes_fit_the_type_they_are_kept_in(classes: int, kind: type) -> None:
    """No class is cut off by a type too small."""
    outputs = np.zeros((1, classes), np.float32)
    outputs[0, -1] = 1
    ranked = rank_classes(outputs)

    assert ranked.dtype == kind
    assert ranked[0, 0] == classes - 1
