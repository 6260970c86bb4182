"""Build the network a repaired description stands for. Only layers of Keras are made, and only by their names."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from grader.probes.repair.base import ACTIVATIONS, INNER_LAYERS, NETWORKS, Description, layers_of
from grader.probes.repair.operations import OPERATIONS, keras_operation

#: Layers of Keras that run code or read files of their own.
_FORBIDDEN = frozenset(
    {"FlaxLayer", "InputLayer", "JaxLayer", "Lambda", "Layer", "TFSMLayer", "TorchModuleWrapper", "Wrapper"}
)  # fmt: skip
_NO_ACTIVATIONS = frozenset({"deserialize", "get", "serialize"})


def find_class(name: str) -> type | None:
    """The layer class of that name, of Keras 3 or written anew; None where there is none."""
    import keras

    from grader.probes.repair.legacy import CLASSES

    kind = CLASSES.get(name) or getattr(keras.layers, name, None)
    if name in _FORBIDDEN or not isinstance(kind, type) or not issubclass(kind, keras.layers.Layer):
        return None
    return kind


def class_arguments(name: str) -> frozenset[str]:
    """What a layer class takes, by itself and by what it hands on to the classes it is made of."""
    kind = find_class(name)
    known: set[str] = set()
    for base in kind.__mro__ if kind else ():
        if "__init__" not in base.__dict__:
            continue
        parameters = inspect.signature(base.__dict__["__init__"]).parameters
        known |= set(parameters)
        if not any(taken.kind is taken.VAR_KEYWORD for taken in parameters.values()):
            break
    return frozenset(known)


def find_activation(name: str) -> Any:
    """The activation of that name; None where there is none."""
    import keras

    from grader.probes.repair.legacy import FUNCTIONS

    if name in _NO_ACTIVATIONS or name.startswith("_"):
        return None
    function = FUNCTIONS.get(name) or getattr(keras.activations, name, None)
    return function if callable(function) and not isinstance(function, type) else None


def unknown_parts(network: Description) -> Iterator[str]:
    """The classes and activations in a repaired description that are in no Keras, in order."""
    for layer in layers_of(network):
        yield from _unknown(layer)


def _unknown(layer: Description) -> Iterator[str]:
    kind = layer["class_name"]
    if kind in NETWORKS:
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
    """The network of a repaired description, with weights not yet loaded.

    Raises:
        Exception: Whatever Keras says of a description it cannot build.
    """
    import keras

    from grader.probes.repair.legacy import CLASSES, FUNCTIONS

    # Some layers of Keras copy those they wrap, by what these are called.
    with keras.saving.custom_object_scope({**CLASSES, **FUNCTIONS}):
        return _build(description)


def _build(description: Description) -> Any:
    if description["class_name"] == "Sequential":
        return _build_sequential(description)
    from grader.probes.repair.functional import FunctionalGraph

    return FunctionalGraph(description).build()


def _build_sequential(description: Description) -> Any:
    import keras

    layers = [make_layer(layer) for layer in layers_of(description)]
    return keras.Sequential(layers, name=description["config"].get("name"))


def make_layer(layer: Description) -> Any:
    """One layer, or a network within a network."""
    import keras

    kind = layer["class_name"]
    config = layer["config"]
    if kind in NETWORKS:
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
    return found(**_undrawn(found), **settings)


def _undrawn(kind: type) -> dict[str, str]:
    """Weights start as zeros, since drawing what is loaded over costs time."""
    parameters = inspect.signature(kind.__init__).parameters  # type: ignore[misc]
    return {name: "zeros" for name in parameters if name.endswith("_initializer")}


def input_settings(config: dict[str, Any]) -> dict[str, Any]:
    """What an input layer is made with.

    Raises:
        ValueError: Its shape is not known.
    """
    shape = config.get("batch_shape")
    if not isinstance(shape, list | tuple):
        raise ValueError("the network was saved before its input shape was known")
    dtype = config.get("dtype")
    name = {"name": config["name"]} if config.get("name") else {}
    return {"batch_shape": tuple(shape), "dtype": dtype if isinstance(dtype, str) else None, **name}


def _make_inner(value: Any) -> Any:
    if isinstance(value, list):
        return [_make_inner(item) for item in value]
    return make_layer(value) if isinstance(value, dict) and "class_name" in value else value


def _make_activation(value: Any) -> Any:
    if isinstance(value, dict):
        return _make_inner(value)
    return find_activation(value) if isinstance(value, str) else value
