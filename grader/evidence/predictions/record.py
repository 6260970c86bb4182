"""Predictions on a dataset: the need, what is stored, and what checks see beside the labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from grader.evidence.need import Need
from grader.evidence.predictions.interface import ModelInterface
from grader.records.base import Record


class Predictions(Record, frozen=True, kw_only=True):
    """Predictions on a dataset's test images, without labels; the arrays are stored beside."""

    dataset: str
    dataset_digest: str
    images: int
    classes: int
    interface: ModelInterface
    ties: int
    """Images whose best score is shared by several classes; the lowest class counts."""


@dataclass(frozen=True)
class RankedPredictions:
    """The best classes of every image beside the labels, which never leave the trusted side."""

    record: Predictions
    ranked: NDArray[np.integer[Any]]
    """Shape (N, k); each row the k best classes, best first, k = min(5, classes); k = 1 of labels alone."""
    labels: NDArray[np.integer[Any]]
    """Shape (N,)."""
    best_score: NDArray[np.floating[Any]]
    """Shape (N,); the score of the best class; NaN of labels alone."""

    @property
    def labels_alone(self) -> bool:
        """Whether only a label was handed in for each image: a table of predictions without scores."""
        return self.record.interface.source == "given" and self.ranked.shape[1] == 1

    def hits(self, top: int) -> int:
        """How many images have their label among the `top` best classes.

        Raises:
            ValueError: Fewer classes than `top` are kept.
        """
        if not 1 <= top <= self.ranked.shape[1]:
            raise ValueError(
                f"top-{top} needs {top} ranked classes, {self.ranked.shape[1]} are kept"
            )
        return int(np.count_nonzero(self._is_hit(top)))

    def _is_hit(self, top: int) -> NDArray[np.bool_]:
        """Shape (N,). One comparison a rank is several times faster than one of the whole table."""
        hit: NDArray[np.bool_] = self.ranked[:, 0] == self.labels
        for rank in range(1, top):
            hit |= self.ranked[:, rank] == self.labels
        return hit

    def accuracy(self, top: int = 1) -> float:
        """Share of the images whose label is among the `top` best classes."""
        return self.hits(top) / len(self.labels)


class PredictionsNeed(Need[RankedPredictions], frozen=True):
    """A check looks at what the model predicts on a dataset's test images."""

    kind: ClassVar[str] = "predictions"

    dataset: str
    resizing: bool = False
    """Whether images are padded or resized for a model built for another image size."""

    @property
    def datasets(self) -> tuple[str, ...]:
        """The dataset."""
        return (self.dataset,)
