"""Tables of what several models predict on the same held-out texts."""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.fixtures import EvidenceFixture
from grader.evidence.text_predictions.record import TextPredictionsNeed

KIND = EvidenceKind(
    name="text-predictions",
    version=1,
    needs=(TextPredictionsNeed,),
    accepts={"table": "text-predictions", "text": "text-predictions", "utf-16": "text-predictions"},
    related=("office",),
    many=True,
    collect="grader.evidence.text_predictions.collect:collect_tables",
    decode="grader.evidence.text_predictions.view:decode_predictions",
    sections="grader.evidence.text_predictions.view:table_sections",
    libraries=("numpy",),
    fixtures=(
        EvidenceFixture(
            name="text_models",
            about="What each model predicts on the held-out texts (TextModels).",
            needs="grader.evidence.text_predictions.fixtures:text_models_needs",
            value="grader.evidence.text_predictions.fixtures:text_models",
        ),
    ),
)
