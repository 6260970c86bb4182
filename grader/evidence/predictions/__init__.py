"""Tables of predictions: what a model predicts on unlabelled images, handed in instead of the model."""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.fixtures import EvidenceFixture
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
    fixtures=(
        EvidenceFixture(
            name="predict",
            about="A function of images, or of the name of a dataset, to what the model predicts (ImagePredictions).",
            needs="grader.evidence.predictions.fixtures:predict_needs",
            value="grader.evidence.predictions.fixtures:predict_function",
            kinds=("models", "predictions"),
            marks=("images",),
        ),
    ),
)
