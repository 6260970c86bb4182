"""Build a model from a repaired description. Only layers of Keras are created, looked up by name."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from grader.evidence.models.probe.repair.base import (
    ACTIVATIONS,
    INNER_LAYERS,
    MODEL_CLASSES,
    Description,
    layers_of,
)
from grader.evidence.models.probe.repair.functional import FunctionalBuilder, input_settings
from grader.evidence.models.probe.repair.lookup import find_activation, find_class
from grader.evidence.models.probe.repair.operations import OPERATIONS, keras_operation


def unknown_parts(model: Description) -> Iterator[str]:
    """The classes and activations in a repaired description that no version of Keras has, in order."""
    for layer in layers_of(model):
        yield from _unknown(layer)


def _unknown(layer: Description) -> Iterator[str]:
    kind = layer["class_name"]
    if kind in MODEL_CLASSES:
        yield from unknown_parts(layer)
        return
    if kind == "KerasOperation":
        kind = layer["config"]["function"]
        known = keras_operation(kind) is not None
    else:
        known = kind == "InputLayer" or kind in OPERATIONS or find_class(kind) is not None
    if not known or layer.get("foreign"):
        yield kind.rsplit(">", 1)[-1]
        return
    config = layer["config"]
    for setting in ACTIVATIONS:
        activation = config.get(setting)
        if isinstance(activation, str) and find_activation(activation) is None:
            yield activation
    for inner in _inner_layers(config):
        yield from _unknown(inner)


def _inner_layers(config: dict[str, Any]) -> Iterator[Description]:
    for name in (*INNER_LAYERS, *ACTIVATIONS):
        value = config.get(name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and "class_name" in item:
                yield item


def build(description: Description) -> Any:
    """Build the model of a repaired description, without loading its weights.

    Raises:
        Exception: Whatever Keras raises for a description it cannot build.
    """
    import keras

    from grader.evidence.models.probe.repair.legacy import CLASSES, FUNCTIONS

    # Some wrappers of Keras copy the layer they wrap, which looks up its class by name.
    with keras.saving.custom_object_scope({**CLASSES, **FUNCTIONS}):
        return _build(description)


def _build(description: Description) -> Any:
    if description["class_name"] == "Sequential":
        return _build_sequential(description)
    return FunctionalBuilder(description, make_layer).build()


def _build_sequential(description: Description) -> Any:
    import keras

    layers = [make_layer(layer) for layer in layers_of(description)]
    return keras.Sequential(layers, name=description["config"].get("name"))


def make_layer(layer: Description) -> Any:
    """Build a layer or a nested model."""
    import keras

    kind = layer["class_name"]
    config = layer["config"]
    if kind in MODEL_CLASSES:
        return _build(layer)
    if kind == "InputLayer":
        return keras.layers.InputLayer(**input_settings(config))
    found = find_class(kind)
    if found is None:
        raise ValueError(f"{kind} is no layer of Keras")
    settings = dict(config)
    for name in INNER_LAYERS:
        if name in settings:
            settings[name] = _make_inner(settings[name])
    for name in ACTIVATIONS:
        if name in settings:
            settings[name] = _make_activation(settings[name])
    return found(**_zero_initializers(found), **settings)


def _zero_initializers(kind: type) -> dict[str, str]:
    """Arguments that initialize weights with zeros, because the loaded weights replace them."""
    parameters = inspect.signature(kind.__init__).parameters  # type: ignore[misc]
    return {name: "zeros" for name in parameters if name.endswith("_initializer")}


def _make_inner(value: Any) -> Any:
    if isinstance(value, list):
        return [_make_inner(item) for item in value]
    return make_layer(value) if isinstance(value, dict) and "class_name" in value else value


def _make_activation(value: Any) -> Any:
    if isinstance(value, dict):
        return _make_inner(value)
    return find_activation(value) if isinstance(value, str) else value
