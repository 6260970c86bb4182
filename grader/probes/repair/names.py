"""Repairs of names: what layers and their arguments were called."""

from __future__ import annotations

from typing import Any

from grader.probes.repair.base import Description, described
from grader.probes.repair.building import class_arguments

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

#: Sizes of kernels, one argument a dimension.
_KERNEL_SIZES = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))

_ORDERINGS = {"th": "channels_first", "tf": "channels_last"}

#: The ends of padding and cropping that Keras 1 named, a dimension after the other.
_ENDS = (
    (("left_pad", "right_pad"),),
    (("top_pad", "bottom_pad"), ("left_pad", "right_pad")),
)

#: Classes that merge several inputs, by the mode of Keras 1.
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
    """Call a layer by the name Keras 3 has for it."""
    old = layer["class_name"]
    layer["class_name"] = _CLASSES.get(old, old)
    return old in _CLASSES


def rename_arguments(layer: Description) -> bool:
    """Call arguments of Keras 1 by their later names."""
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
    """Call the slope of a LeakyReLU by the name Keras 3 has for it."""
    config = layer["config"]
    if layer["class_name"] != "LeakyReLU" or "alpha" not in config:
        return False
    config["negative_slope"] = config.pop("alpha")
    return True


def plain_name(layer: Description) -> bool:
    """Take slashes, which Keras 3 refuses, out of a layer's name."""
    name = layer["config"].get("name")
    if not isinstance(name, str) or "/" not in name:
        return False
    layer["config"]["name"] = name.replace("/", "_")
    return True


def padding_ends(layer: Description) -> bool:
    """Give padding as numbers where Keras 1 named the ends."""
    padding = layer["config"].get("padding")
    if not isinstance(padding, dict):
        return False
    ends = _ENDS[layer["class_name"] != "ZeroPadding1D"]
    pairs: list[Any] = [[int(padding.get(end, 0)) for end in pair] for pair in ends]
    layer["config"]["padding"] = pairs if len(pairs) > 1 else pairs[0]
    return True


def rename_merge(layer: Description) -> bool:
    """Replace the Merge of Keras 1 by the layer for its mode."""
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


def spread_ordering(network: Description) -> bool:
    """Put channels first in layers that did not say so in Keras 1, where the convolutions beside them do."""
    layers = [layer for layer in described(network) if isinstance(layer.get("config"), dict)]
    if not any(layer["config"].get("dim_ordering") == "th" for layer in layers):
        return False
    silent = [
        layer
        for layer in layers
        if layer["class_name"].startswith(("ZeroPadding", "Cropping", "UpSampling"))
        and layer["class_name"].endswith(("2D", "3D"))
        and "dim_ordering" not in layer["config"]
    ]
    for layer in silent:
        layer["config"]["dim_ordering"] = "th"
    return bool(silent)
