"""The layers of a training's model as a lab counts them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from grader.checks.architecture import TRANSPARENT, RequiredLayer, describe
from grader.evidence.code.record import LayerRead

#: Layers whose only work is an activation, and the activation of those whose name says it.
_ACTIVATIONS = {"Activation": "", "ReLU": "relu", "Softmax": "softmax", "LeakyReLU": "leaky_relu"}


#: Activations of Keras by their names; ``?`` is one that could not be read.
_KNOWN = frozenset({
    "celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh",
    "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu",
    "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus",
    "swish", "tanh", "tanh_shrink", "threshold", "?",
})  # fmt: skip


def has_own_activation(layers: Sequence[LayerRead]) -> bool:
    """Whether all layers have one activation, and it is none of Keras' own."""
    found = {layer.activation or "linear" for layer in layers}
    return len(found) == 1 and found.isdisjoint(_KNOWN)


def computing_layers(layers: Sequence[LayerRead]) -> list[LayerRead]:
    """The layers that compute, each with the activation of a separate activation layer behind it."""
    kept: list[LayerRead] = []
    for layer in layers:
        if layer.class_name in _ACTIVATIONS:
            activation = layer.activation or _ACTIVATIONS[layer.class_name]
            if activation and kept and kept[-1].activation in ("", "linear"):
                kept[-1] = msgspec.structs.replace(kept[-1], activation=activation)
        elif layer.class_name not in TRANSPARENT:
            kept.append(layer)
    return kept


def dense_layers(layers: Sequence[LayerRead]) -> list[LayerRead]:
    """The fully connected layers."""
    return [layer for layer in computing_layers(layers) if layer.class_name == "Dense"]


def hidden_layers(layers: Sequence[LayerRead]) -> list[LayerRead]:
    """The fully connected layers before the last."""
    return dense_layers(layers)[:-1]


def output_layer(layers: Sequence[LayerRead]) -> LayerRead | None:
    """The last fully connected layer; None in a model without one."""
    dense = dense_layers(layers)
    return dense[-1] if dense else None


def is_convolutional(layers: Sequence[LayerRead]) -> bool:
    """Whether any layer is a convolution."""
    return any("Conv" in layer.class_name for layer in layers)


def settings_of(layer: LayerRead) -> dict[str, str | int | float | tuple[int, ...]]:
    """What is known of a layer, by the names of Keras: ``units``, ``filters``, ``kernel_size``, ``activation``.

    The window of a pooling layer is its ``pool_size``. A layer without an activation is ``linear``.
    """
    window = "pool_size" if "Pool" in layer.class_name else "kernel_size"
    known: dict[str, str | int | float | tuple[int, ...] | None] = {
        "units": layer.units,
        "filters": layer.filters,
        window: layer.kernel_size or None,
        "rate": layer.rate,
        "activation": layer.activation or "linear",
    }
    return {name: value for name, value in known.items() if value is not None}


def matches(required: RequiredLayer, layer: LayerRead) -> bool:
    """Whether a layer is of the required class and has every required setting."""
    found = settings_of(layer)
    return required.type == layer.class_name and all(
        found.get(name) == value for name, value in required.settings.items()
    )


def described(layer: LayerRead, names: Sequence[str] = ()) -> str:
    """A layer in one phrase, with the settings that are named: ``Dense(activation=sigmoid, units=1)``."""
    found = settings_of(layer)
    return describe(layer.class_name, {name: found[name] for name in names if name in found})
