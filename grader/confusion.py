"""Confusion matrices, packed small enough to lie in every report."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.records.section import ConfusionMatrix


def pack_counts(
    labels: NDArray[np.integer[Any]], predicted: NDArray[np.integer[Any]], classes: int
) -> bytes:
    """Count how often images of each label were predicted as each class.

    Args:
        labels: Shape (N,), below `classes`.
        predicted: Shape (N,), below `classes`.
        classes: How many there are.

    Returns:
        classes x classes uint16, little-endian, row by row, zlib-compressed; larger counts are cut off.
    """
    pairs = labels.astype(np.int64) * classes + predicted.astype(np.int64)
    counts = np.bincount(pairs, minlength=classes**2)
    cut = np.minimum(counts, np.iinfo(np.uint16).max).astype("<u2")
    return zlib.compress(cut.tobytes(), level=1)


def confusion_matrix(figure: ConfusionMatrix) -> NDArray[np.uint16]:
    """The counts of a figure, shape (classes, classes): rows are labels, columns predictions.

    Raises:
        ValueError: The stored counts do not fit the number of classes.
    """
    counts = np.frombuffer(zlib.decompress(figure.counts), "<u2")
    return counts.reshape(figure.classes, figure.classes)
