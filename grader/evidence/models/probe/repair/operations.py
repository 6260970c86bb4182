"""Operations: the functions of TensorFlow and Keras that a model calls between its layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.evidence.models.probe.repair.base import Description
from grader.evidence.models.probe.repair.graph_nodes import graph_function
from grader.evidence.models.probe.repair.tensorflow_functions import (
    Function,
    find_function,
    snake_case,
)

#: Saved classes that represent a function and not a layer.
OPERATIONS = frozenset({"KerasOperation", "SlicingOpLambda", "TensorFlowOpLayer", "TFOpLambda"})


def find_operation(layer: Description) -> Function:
    """The function of an operation; it accepts the arguments that the file saved.

    Raises:
        ValueError: The function is not known.
    """
    config = layer["config"]
    if layer["class_name"] == "TensorFlowOpLayer":
        return graph_function(config)
    if layer["class_name"] == "KerasOperation":
        return _keras_function(config)
    return find_function(str(config.get("function")))


def keras_operation(class_name: str) -> Function | None:
    """The function of `keras.ops` that Keras 3 saved as an object of that class; None if there is none."""
    import keras

    function = getattr(keras.ops, snake_case(class_name), None)
    return function if callable(function) and not isinstance(function, type) else None


def _keras_function(config: Mapping[str, Any]) -> Function:
    function = keras_operation(config["function"])
    if function is None:
        raise ValueError(f"{config['function']} is no operation of Keras")
    settings = {name: value for name, value in config.items() if name not in ("function", "name")}

    def call(*args: Any, **named: Any) -> Any:
        # An index into an array is a tuple, which JSON saves as a list.
        given = [tuple(arg) if isinstance(arg, list) and _is_index(arg) else arg for arg in args]
        return function(*given, **settings, **named)

    return call


def _is_index(value: list[Any]) -> bool:
    return any(isinstance(part, slice) for part in value)
