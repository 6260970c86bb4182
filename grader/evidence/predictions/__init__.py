"""Tables of predictions: what a model predicts on unlabelled images, handed in instead of the model."""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.predictions.record import PredictionsNeed

KIND = EvidenceKind(
    name="predictions",
    version=8,
    needs=(PredictionsNeed,),
    accepts={"table": "table"},
    collect="grader.evidence.predictions.collect:collect_table",
    decode="grader.evidence.predictions.view:decode_predictions",
    libraries=("numpy",),
    related=("utf-16", "office", "word", "arff"),
)
