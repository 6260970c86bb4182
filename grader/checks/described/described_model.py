"""A model as a lab asks about it, or as code builds it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from grader.checks.code.filters import ModelFilter, accepted
from grader.checks.code.layers import dense_layers, is_convolutional
from grader.evidence.code.record import Training
from grader.records.base import Record


class DescribedModel(Record, frozen=True, kw_only=True):
    """A model of fully connected layers."""

    units: tuple[int, ...]
    """Of each layer that computes, the output included."""
    activations: tuple[str, ...]
    """One for each of them, by the names of Keras."""
    parameters: int | None
    image: tuple[int, ...] = ()
    """Shape of an input: ``(28, 28)``; empty where it is not known."""
    loss: str = ""
    """By the name of Keras; empty where it is not known."""

    @property
    def inputs(self) -> int | None:
        """Numbers that go in."""
        return math.prod(self.image) if self.image else None


def built_model(
    trainings: Iterable[Training], apart: Iterable[ModelFilter], image: tuple[int, ...]
) -> tuple[DescribedModel, Training] | None:
    """The first model of fully connected layers that code trains, and its training.

    Args:
        trainings: Those of the code, in order.
        apart: Models of other exercises, which are passed over.
        image: The shape of an input.
    """
    others = tuple(apart)
    for training in accepted(trainings, ModelFilter()):
        layers = dense_layers(training.layers)
        units = tuple(layer.units for layer in layers if layer.units is not None)
        is_other = any(models.accepts(training) for models in others)
        if not units or len(units) < len(layers) or is_other or is_convolutional(training.layers):
            continue
        loss = training.loss if isinstance(training.loss, str) else training.loss[0]
        model = DescribedModel(
            units=units,
            activations=tuple(layer.activation or "linear" for layer in layers),
            parameters=training.parameters,
            image=image,
            loss=loss,
        )
        return model, training
    return None
