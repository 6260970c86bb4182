from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix as reference_matrix

from grader.confusion import confusion_matrix, pack_counts
from grader.records.section import ConfusionMatrix


def unpacked(counts: bytes, classes: int) -> np.ndarray:  # type: ignore[type-arg]
    return confusion_matrix(ConfusionMatrix(dataset="digits", classes=classes, counts=counts))


@st.composite
def predicted_images(draw: st.DrawFn) -> tuple[int, list[int], list[int]]:
    classes = draw(st.integers(2, 120))
    pairs = draw(st.lists(st.tuples(*[st.integers(0, classes - 1)] * 2), max_size=60))
    return classes, [label for label, _ in pairs], [best for _, best in pairs]


@given(predicted_images())
def test_counts_are_those_of_scikit_learn(drawn: tuple[int, list[int], list[int]]) -> None:
    """Rows are labels and columns predictions, every image is counted once, and packing loses nothing."""
    classes, labels, predicted = drawn
    # The types predictions and labels are kept in: small, and not the same.
    found = unpacked(
        pack_counts(np.array(labels, np.int64), np.array(predicted, np.uint8), classes), classes
    )

    assert found.shape == (classes, classes)
    assert found.sum() == len(labels)
    if labels:
        assert (found == reference_matrix(labels, predicted, labels=range(classes))).all()


def test_small_types_do_not_overflow() -> None:
    """Class 99 of 100 times 100 does not fit the byte a class is kept in."""
    labels, predicted = np.array([99, 99], np.uint8), np.array([98, 99], np.uint8)
    found = unpacked(pack_counts(labels, predicted, 100), 100)

    assert (found[99, 98], found[99, 99], found.sum()) == (1, 1, 2)


@pytest.mark.parametrize(("images", "kept"), [(65_535, 65_535), (65_536, 65_535), (70_000, 65_535)])
def test_counts_too_large_are_cut_off(images: int, kept: int) -> None:
    """A count above what two bytes hold stops there instead of starting again at 0."""
    zeros = np.zeros(images, np.uint8)

    assert unpacked(pack_counts(zeros, zeros, 2), 2).tolist() == [[kept, 0], [0, 0]]


def test_a_hundred_classes_fit_a_report() -> None:
    """10,000 predictions in 100 classes take a few kilobytes."""
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 100, (2, 10_000))

    assert len(pack_counts(labels, predicted, 100)) < 8_000


@pytest.mark.parametrize(
    "counts", [zlib.compress(bytes(6)), zlib.compress(bytes(16))], ids=["too few", "too many"]
)
def test_counts_of_other_classes_are_refused(counts: bytes) -> None:
    """Counts that do not fit the number of classes are an error, not another matrix."""
    with pytest.raises(ValueError, match="reshape"):
        unpacked(counts, 2)
