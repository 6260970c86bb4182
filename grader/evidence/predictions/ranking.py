"""Scores of every class, reduced to what is stored: the best classes of every image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grader.datasets.pool import LoadedDataset
from grader.evidence.predictions.interface import ModelInterface
from grader.evidence.predictions.record import Predictions
from grader.evidence.predictions.view import BEST_SCORE, RANKED

if TYPE_CHECKING:
    from grader.evidence.base import Arrays

#: How many of the best classes are kept of every image.
KEPT_CLASSES = 5


def predictions_of(
    scores: NDArray[np.float32], interface: ModelInterface, dataset: LoadedDataset
) -> tuple[Predictions, Arrays]:
    """Scores of shape (N, classes) on a dataset's test images, as evidence."""
    best = scores.max(axis=1, keepdims=True)
    record = Predictions(
        dataset=dataset.record.name,
        dataset_digest=dataset.record.digest,
        images=len(scores),
        classes=scores.shape[1],
        interface=interface,
        ties=int(((scores == best).sum(axis=1) > 1).sum()),
    )
    return record, {RANKED: rank_classes(scores), BEST_SCORE: best[:, 0]}


def rank_classes(scores: NDArray[np.float32]) -> NDArray[Any]:
    """The best classes of every row, best first; among equals the lower class, as argmax has it.

    Args:
        scores: Shape (N, classes).

    Returns:
        Shape (N, min(5, classes)), uint8 where the classes fit, else uint16.
    """
    kept = min(KEPT_CLASSES, scores.shape[1])
    order = np.argsort(-scores, axis=1, kind="stable")[:, :kept]
    return order.astype(class_type(scores.shape[1]))


def class_type(classes: int) -> type[np.unsignedinteger[Any]]:
    """The smallest type that holds every class."""
    return np.uint8 if classes <= 256 else np.uint16
