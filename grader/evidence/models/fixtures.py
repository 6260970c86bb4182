"""What hidden tests see of an opened model."""

from __future__ import annotations

from grader.evidence.fixtures import FixtureEvidence, FixtureRequest
from grader.evidence.models.record import ModelNeed, ModelSummary


def model_needs(request: FixtureRequest) -> tuple[ModelNeed, ...]:
    """The description of the model."""
    return (ModelNeed(artefact=request.artefact),)


def opened_model(evidence: FixtureEvidence) -> ModelSummary:
    """The description of the model."""
    found: ModelSummary = evidence.get(evidence.needs[0])
    return found
