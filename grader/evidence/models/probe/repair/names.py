"""Repairs of the names of layers, classes and arguments."""

from __future__ import annotations

import re
from typing import Any

from grader.evidence.models.probe.repair.base import Description, described
from grader.evidence.models.probe.repair.lookup import class_arguments

#: Characters that names of scopes must not have.
_REFUSED = re.compile(r"[^A-Za-z0-9_.>-]")

_CLASSES = {
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "Container": "Functional",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3D": "Conv3D",
    "Convolution3DTranspose": "Conv3DTranspose",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose",
    "DepthwiseConvolution2D": "DepthwiseConv2D",
    "GRUV2": "GRU",
    "LSTMV2": "LSTM",
    "Model": "Functional",
    "Network": "Functional",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
    "SyncBatchNormalization": "BatchNormalization",
    "TimeDistributedDense": "Dense",
    "UnifiedGRU": "GRU",
    "UnifiedLSTM": "LSTM",
}

_ARGUMENTS = {
    "atrous_rate": "dilation_rate",
    "bias": "use_bias",
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "dropout_U": "recurrent_dropout",
    "dropout_W": "dropout",
    "filter_length": "kernel_size",
    "inner_activation": "recurrent_activation",
    "length": "size",
    "nb_filter": "filters",
    "output_dim": "units",
    "p": "rate",
    "pool_length": "pool_size",
    "sigma": "stddev",
    "stride": "strides",
    "subsample": "strides",
    "subsample_length": "strides",
}

#: Arguments for the size of a kernel, one for each dimension.
_KERNEL_SIZES = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))

_ORDERINGS = {"th": "channels_first", "tf": "channels_last"}

#: Keys of padding in Keras 1, for one and for two dimensions.
_PADDING_KEYS = (
    (("left_pad", "right_pad"),),
    (("top_pad", "bottom_pad"), ("left_pad", "right_pad")),
)

#: Classes that merge several inputs, by the mode of Keras 1's Merge.
_MERGES = {
    "ave": "Average",
    "concat": "Concatenate",
    "cos": "CosineMerge",
    "dot": "Dot",
    "max": "Maximum",
    "mul": "Multiply",
    "sum": "Add",
}


def rename_class(layer: Description) -> bool:
    """Rename a layer's class to its name in Keras 3."""
    old = layer["class_name"]
    layer["class_name"] = _CLASSES.get(old, old)
    return old in _CLASSES


def rename_arguments(layer: Description) -> bool:
    """Rename arguments of Keras 1 to their later names."""
    config, changed = layer["config"], False
    for sizes in _KERNEL_SIZES:
        if all(size in config for size in sizes):
            config["kernel_size"] = [config.pop(size) for size in sizes]
            changed = True
    taken = class_arguments(layer["class_name"])
    for old, new in _ARGUMENTS.items():
        if old in config and new not in config and old not in taken:
            config[new] = config.pop(old)
            changed = True
    if config.get("data_format") in _ORDERINGS:
        config["data_format"] = _ORDERINGS[config["data_format"]]
        changed = True
    return changed


def rename_slope(layer: Description) -> bool:
    """Rename the slope argument of a LeakyReLU to its name in Keras 3."""
    config = layer["config"]
    if layer["class_name"] != "LeakyReLU" or "alpha" not in config:
        return False
    config["negative_slope"] = config.pop("alpha")
    return True


def plain_name(layer: Description) -> bool:
    """Replace slashes, spaces and other characters in a layer's name that Keras 3 or TensorFlow refuses."""
    name = layer["config"].get("name")
    if not isinstance(name, str) or name == without_refused(name):
        return False
    layer["config"]["name"] = without_refused(name)
    return True


def without_refused(name: str) -> str:
    """A name of a layer or a model that TensorFlow takes as a scope of its graphs."""
    plain = _REFUSED.sub("_", name)
    return plain if plain[:1].isalnum() or not plain else f"layer{plain}"


def padding_ends(layer: Description) -> bool:
    """Convert padding that Keras 1 saved by the names of the sides to a list of numbers."""
    padding = layer["config"].get("padding")
    if not isinstance(padding, dict):
        return False
    ends = _PADDING_KEYS[layer["class_name"] != "ZeroPadding1D"]
    pairs: list[Any] = [[int(padding.get(end, 0)) for end in pair] for pair in ends]
    layer["config"]["padding"] = pairs if len(pairs) > 1 else pairs[0]
    return True


def rename_merge(layer: Description) -> bool:
    """Replace the Merge layer of Keras 1 by the layer for its mode."""
    config = layer["config"]
    if layer["class_name"] != "Merge":
        return False
    if config.get("mode") not in _MERGES:
        raise ValueError(f"a Merge layer in mode {config.get('mode')}")
    layer["class_name"] = _MERGES[config["mode"]]
    layer["config"] = {"name": config.get("name")}
    if layer["class_name"] == "Concatenate":
        layer["config"]["axis"] = config.get("concat_axis", -1)
    if layer["class_name"] in ("Dot", "CosineMerge"):
        layer["config"]["axes"] = config.get("dot_axes", -1)
    return True


def spread_ordering(model: Description) -> bool:
    """Set channels first in layers of Keras 1 that do not state it, if the model's convolutions do."""
    layers = [layer for layer in described(model) if isinstance(layer.get("config"), dict)]
    if not any(layer["config"].get("dim_ordering") == "th" for layer in layers):
        return False
    unstated = [
        layer
        for layer in layers
        if layer["class_name"].startswith(("ZeroPadding", "Cropping", "UpSampling"))
        and layer["class_name"].endswith(("2D", "3D"))
        and "dim_ordering" not in layer["config"]
    ]
    for layer in unstated:
        layer["config"]["dim_ordering"] = "th"
    return bool(unstated)
