"""What a program trains: one event for each call that trains, in the order they are reached."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.evidence.code.probe.reading import arrays
from grader.evidence.code.probe.reading.layers import Layer
from grader.evidence.code.probe.reading.models import (
    Built,
    Model,
    activation_of,
    regularizers,
    total_parameters,
)
from grader.evidence.code.probe.reading.names import snake_case
from grader.evidence.code.probe.reading.values import (
    Array,
    Made,
    Reference,
    Unknown,
    Value,
    as_float,
    first_input,
)
from grader.evidence.code.probe.reading.work import spend
from grader.evidence.code.record import (
    LayerRead,
    Regularizer,
    ValidationRead,
)

#: Rates that Keras takes where an optimizer is named without one.
_DEFAULT_RATES = {
    "sgd": 0.01,
    "adam": 0.001,
    "rmsprop": 0.001,
    "adagrad": 0.001,
    "adadelta": 0.001,
    "adamax": 0.001,
    "nadam": 0.001,
    "adamw": 0.001,
    "ftrl": 0.001,
}


@dataclass(frozen=True)
class Event:
    """One call that trains."""

    where: str
    model: int | None
    """The model's number; None where it is not known which model it is."""
    layers: tuple[LayerRead, ...]
    parameters: int | None
    loss: str
    optimizer: str
    learning_rate: float | None
    stated_rate: bool
    """Whether the learning rate is written down; else it is the optimizer's default."""
    epochs: int | None
    batch_size: int | None
    regularizer: tuple[Regularizer, ...]
    validation: ValidationRead | None
    data: str
    callbacks: tuple[str, ...]
    executed: bool
    resumed: bool
    """Whether the model was trained before."""
    runs: int | None = 1
    loop: object = None
    """The loop over epochs, of a training that is written as one."""


def describe_layers(model: Model, data: Value) -> tuple[tuple[LayerRead, ...], int | None]:
    """The layers of a model for the data it is trained on, and its parameters."""
    shape = arrays.shape_of(data)
    built = list(model.built(shape[1:] if shape else None))
    return tuple(map(_layer, built)), total_parameters(built)


def _layer(built: Built) -> LayerRead:
    spend(20)
    layer = built.layer
    if isinstance(layer, Model):
        return LayerRead(
            class_name=layer.kind, output_shape=_sizes(built), parameters=built.parameters
        )
    inner = layer.wrapped or layer
    activation = inner.settings.get("activation")
    return LayerRead(
        class_name=layer.kind if layer.wrapped is None else f"{layer.kind}({inner.kind})",
        units=inner.number("units"),
        filters=inner.number("filters"),
        kernel_size=_kernel(inner),
        rate=as_float(inner.settings.get("rate")),
        activation="" if activation is None else activation_of(activation) or "?",
        output_shape=_sizes(built),
        parameters=built.parameters,
        regularizer=tuple(found for item in regularizers(layer) for found in _regularizers(*item)),
    )


def _sizes(built: Built) -> tuple[int | None, ...] | None:
    if built.shape is None:
        return None
    return tuple(size if isinstance(size, int | np.integer) else None for size in built.shape)


def _kernel(layer: Layer) -> tuple[int, ...]:
    size = layer.settings.get("kernel_size", layer.settings.get("pool_size"))
    if isinstance(size, int):
        axes = re.search(r"[123](?=D)", layer.kind)
        return (size,) * (2 if axes is None else int(axes.group()))
    if isinstance(size, tuple | list) and all(isinstance(item, int) for item in size):
        return tuple(size)
    return ()


def _number(value: Value) -> float | None:
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return float(value)
    return None


