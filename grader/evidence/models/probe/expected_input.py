"""Read from a model's layers which pixel values it expects, and whether it was trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.probe.loaded_model import flat_layers
from grader.evidence.predictions.interface import Normalization

#: Layers that do not change the scale of pixels.
_SCALE_PRESERVING = frozenset(
    {
        "AlphaDropout", "Cast", "CenterCrop", "Concatenate", "Cropping2D", "Dropout", "ExpandDims", "Flatten",
        "GaussianDropout", "GaussianNoise", "Identity", "InputLayer", "Permute", "Repeat", "Reshape", "Resizing",
        "SpatialDropout2D", "Squeeze", "Transpose", "ZeroPadding2D",
    }
)  # fmt: skip

#: A model that divides by at least this number, or subtracts more than this mean, expects pixels from 0 to 255.
_MIN_DIVISOR = 100.0
_MIN_MEAN, _MIN_VARIANCE = 1.5, 2.0


def expected_normalization(model: Any) -> Normalization | None:
    """The normalization of pixels that the model's first layers imply; None if they imply none.

    It is read from a Rescaling or Normalization layer, a batch normalization that measured large numbers, or
    arithmetic with constants, also in nested models.
    """
    for layer, constant in _first_steps(model):
        kind = type(layer).__name__
        if hasattr(layer, "layers"):
            return expected_normalization(layer)
        if kind in _SCALE_PRESERVING or kind.startswith("Random"):
            continue
        return _implied_by(layer, kind, constant)
    return None


def _implied_by(layer: Any, kind: str, constant: float | None) -> Normalization | None:
    if kind == "Rescaling":
        return "0..255" if np.max(np.abs(layer.scale)) <= 1 / _MIN_DIVISOR else None
    if kind == "Normalization":
        return None if layer.invert else _by_moments(layer.mean, layer.variance)
    if kind == "BatchNormalization":
        seen = _by_moments(layer.moving_mean, layer.moving_variance)
        return seen if seen == "0..255" else None
    large = {
        "Divide": constant is not None and constant >= _MIN_DIVISOR,
        "TrueDivide": constant is not None and constant >= _MIN_DIVISOR,
        "Multiply": constant is not None and 0 < constant <= 1 / _MIN_DIVISOR,
        "Subtract": constant is not None and constant > _MIN_MEAN,
    }
    return "0..255" if large.get(kind) else None


def _by_moments(mean: Any, variance: Any) -> Normalization | None:
    """The range of pixels with this mean and variance; None if the layer never measured any."""
    means, variances = _array(mean), _array(variance)
    if not means.any() and (variances == 1).all():
        return None
    large = means.max() > _MIN_MEAN or variances.max() > _MIN_VARIANCE
    return "0..255" if large else "0..1"


def _first_steps(model: Any) -> Iterator[tuple[Any, float | None]]:
    """The layers and operations in order from the input up to the first branch, each with its constant."""
    if type(model).__name__ == "Sequential":
        yield from ((layer, None) for layer in model.layers)
        return
    if len(model.inputs) != 1:
        return
    tensor = model.inputs[0]
    while True:
        calls = [
            (operation, node)
            for operation in model.operations
            for node in operation._inbound_nodes
            if any(source is tensor for source in node.input_tensors)
        ]
        if len(calls) != 1 or len(calls[0][1].output_tensors) != 1:
            return
        operation, node = calls[0]
        yield operation, _constant(node)
        tensor = node.output_tensors[0]


def _constant(node: Any) -> float | None:
    """The single number an operation is called with besides its tensor; None if there is not exactly one."""
    given = [*node.arguments.args, *node.arguments.kwargs.values()]
    numbers = [
        float(value)
        for value in given
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    return numbers[0] if len(numbers) == 1 else None


def is_untrained(model: Any) -> bool:
    """Whether all biases of dense and convolutional layers and all moving means are zero, as initialized."""
    arrays = [array for layer in flat_layers(model) for array in _zero_initialized(layer)]
    return bool(arrays) and not any(array.any() for array in arrays)


def _zero_initialized(layer: Any) -> Iterator[NDArray[Any]]:
    """The weights of a layer, and of the layer it wraps, that are initialized with zeros."""
    kind = type(layer).__name__
    inner = getattr(layer, "layer", None)
    if inner is not None and hasattr(inner, "weights"):
        yield from _zero_initialized(inner)
    if kind == "BatchNormalization":
        yield _array(layer.moving_mean)
    bias = getattr(layer, "bias", None)
    if (kind == "Dense" or "Conv" in kind) and hasattr(bias, "shape"):
        yield _array(bias)


def _array(value: Any) -> NDArray[Any]:
    from keras import ops

    return np.asarray(ops.convert_to_numpy(value))
