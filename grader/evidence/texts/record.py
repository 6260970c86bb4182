"""Predictions of several models on the same texts: the need, what is stored, and what checks see beside the labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from grader.evidence.need import Need
from grader.records.base import Record
from grader.records.evidence import Failure

Coding = Literal[
    "names", "numbers", "numbers-from-1", "signs", "stars", "probabilities", "class-scores"
]
"""How a column says which class is meant: by name; by its number from 0 or from 1; by -1 and 1; by 1 or 2 stars against
4 or 5; by the probability of the second of two classes; or by a score for each class."""


class ModelTable(Record, frozen=True, kw_only=True):
    """What one model predicts, as a table said it."""

    file: str
    """What the student calls the file."""
    model: str
    """What the model is called: the file's name without its ending, or the heading of one column of several."""
    coding: Coding


class TextShown(Record, frozen=True, kw_only=True):
    """A held-out text, for pages."""

    place: int
    """Among the test texts, from 0."""
    text: str
    """Its beginning."""


class TextPredictions(Record, frozen=True, kw_only=True):
    """Predictions of models on a dataset's test texts, without labels; the array is stored beside."""

    dataset: str
    dataset_digest: str
    texts: int
    class_names: tuple[str, ...]
    models: tuple[ModelTable, ...]
    """Those that could be read, in the order of their files."""
    unread: tuple[Failure, ...] = ()
    """Why other files could not be read."""
    left_out: int = 0
    """Models that were not read since there are too many."""
    disagreements: tuple[TextShown, ...] = ()
    """Some texts on which models disagree; none of a secret dataset."""


@dataclass(frozen=True)
class ModelPredictions:
    """What one model predicts, beside the labels, which never leave the trusted side."""

    name: str
    predicted: NDArray[np.integer[Any]]
    """Shape (N,); the class index of every text."""
    labels: NDArray[np.integer[Any]]
    """Shape (N,)."""
    classes: int

    @cached_property
    def is_right(self) -> NDArray[np.bool_]:
        """Shape (N,); whether each text is predicted as its label says."""
        right: NDArray[np.bool_] = self.predicted == self.labels
        return right

    @property
    def right(self) -> int:
        """How many texts are predicted as their labels say."""
        return int(np.count_nonzero(self.is_right))

    @property
    def accuracy(self) -> float:
        """Share of the texts that are predicted as their labels say."""
        return self.right / len(self.labels)

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """Shape (classes, classes): how many texts of each label (row) are predicted as each class (column)."""
        pairs = self.labels.astype(np.int64) * self.classes + self.predicted.astype(np.int64)
        counts = np.bincount(pairs, minlength=self.classes**2)
        return counts.reshape(self.classes, self.classes)


@dataclass(frozen=True)
class ComparedModels:
    """The models of a submission on the same texts."""

    record: TextPredictions
    models: tuple[ModelPredictions, ...]
    """As `record.models`."""

    @property
    def labels(self) -> NDArray[np.integer[Any]]:
        """Shape (N,)."""
        return self.models[0].labels

    @property
    def most_frequent(self) -> float:
        """Accuracy of always predicting the most frequent class."""
        return float(np.bincount(self.labels).max() / len(self.labels))

    @property
    def by_accuracy(self) -> tuple[ModelPredictions, ...]:
        """The best model first; among equals the one whose file comes first."""
        return tuple(sorted(self.models, key=lambda model: -model.right))


class TextPredictionsNeed(Need[ComparedModels], frozen=True):
    """A check looks at what models predict on a dataset's test texts."""

    kind: ClassVar[str] = "texts"

    dataset: str

    @property
    def datasets(self) -> tuple[str, ...]:
        """The dataset."""
        return (self.dataset,)
