"""Look up layer classes and activations by name: those of Keras 3 and those reimplemented in `legacy`."""

from __future__ import annotations

import inspect
from typing import Any

#: Layers of Keras that run custom code or read files, and base classes that are no usable layers.
_FORBIDDEN = frozenset(
    {"FlaxLayer", "InputLayer", "JaxLayer", "Lambda", "Layer", "TFSMLayer", "TorchModuleWrapper", "Wrapper"}
)  # fmt: skip
#: Functions of `keras.activations` that are not activations.
_NO_ACTIVATIONS = frozenset({"deserialize", "get", "serialize"})


def find_class(name: str) -> type | None:
    """The layer class of that name, from Keras 3 or `legacy`; None if there is none."""
    import keras

    from grader.evidence.models.probe.repair.legacy import CLASSES

    kind = CLASSES.get(name) or getattr(keras.layers, name, None)
    if name in _FORBIDDEN or not isinstance(kind, type) or not issubclass(kind, keras.layers.Layer):
        return None
    return kind


def class_arguments(name: str) -> frozenset[str]:
    """The arguments that a layer class accepts, including those it passes on to its base classes."""
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
    """The activation function of that name; None if there is none."""
    import keras

    from grader.evidence.models.probe.repair.legacy import FUNCTIONS

    if name in _NO_ACTIVATIONS or name.startswith("_"):
        return None
    function = FUNCTIONS.get(name) or getattr(keras.activations, name, None)
    return function if callable(function) and not isinstance(function, type) else None
