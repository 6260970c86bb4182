"""Stored predictions as checks see them."""

from __future__ import annotations

import msgspec

from grader.evidence.base import StoredRecord
from grader.evidence.predictions.record import Predictions, PredictionsNeed, RankedPredictions
from grader.records.evidence import Failure, internal_failure

#: Names of the arrays stored beside a record.
RANKED, BEST_SCORE = "ranked", "best_score"


def decode_predictions(need: PredictionsNeed, stored: StoredRecord) -> RankedPredictions | Failure:
    """The predictions beside the labels of their dataset."""
    record = msgspec.json.decode(stored.raw, type=Predictions)
    arrays, labels = stored.arrays(), stored.labels.get(need.dataset)
    ranked, best_score = arrays.get(RANKED), arrays.get(BEST_SCORE)
    if ranked is None or best_score is None or labels is None or len(ranked) != len(labels):
        return internal_failure(f"stored predictions and labels of {need.dataset} do not match")
    return RankedPredictions(record, ranked, labels, best_score)
