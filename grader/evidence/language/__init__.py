"""Models of text: how well they predict the end of their corpus, and what they write."""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.fixtures import EvidenceFixture
from grader.evidence.language.profile import PROFILE
from grader.evidence.language.record import CorpusNeed, LanguageNeed

KIND = EvidenceKind(
    name="language",
    version=1,
    needs=(CorpusNeed, LanguageNeed),
    accepts={
        "hdf5": "text-model",
        "keras-zip": "text-model",
        "text": "corpus-text",
        "table": "corpus-text",
        "utf-16": "corpus-text",
        "keras-json": "corpus-text",
    },
    collect="grader.evidence.language.collect:collect_language",
    decode="grader.evidence.language.view:decode_language",
    many=True,
    profile=PROFILE,
    libraries=("tensorflow", "keras", "h5py", "numpy"),
    builds_on=("models",),
    fixtures=(
        EvidenceFixture(
            name="language",
            about="How the model predicts its corpus and what it writes (LanguageScore).",
            needs="grader.evidence.language.fixtures:language_needs",
            value="grader.evidence.language.fixtures:measured_language",
        ),
    ),
)
