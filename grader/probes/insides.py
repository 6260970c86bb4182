"""What a network's own layers tell of it: the pixels it expects, and whether it was trained at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.probes.network import flat_layers
from grader.records.contract import Scaling

#: Layers that leave pixels on their scale.
_TRANSPARENT = frozenset(
    {
        "AlphaDropout", "Cast", "CenterCrop", "Concatenate", "Cropping2D", "Dropout", "ExpandDims", "Flatten",
        "GaussianDropout", "GaussianNoise", "Identity", "InputLayer", "Permute", "Repeat", "Reshape", "Resizing",
        "SpatialDropout2D", "Squeeze", "Transpose", "ZeroPadding2D",
    }
)  # fmt: skip

#: Whoever divides by this much, or subtracts so much, counts pixels to 255.
_LEAST_DIVISOR = 100.0
_LEAST_MEAN, _LEAST_VARIANCE = 1.5, 2.0


def expected_scaling(network: Any) -> Scaling | None:
    """The scaling of pixels that the first layer with an opinion asks for; None where none has.

    Rescaling, Normalization, a batch normalisation that saw large numbers, and arithmetic with constants count;
    networks within networks are looked into.
    """
    for step in _first_steps(network):
        layer, constant = step
        kind = type(layer).__name__
        if hasattr(layer, "layers"):
            return expected_scaling(layer)
        if kind in _TRANSPARENT or kind.startswith("Random"):
            continue
        return _opinion(layer, kind, constant)
    return None


def _opinion(layer: Any, kind: str, constant: float | None) -> Scaling | None:
    if kind == "Rescaling":
        return "0..255" if np.max(np.abs(layer.scale)) <= 1 / _LEAST_DIVISOR else None
    if kind == "Normalization":
        return None if layer.invert else _by_moments(layer.mean, layer.variance)
    if kind == "BatchNormalization":
        seen = _by_moments(layer.moving_mean, layer.moving_variance)
        return seen if seen == "0..255" else None
    large = {
        "Divide": constant is not None and constant >= _LEAST_DIVISOR,
        "TrueDivide": constant is not None and constant >= _LEAST_DIVISOR,
        "Multiply": constant is not None and 0 < constant <= 1 / _LEAST_DIVISOR,
        "Subtract": constant is not None and constant > _LEAST_MEAN,
    }
    return "0..255" if large.get(kind) else None


def _by_moments(mean: Any, variance: Any) -> Scaling | None:
    """What numbers of that mean and variance were; None where they were never measured."""
    means, variances = _array(mean), _array(variance)
    if not means.any() and (variances == 1).all():
        return None
    large = means.max() > _LEAST_MEAN or variances.max() > _LEAST_VARIANCE
    return "0..255" if large else "0..1"


def _first_steps(network: Any) -> Iterator[tuple[Any, float | None]]:
    """The layers and operations from the input on, as long as one follows the other, each with its constant."""
    if type(network).__name__ == "Sequential":
        yield from ((layer, None) for layer in network.layers)
        return
    if len(network.inputs) != 1:
        return
    tensor = network.inputs[0]
    while True:
        calls = [
            (operation, node)
            for operation in network.operations
            for node in operation._inbound_nodes
            if any(source is tensor for source in node.input_tensors)
        ]
        if len(calls) != 1 or len(calls[0][1].output_tensors) != 1:
            return
        operation, node = calls[0]
        yield operation, _constant(node)
        tensor = node.output_tensors[0]


def _constant(node: Any) -> float | None:
    """The one number an operation is called with beside its tensor; None where there is none."""
    given = [*node.arguments.args, *node.arguments.kwargs.values()]
    numbers = [
        float(value)
        for value in given
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    return numbers[0] if len(numbers) == 1 else None


def is_untrained(network: Any) -> bool:
    """Whether all biases of dense and convolutional layers and all moving means are zero, as when drawn."""
    starts = [array for layer in flat_layers(network) for array in _starts(layer)]
    return bool(starts) and not any(array.any() for array in starts)


def _starts(layer: Any) -> Iterator[NDArray[Any]]:
    """What begins at zero in a layer, and in what it wraps."""
    kind = type(layer).__name__
    inner = getattr(layer, "layer", None)
    if inner is not None and hasattr(inner, "weights"):
        yield from _starts(inner)
    if kind == "BatchNormalization":
        yield _array(layer.moving_mean)
    bias = getattr(layer, "bias", None)
    if (kind == "Dense" or "Conv" in kind) and hasattr(bias, "shape"):
        yield _array(bias)


def _array(value: Any) -> NDArray[Any]:
    from keras import ops

    return np.asarray(ops.convert_to_numpy(value))
