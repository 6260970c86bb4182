"""What hidden tests see of a model of text."""

from __future__ import annotations

from grader.evidence.fixtures import FixtureEvidence, FixtureRequest
from grader.evidence.language.record import LanguageNeed, LanguageScore


def language_needs(request: FixtureRequest) -> tuple[LanguageNeed, ...]:
    """The score."""
    return (LanguageNeed(artefact=request.artefact),)


def measured_language(evidence: FixtureEvidence) -> LanguageScore:
    """What was measured."""
    found: LanguageScore = evidence.get(evidence.needs[0])
    return found
