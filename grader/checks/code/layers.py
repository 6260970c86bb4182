"""The layers of a training's model as a lab counts them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from grader.checks.architecture import TRANSPARENT, RequiredLayer, describe
from grader.evidence.code.record import LayerRead

#: Layers whose only work is an activation, and the activation of those whose name says it.
_ACTIVATIONS = {"Activation": "", "ReLU": "relu", "Softmax": "softmax", "LeakyReLU": "leaky_relu"}


#: What PyTorch calls layers of Keras.
_OF_PYTORCH = {
    "Linear": "Dense", "LazyLinear": "Dense", "Conv2d": "Conv2D", "LazyConv2d": "Conv2D", "Conv1d": "Conv1D",
    "MaxPool2d": "MaxPooling2D", "AvgPool2d": "AveragePooling2D", "AdaptiveAvgPool2d": "GlobalAveragePooling2D",
    "BatchNorm1d": "BatchNormalization", "BatchNorm2d": "BatchNormalization", "Dropout2d": "SpatialDropout2D",
}  # fmt: skip

#: Modules of PyTorch whose only work is an activation, and which.
_ACTIVATIONS_OF_PYTORCH = {
    "ReLU": "relu", "LogSoftmax": "softmax", "Softmax": "softmax", "Sigmoid": "sigmoid", "Tanh": "tanh", "ELU": "elu",
    "SELU": "selu", "GELU": "gelu", "SiLU": "silu", "LeakyReLU": "leaky_relu",
}  # fmt: skip

#: Models within a model, whose layers are not known one by one: they end in feature maps where they are convolutional.
_MODELS_WITHIN = re.compile(
    r"Functional|Sequential|Model|KerasLayer|VGG|ResNet|MobileNet|EfficientNet|Inception|Xception|DenseNet|NASNet|RegNet"
)

#: Recurrent layers: `LSTM`, `CuDNNGRU`, `SimpleRNN`, `ConvLSTM2D`, and the wrapper that is for them alone.
_RECURRENT = re.compile(r"LSTM|GRU|RNN|Bidirectional")

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
    """The layers that compute, each with the activation of a separate activation layer behind it.

    Those of PyTorch have their names in Keras.
    """
    kept: list[LayerRead] = []
    for layer in as_in_keras(layers):
        if layer.class_name in _ACTIVATIONS:
            activation = layer.activation or _ACTIVATIONS[layer.class_name]
            if activation and kept and kept[-1].activation in ("", "linear", "?"):
                kept[-1] = msgspec.structs.replace(kept[-1], activation=activation)
        elif layer.class_name not in TRANSPARENT:
            kept.append(layer)
    return kept


def as_in_keras(layers: Sequence[LayerRead]) -> list[LayerRead]:
    """Layers under their names in Keras.

    In PyTorch an activation may be a function that is called beside the layers: where none is a layer, that of a
    layer is not known.
    """
    if not is_of_pytorch(layers):
        return list(layers)
    return [
        msgspec.structs.replace(
            layer,
            class_name="Activation"
            if layer.class_name in _ACTIVATIONS_OF_PYTORCH
            else _OF_PYTORCH.get(layer.class_name, layer.class_name),
            activation=layer.activation or _ACTIVATIONS_OF_PYTORCH.get(layer.class_name, "?"),
        )
        for layer in layers
    ]


def is_of_pytorch(layers: Sequence[LayerRead]) -> bool:
    """Whether layers have the names of PyTorch."""
    return not _OF_PYTORCH.keys().isdisjoint(layer.class_name for layer in layers)


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


def last_layer(layers: Sequence[LayerRead]) -> LayerRead | None:
    """The last fully connected layer or convolution."""
    found = [layer for layer in computing_layers(layers) if layer.class_name in ("Dense", "Conv2D")]
    return found[-1] if found else None


def is_convolutional(layers: Sequence[LayerRead]) -> bool:
    """Whether any layer is a convolution, or a model within the model that gives feature maps."""
    return any("Conv" in layer.class_name or _gives_maps(layer) for layer in layers)


def is_recurrent(layers: Sequence[LayerRead]) -> bool:
    """Whether any layer is recurrent, by the name of its class in Keras or PyTorch."""
    return any(_RECURRENT.search(layer.class_name) for layer in layers)


def _gives_maps(layer: LayerRead) -> bool:
    shape = layer.output_shape
    within = _MODELS_WITHIN.match(layer.class_name) is not None
    return within and (shape is None or len(shape) == 3)


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
    """Whether a layer is of the required class and has every required setting, but for an activation nothing says."""
    found = settings_of(layer)
    return required.type == layer.class_name and all(
        found.get(name) == value or (name == "activation" and found[name] == "?")
        for name, value in required.settings.items()
    )


def described(layer: LayerRead, names: Sequence[str] = ()) -> str:
    """A layer in one phrase, with the settings that are named: ``Dense(activation=sigmoid, units=1)``."""
    found = settings_of(layer)
    return describe(layer.class_name, {name: found[name] for name in names if name in found})
