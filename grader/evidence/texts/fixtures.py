"""What hidden tests see of predictions on texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.fixtures import FixtureEvidence, FixtureRequest
from grader.evidence.texts.record import ComparedModels, TextPredictionsNeed


@dataclass(frozen=True)
class TextModels:
    """What the models of a submission predict on the held-out texts."""

    dataset: str
    # What an assertion says shows values by their `repr`, and thousands of them say nothing.
    predicted: dict[str, NDArray[np.integer[Any]]] = field(repr=False)
    """Name of a model to the class index of every text, shape (N,), in the order of the dataset."""
    labels: NDArray[np.integer[Any]] = field(repr=False)
    """Shape (N,)."""

    def accuracy(self, model: str, rows: Any = slice(None)) -> float:
        """Share of the texts that a model predicts as their labels say.

        Args:
            model: Its name.
            rows: Which texts: whatever picks rows of an array.
        """
        return float((self.predicted[model][rows] == self.labels[rows]).mean())


def text_models_needs(request: FixtureRequest) -> tuple[TextPredictionsNeed, ...]:
    """What the checks of the lab ask about the artefact.

    Raises:
        ValueError: No check asks for predictions on texts.
    """
    found = [need for need in request.others if isinstance(need, TextPredictionsNeed)]
    if not found:
        raise ValueError("text_models needs a check of the lab on the same predictions")
    return tuple(dict.fromkeys(found))[:1]


def text_models(evidence: FixtureEvidence) -> TextModels:
    """The models with what they predict; one whose name comes again has its number behind it."""
    found: ComparedModels = evidence.get(evidence.needs[0])
    predicted: dict[str, NDArray[np.integer[Any]]] = {}
    for number, model in enumerate(found.models, 1):
        name = model.name if model.name not in predicted else f"{model.name} {number}"
        predicted[name] = model.predicted
    return TextModels(found.record.dataset, predicted, found.labels)
