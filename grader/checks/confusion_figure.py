"""The confusion matrix behind an accuracy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.confusion import pack_counts
from grader.evidence.predictions.record import RankedPredictions
from grader.records.section import ConfusionMatrix, Mistake

#: How many of the wrong predictions with the highest scores are kept.
KEPT_MISTAKES = 12


def confusion_figure(predictions: RankedPredictions) -> ConfusionMatrix:
    """Count labels by predicted class, and list the wrong predictions with the highest scores."""
    record = predictions.record
    return ConfusionMatrix(
        dataset=record.dataset,
        classes=record.classes,
        counts=pack_counts(predictions.labels, predictions.ranked[:, 0], record.classes),
        mistakes=() if predictions.labels_alone else _mistakes(predictions),
    )


def _mistakes(predictions: RankedPredictions) -> tuple[Mistake, ...]:
    labels, best = predictions.labels, predictions.ranked[:, 0]
    wrong = np.flatnonzero(labels != best)
    highest = wrong[_highest(predictions.best_score[wrong])]
    return tuple(
        Mistake(image=int(image), label=int(labels[image]), predicted=int(best[image]))
        for image in highest
    )


def _highest(scores: NDArray[np.floating[Any]]) -> NDArray[np.intp]:
    """Places of the highest scores, highest first, the first of equals first. Few are sorted, all only compared."""
    descending = -scores
    candidates = np.arange(len(scores))
    if len(scores) > KEPT_MISTAKES:
        last = np.partition(descending, KEPT_MISTAKES - 1)[KEPT_MISTAKES - 1]
        candidates = np.flatnonzero(~(descending > last))
    order = np.argsort(descending[candidates], kind="stable")
    return candidates[order[:KEPT_MISTAKES]]
