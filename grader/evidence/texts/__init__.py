"""Tables of what several models predict on the same held-out texts."""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.fixtures import EvidenceFixture
from grader.evidence.texts.record import TextPredictionsNeed

KIND = EvidenceKind(
    name="texts",
    version=1,
    needs=(TextPredictionsNeed,),
    accepts={"table": "texts", "text": "texts", "utf-16": "texts"},
    related=("office",),
    many=True,
    collect="grader.evidence.texts.collect:collect_tables",
    decode="grader.evidence.texts.view:decode_predictions",
    sections="grader.evidence.texts.view:table_sections",
    libraries=("numpy",),
    fixtures=(
        EvidenceFixture(
            name="text_models",
            about="What each model predicts on the held-out texts (TextModels).",
            needs="grader.evidence.texts.fixtures:text_models_needs",
            value="grader.evidence.texts.fixtures:text_models",
        ),
    ),
)
