"""Which of the trainings of a submission a check is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from grader.checks.code.layers import (
    has_own_activation,
    hidden_layers,
    is_convolutional,
    is_recurrent,
    last_layer,
    output_layer,
)
from grader.evidence.code.record import LayerRead, Training
from grader.records.base import Record
from grader.records.message import Code, Count, Listing, Message, Name, message

#: What people call datasets.
_DATASETS = {"mnist": "MNIST", "cifar10": "CIFAR-10", "cifar100": "CIFAR-100", "svhn": "SVHN"}


class ModelFilter(Record, frozen=True, kw_only=True):
    """A kind of model, told by its layers. What is not named may be anything."""

    outputs: int | None = None
    """Units of the last fully connected layer."""
    hidden_layers: int | None = None
    """How many fully connected layers before it."""
    near: int = 0
    """By how many layers `hidden_layers` may be missed: 1 where input or output may have been counted."""
    hidden_units: tuple[int, ...] = ()
    """Their units, in order."""
    hidden_activation: str = ""
    """The activation of all of them."""
    own_activation: bool | None = None
    """Whether the activation of all of them is a function of the student's own."""
    convolutional: bool | None = None
    recurrent: bool | None = None
    dataset: str = ""
    """The dataset whose images it is trained on: ``cifar100``."""
    classes: int | None = None
    """Units of the last layer of those models of `dataset` of which it is not known what they are trained on."""
    changed_into: ModelFilter | None = None
    """What a later exercise has students change such a model into, in the same program: what is left of it counts."""

    def accepts(self, training: Training) -> bool:
        """Whether the model of a training is of this kind; not where its layers are not known."""
        return self.fits(training.layers) and self._is_on_dataset(training)

    def may_accept(self, training: Training) -> bool:
        """Whether the model of a training may be of this kind, as too little is known of it."""
        last = last_layer(training.layers)
        unknown = not training.layers or (
            not training.data and (last is None or last.units is None)
        )
        return unknown and (not training.data or not self.dataset or self._is_on_dataset(training))

    def _is_on_dataset(self, training: Training) -> bool:
        if not self.dataset:
            return True
        if training.data:
            return re.search(rf"\b{re.escape(self.dataset)}/", training.data) is not None
        last = last_layer(training.layers)
        sizes = (None, None) if last is None else (last.units, last.filters)
        return self.classes is not None and self.classes in sizes

    def fits(self, layers: Sequence[LayerRead]) -> bool:
        """Whether layers are those of such a model."""
        if not layers:
            return False
        hidden = hidden_layers(layers)
        output = output_layer(layers)
        units = None if output is None else output.units
        return (
            (self.outputs is None or units == self.outputs)
            and (self.hidden_layers is None or abs(len(hidden) - self.hidden_layers) <= self.near)
            and (
                not self.hidden_units or tuple(layer.units for layer in hidden) == self.hidden_units
            )
            and (
                not self.hidden_activation
                or {layer.activation for layer in hidden} == {self.hidden_activation}
            )
            and (self.own_activation is None or has_own_activation(hidden) == self.own_activation)
            and (self.convolutional is None or is_convolutional(layers) == self.convolutional)
            and (self.recurrent is None or is_recurrent(layers) == self.recurrent)
        )

    @property
    def text(self) -> Message:
        """The kind of model in words: 'a model with 1 output and 0 hidden layers'."""
        parts: list[Message] = []
        if self.convolutional is not None:
            parts.append(
                message(
                    "model-filter.convolutional"
                    if self.convolutional
                    else "model-filter.not-convolutional"
                )
            )
        if self.recurrent is not None:
            key = "recurrent" if self.recurrent else "not-recurrent"
            parts.append(message(f"model-filter.{key}"))
        if self.outputs is not None:
            parts.append(
                message("model-filter.outputs", outputs=Count(value=self.outputs, setting=True))
            )
        if self.hidden_layers is not None:
            key = "hidden-layers" if self.hidden_layers else "no-hidden-layer"
            count = Count(value=self.hidden_layers, setting=True)
            parts.append(message(f"model-filter.{key}", layers=count))
        if self.hidden_units:
            units = ", ".join(map(str, self.hidden_units))
            parts.append(message("model-filter.hidden-units", units=Code(text=units)))
        if self.hidden_activation:
            activation = Code(text=self.hidden_activation)
            parts.append(message("model-filter.hidden-activation", activation=activation))
        if self.own_activation is not None:
            key = "own-activation" if self.own_activation else "known-activation"
            parts.append(message(f"model-filter.{key}"))
        if self.dataset:
            name = Name(text=_DATASETS.get(self.dataset, self.dataset))
            parts.append(message("model-filter.dataset", dataset=name))
        if not parts:
            return message("model-filter.any")
        return message("model-filter.model", parts=Listing(items=tuple(parts)))


def accepted(trainings: Iterable[Training], models: ModelFilter) -> list[Training]:
    """The trainings of one kind of model: those the program reaches, and only where there are none the others."""
    found = [training for training in trainings if models.accepts(training)]
    return reached(found) or found


def reached(trainings: Sequence[Training]) -> list[Training]:
    """The trainings that the program reaches."""
    return [training for training in trainings if training.executed]
