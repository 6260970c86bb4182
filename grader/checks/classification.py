"""What a network confuses with what: the figure behind an accuracy."""

from __future__ import annotations

import numpy as np

from grader.checks.base import Case, RankedPredictions
from grader.confusion import pack_counts
from grader.records.result import Classification, Mistake

#: How many of the surest wrong answers are kept.
KEPT_MISTAKES = 12


def classification(predictions: RankedPredictions, case: Case) -> Classification:
    """Count what was taken for what, and name the wrong answers the network was surest of."""
    record = predictions.record
    secret = record.dataset in case.secret
    return Classification(
        dataset=record.dataset,
        classes=record.classes,
        counts=pack_counts(predictions.labels, predictions.ranked[:, 0], record.classes),
        mistakes=() if secret or predictions.labels_alone else _surest_mistakes(predictions),
    )


def _surest_mistakes(predictions: RankedPredictions) -> tuple[Mistake, ...]:
    labels, best = predictions.labels, predictions.ranked[:, 0]
    wrong = np.flatnonzero(labels != best)
    surest = wrong[np.argsort(-predictions.best_score[wrong], kind="stable")[:KEPT_MISTAKES]]
    return tuple(
        Mistake(image=int(image), label=int(labels[image]), predicted=int(best[image]))
        for image in surest
    )
