"""Attributes of what code handles."""

from __future__ import annotations

import numpy as np

from grader.evidence.code.probe.reading.layers import Layer
from grader.evidence.code.probe.reading.models import Model, Tensor, build
from grader.evidence.code.probe.reading.names import canonical
from grader.evidence.code.probe.reading.values import (
    CONCRETE,
    UNKNOWN,
    Array,
    BoundFunction,
    Class,
    Function,
    Made,
    Method,
    Object,
    Reference,
    Scope,
    Super,
    Unknown,
    Value,
    size_of,
)

_CONSTANTS = {
    "numpy.pi": np.pi,
    "math.pi": np.pi,
    "numpy.e": np.e,
    "math.e": np.e,
    "numpy.newaxis": None,
    "tensorflow.newaxis": None,
}


def attribute(owner: Value, name: str) -> Value:
    """What ``owner.name`` gives; a method of it where nothing better is known."""
    match owner:
        case Unknown():
            return UNKNOWN
        case Reference(path=path):
            full = canonical(f"{path}.{name}")
            return _CONSTANTS.get(full, Reference(full)) if full in _CONSTANTS else Reference(full)
        case Scope(names=names):
            return names.get(name, UNKNOWN)
        case Array():
            return _of_array(owner, name)
        case Object(cls=cls, attributes=attributes):
            return _of_object(owner, cls, attributes, name)
        case Model():
            return _of_model(owner, name)
        case Layer():
            return _of_layer(owner, name)
        case Tensor(shape=shape):
            if name == "shape":
                return UNKNOWN if shape is None else (None, *shape)
            return Method(owner, name)
        case Made():
            return _of_made(owner, name)
        case Function() | Method():
            return Method(owner, name)
        case Class():
            found = owner.member(name)
            if isinstance(found, Function) and found.decorated("classmethod"):
                return _bound(owner, found, owner)
            return Method(owner, name) if found is None else found
        case Super(owner=inner, cls=cls):
            for base in cls.bases:
                if isinstance(base, Class) and isinstance(member := base.member(name), Function):
                    return BoundFunction(inner, member, base)
            return Method(owner, name)
    if isinstance(owner, np.ndarray | np.generic):
        return _of_known_array(owner, name)
    return Method(owner, name) if isinstance(owner, CONCRETE) else UNKNOWN


def _of_array(array: Array, name: str) -> Value:
    match name:
        case "shape":
            # Axes of no known size are unknown numbers, so that arithmetic with them stays unknown.
            if array.shape is None:
                return UNKNOWN
            return tuple(UNKNOWN if size is None else size for size in array.shape)
        case "ndim":
            return UNKNOWN if array.shape is None else len(array.shape)
        case "size":
            size = size_of(array.shape)
            return UNKNOWN if size is None else size
        case "T":
            return Array(
                None if array.shape is None else array.shape[::-1], array.source, array.part
            )
        case "values" | "loc" | "iloc" | "data" | "images":
            return array
    return Method(array, name)


def _of_known_array(array: np.ndarray | np.generic, name: str) -> Value:
    if name in ("shape", "ndim", "size"):
        return getattr(array, name)
    return array.T if name == "T" else Method(array, name)


def _of_object(owner: Value, cls: Class, attributes: dict[str, Value], name: str) -> Value:
    if name in attributes:
        return attributes[name]
    found = cls.member(name)
    if isinstance(found, Function):
        return _bound(owner, found, cls)
    return Method(owner, name) if found is None else found


def _bound(owner: Value, function: Function, cls: Class) -> Value:
    """A function of a class as its object or the class itself gives it."""
    if function.decorated("staticmethod"):
        return function
    return BoundFunction(cls if function.decorated("classmethod") else owner, function, cls)


def _of_model(model: Model, name: str) -> Value:
    if name in model.attributes:
        return model.attributes[name]
    if model.cls is not None:
        found = model.cls.member(name)
        if found is not None:
            return _of_object(model, model.cls, model.attributes, name)
    if model.origin and name in ("input", "inputs", "output", "outputs"):
        start = Tensor(model.input_shape)
        end = Tensor(None, model, (start,))
        model.attributes |= {"input": start, "inputs": [start], "output": end, "outputs": [end]}
        return model.attributes[name]
    match name:
        case "layers":
            return [item.layer for item in model.built()]
        case "input" | "inputs" if model.inputs:
            return model.inputs[0] if name == "input" else list(model.inputs)
        case "output" | "outputs":
            return _outputs(model, name)
        case "optimizer":
            return model.compiled.get("optimizer", UNKNOWN)
        case "input_shape" | "output_shape":
            built = list(model.built())
            shape = (
                model.input_shape if name == "input_shape" else built[-1].shape if built else None
            )
            return UNKNOWN if shape is None else (None, *shape)
    return Method(model, name)


def _outputs(model: Model, name: str) -> Value:
    if not model.outputs:
        _connect(model)
    if not model.outputs:
        return UNKNOWN
    return model.outputs[0] if name == "output" and len(model.outputs) == 1 else list(model.outputs)


def _connect(model: Model) -> None:
    """Give a stack of layers tensors, for code that takes its output."""
    shape = model.input_shape
    start = Tensor(shape)
    current = start
    for layer in model.layers:
        built, _ = build(layer, current.shape)
        current = Tensor(built, layer, (current,))
    if model.layers:
        model.inputs, model.outputs = (start,), (current,)


def _of_layer(layer: Layer, name: str) -> Value:
    if name in layer.settings:
        return layer.settings[name]
    return layer.trainable if name == "trainable" else Method(layer, name)


def _of_made(made: Made, name: str) -> Value:
    if name == "history" and made.path == "keras.callbacks.History":
        epochs = made.arguments.get("epochs")
        return Made("history", {"epochs": epochs})
    if made.path == "history" and name == "[]":
        epochs = made.arguments.get("epochs")
        return Array((epochs if isinstance(epochs, int) else None,))
    if name in ("[]", "params"):
        return UNKNOWN
    if name in ("lr", "learning_rate") and made.path.startswith("keras.optimizers."):
        return Method(made, "learning_rate")
    return made.arguments.get(name, Method(made, name))
