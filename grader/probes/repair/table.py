"""The repairs, one a function, with the era each belongs to.

A repair changes one layer's description in place and says whether it did. The order matters: names come first,
since later repairs go by them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Description = dict[str, Any]
"""A layer as saved: ``class_name``, ``config`` and, in functional networks, ``name`` and ``inbound_nodes``."""


@dataclass(frozen=True)
class Repair:
    """One repair."""

    name: str
    """Kebab-case, as evidence and `grader inspect` name it."""
    era: str
    """Which versions of Keras wrote what it mends."""
    apply: Callable[[Description], bool]

    @property
    def about(self) -> str:
        """What it does, in one sentence."""
        return (self.apply.__doc__ or "").strip().splitlines()[0]


_CLASSES = {
    "AtrousConvolution2D": "Conv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "Deconvolution2D": "Conv2DTranspose",
    "GRUV2": "GRU",
    "LSTMV2": "LSTM",
    "MaxPool2D": "MaxPooling2D",
    "Model": "Functional",
    "SeparableConvolution2D": "SeparableConv2D",
}

_ARGUMENTS = {
    "border_mode": "padding",
    "bias": "use_bias",
    "filter_length": "kernel_size",
    "inner_activation": "recurrent_activation",
    "nb_filter": "filters",
    "output_dim": "units",
    "p": "rate",
    "pool_length": "pool_size",
    "subsample": "strides",
    "subsample_length": "strides",
    "dropout_U": "recurrent_dropout",
    "dropout_W": "dropout",
}
_ORDERINGS = {"th": "channels_first", "tf": "channels_last"}
_RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN"})

#: What quantised or pruned training wraps layers in.
_WRAPPERS = frozenset({"PruneLowMagnitude"})

#: The activation of Keras 2 under a name of our own; Keras 3 changed what `hard_sigmoid` computes.
OLD_HARD_SIGMOID = "keras2_hard_sigmoid"


def strip_wrapper(layer: Description) -> bool:
    """Take a layer out of the wrapper that pruned it while training; its weights are the pruned ones."""
    if layer["class_name"] not in _WRAPPERS:
        return False
    inner = layer["config"].get("layer")
    if not isinstance(inner, dict) or "class_name" not in inner:
        return False
    layer["config"] = {**inner.get("config", {}), "name": layer["config"].get("name")}
    layer["class_name"] = inner["class_name"]
    shape = layer["config"].pop("batch_input_shape", None)
    if shape is not None:
        layer["config"]["batch_input_shape"] = shape
    return True


def rename_class(layer: Description) -> bool:
    """Call a layer by the name Keras 3 has for it."""
    old = layer["class_name"]
    layer["class_name"] = _CLASSES.get(old, old)
    if old.startswith("CuDNN"):
        layer["config"].update(recurrent_activation="sigmoid", reset_after=old == "CuDNNGRU")
    return old in _CLASSES


def rename_arguments(layer: Description) -> bool:
    """Call arguments of Keras 1 by their later names."""
    config, changed = layer["config"], False
    if "nb_row" in config and "nb_col" in config:
        config["kernel_size"] = [config.pop("nb_row"), config.pop("nb_col")]
        changed = True
    if config.get("dim_ordering") in _ORDERINGS:
        config["data_format"] = _ORDERINGS[config.pop("dim_ordering")]
        changed = True
    for old, new in _ARGUMENTS.items():
        if old in config and new not in config:
            config[new] = config.pop(old)
            changed = True
    return changed


def drop_initialisers(layer: Description) -> bool:
    """Leave out how weights were drawn, in words Keras 3 does not take: they are loaded all the same."""
    config = layer["config"]
    names = [name for name in config if name.endswith("initializer") or name == "init"]
    for name in names:
        del config[name]
    return bool(names)


def drop_constraints(layer: Description) -> bool:
    """Leave out constraints and regularisers, which act while training only."""
    config = layer["config"]
    names = [name for name in config if name.endswith(("constraint", "regularizer"))]
    present = [name for name in names if config.pop(name) is not None]
    return bool(present)


def mend_dtype(layer: Description) -> bool:
    """Leave out number types that are no plain name."""
    config = layer["config"]
    if isinstance(config.get("dtype"), dict):
        del config["dtype"]
        return True
    return False


def mend_axis(layer: Description) -> bool:
    """Give normalisation the one axis that TensorFlow's Keras kept in a list."""
    axis = layer["config"].get("axis")
    if layer["class_name"] == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        layer["config"]["axis"] = axis[0]
        return True
    return False


def old_gru(layer: Description) -> bool:
    """Reset before the product, as GRUs did before they could choose."""
    if layer["class_name"] != "GRU" or "reset_after" in layer["config"]:
        return False
    layer["config"]["reset_after"] = False
    return True


def old_hard_sigmoid(layer: Description) -> bool:
    """Compute hard_sigmoid as clip(0.2 x + 0.5, 0, 1), as Keras 2 did."""
    config, changed = layer["config"], False
    for name in ("activation", "recurrent_activation"):
        if config.get(name) == "hard_sigmoid":
            config[name] = OLD_HARD_SIGMOID
            changed = True
    return changed


def drop_time_major(layer: Description) -> bool:
    """Leave out the order of time and batch, which is the usual one."""
    return layer["class_name"] in _RECURRENT and layer["config"].pop("time_major", None) is not None


def input_shape(layer: Description) -> bool:
    """Give the input layer its shape under the name Keras 3 reads."""
    config = layer["config"]
    if layer["class_name"] != "InputLayer" or "batch_input_shape" not in config:
        return False
    config["batch_shape"] = config.pop("batch_input_shape")
    return True


#: In the order they are applied.
REPAIRS: tuple[Repair, ...] = (
    Repair("strip-wrapper", "tensorflow-model-optimization", strip_wrapper),
    Repair("rename-class", "Keras 1 to 2.3", rename_class),
    Repair("rename-arguments", "Keras 1", rename_arguments),
    Repair("drop-initialisers", "Keras 1 to 2.15", drop_initialisers),
    Repair("drop-constraints", "Keras 1 to 2.15", drop_constraints),
    Repair("mend-dtype", "Keras 2.4 to 2.15", mend_dtype),
    Repair("mend-axis", "tf.keras 1.13 to 2.15", mend_axis),
    Repair("old-gru", "Keras 1 to 2.2", old_gru),
    Repair("old-hard-sigmoid", "Keras 1 to 2.15", old_hard_sigmoid),
    Repair("drop-time-major", "tf.keras 1.13 to 2.15", drop_time_major),
    Repair("input-shape", "Keras 1 to 2.15", input_shape),
)