def _regularizers(target: str, value: Value) -> Iterator[Regularizer]:
    """What an object, a name such as ``'l2'``, or the function itself stands for; one for each norm."""
    if not isinstance(value, Made):
        name = activation_of(value)
        yield Regularizer(
            target=target, norm=name or "?", factors=(0.01,) if name in ("l1", "l2") else ()
        )
        return
    name = value.name.lower()
    given = {key: _number(item) for key, item in value.arguments.items()}
    if name in ("l1", "l2"):
        factor = given.get(name, given.get("0", given.get("l", 0.01 if not given else None)))
        yield Regularizer(target=target, norm=name, factors=(factor,))
    elif name in ("l1_l2", "l1l2"):
        for norm, place in (("l1", "0"), ("l2", "1")):
            factor = given.get(norm, given.get(place, 0.01 if not given else 0.0))
            if factor != 0:
                yield Regularizer(target=target, norm=norm, factors=(factor,))
    else:
        yield Regularizer(target=target, norm=value.name)


def loss_name(value: Value) -> str:
    """A loss by the name Keras has for it as a text, however it was written."""
    spend(1)
    if isinstance(value, dict | list | tuple):
        parts = value.values() if isinstance(value, dict) else value
        return ", ".join(map(loss_name, parts))
    return snake_case(activation_of(value))


def optimizer_of(value: Value) -> tuple[str, float | None, bool]:
    """The optimizer's name, its learning rate, and whether the rate is written down."""
    if isinstance(value, Made):
        rate = value.arguments.get("learning_rate")
        if rate is None:
            return value.name, _DEFAULT_RATES.get(value.name.lower()), False
        if isinstance(rate, Made):  # a schedule
            return (
                value.name,
                _number(rate.arguments.get("initial_learning_rate", rate.arguments.get("0"))),
                True,
            )
        return value.name, _number(rate), True
    if isinstance(value, Unknown):
        return "", None, False
    name = activation_of(value)
    return optimizer_name(name), _DEFAULT_RATES.get(name.lower()), False


def optimizer_name(name: str) -> str:
    """The class of an optimizer that is written as a text."""
    known = {"sgd": "SGD", "rmsprop": "RMSprop", "adamw": "AdamW"}
    return known.get(name.lower(), name.capitalize() if name.islower() else name)


def validation_of(arguments: Mapping[str, Value], data: Value) -> ValidationRead | None:
    """What a model is validated on."""
    given, split = arguments.get("validation_data"), arguments.get("validation_split")
    data = first_input(data)
    if given is not None:
        images = given[0] if isinstance(given, tuple | list) and given else given
        images = images.arguments.get("x", images) if isinstance(images, Made) else images
        array = images if isinstance(images, Array) else None
        images = first_input(images)
        array = images if isinstance(images, Array) else None
        kind = "unknown"
        if array is not None and array.source:
            kind = array.source.rpartition("/")[2]
        if array is not None and not array.source and array.share:
            return ValidationRead(kind="split", images=arrays.rows(array), share=array.share)
        return ValidationRead(
            kind=f"part of {kind}" if array is not None and array.part and array.source else kind,
            images=arrays.rows(images),
            is_training_data=isinstance(data, Array) and data is array,
        )
    share = _number(split)
    if not share:
        return ValidationRead(kind="split", images=None) if isinstance(split, Unknown) else None
    rows = arrays.rows(data)
    return ValidationRead(
        kind="split", images=None if rows is None else rows - int(rows * (1 - share)), share=share
    )


def data_of(value: Value) -> str:
    """Where training data are from; empty where it is not known."""
    value = first_input(value)
    if isinstance(value, Array) and value.source:
        return f"part of {value.source}" if value.part else value.source
    if isinstance(value, Made):
        inner = data_of(value.arguments.get("x"))
        return f"{inner}, augmented" if inner and "Iterator" in value.path else inner
    return ""


def callbacks_of(value: Value) -> tuple[str, ...]:
    """The names of callbacks."""
    items: Sequence[Value] = value if isinstance(value, list | tuple) else [value]
    names = []
    for item in items:
        if isinstance(item, Made):
            names.append(item.name)
        elif isinstance(item, Reference):
            names.append(item.path.rpartition(".")[2])
        elif item is not None and hasattr(item, "cls"):
            names.append(item.cls.name)
    return tuple(names)
