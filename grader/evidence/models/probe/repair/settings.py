"""Repairs of settings that Keras 3 expects in another form or does not have."""

from __future__ import annotations

from typing import Any

from grader.evidence.models.probe.repair.base import ACTIVATIONS, OLD_HARD_SIGMOID, Description
from grader.evidence.models.probe.repair.lookup import class_arguments

#: Internal names of TensorFlow's functions, and the names of the activations.
_ACTIVATION_NAMES = {
    "crelu_v2": "crelu",
    "gelu_v2": "gelu",
    "leaky_relu_v2": "leaky_relu",
    "log_softmax_v2": "log_softmax",
    "sigmoid_v2": "sigmoid",
    "softmax_v2": "softmax",
    "swish_impl": "silu",
    "swish_v2": "silu",
    "swish": "silu",
}

#: Arguments for initializers in Keras 1 and 2 that do not end in ``initializer``.
_INITIALIZERS = frozenset({"init", "inner_init", "forget_bias_init", "beta_init", "gamma_init"})
_KERAS_1_INITIALIZERS = ("t_left_init", "a_left_init", "t_right_init", "a_right_init", "alpha_init")

#: Layers that act only during training and that Keras 3 does not have.
_TRAINING_ONLY = frozenset({"AddLoss", "AddMetric", "RandomHeight", "RandomWidth"})

#: Settings about the input that older versions saved in any layer; Keras 3 has them in the input layer.
INPUT_SETTINGS = ("batch_input_shape", "input_shape", "input_dim", "input_dtype", "input_length")


def plain_numbers(layer: Description) -> bool:
    """Replace numbers that were saved with their NumPy type by plain numbers."""
    config = layer["config"]
    typed = [
        name
        for name, value in config.items()
        if isinstance(value, dict) and set(value) == {"type", "value"}
    ]
    for name in typed:
        config[name] = config[name]["value"]
    return bool(typed)


def drop_initializers(layer: Description) -> bool:
    """Remove initializers, which Keras 3 may not accept; the saved weights are loaded in any case."""
    config = layer["config"]
    names = [
        name
        for name in config
        if name.endswith("initializer") or name in _INITIALIZERS or name in _KERAS_1_INITIALIZERS
    ]
    for name in names:
        del config[name]
    return bool(names)


def drop_constraints(layer: Description) -> bool:
    """Remove constraints and regularizers, which act only during training."""
    config = layer["config"]
    names = [name for name in config if name.endswith(("constraint", "regularizer"))]
    present = [name for name in names if config.pop(name) is not None]
    return bool(present)


def drop_training_layer(layer: Description) -> bool:
    """Replace layers that Keras 3 no longer has, or that it computes otherwise, by what they do in inference."""
    config = layer["config"]
    if layer["class_name"] == "RandomCrop":
        layer["class_name"] = "Resizing"
        config["crop_to_aspect_ratio"] = True
        return True
    if layer["class_name"] not in _TRAINING_ONLY:
        return False
    layer["class_name"] = "Identity"
    return True


def fix_dtype(layer: Description) -> bool:
    """Replace a dtype policy by the name of its dtype, and mixed precision by float32."""
    config = layer["config"]
    dtype = config.get("dtype")
    if isinstance(dtype, dict):
        inner = dtype.get("config")
        dtype = inner.get("name") if isinstance(inner, dict) else None
    if dtype == config.get("dtype") and not str(dtype).startswith("mixed_"):
        return False
    if not isinstance(dtype, str) or dtype.startswith(("mixed_", "infer", "_infer")):
        dtype = "float32"
    config["dtype"] = dtype
    return True


def fix_axis(layer: Description) -> bool:
    """Replace a list of one axis, which tf.keras saved for batch normalization, by the axis."""
    axis = layer["config"].get("axis")
    if layer["class_name"] == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        layer["config"]["axis"] = axis[0]
        return True
    return False


def old_normalization(layer: Description) -> bool:
    """Replace the batch normalization modes 1 and 2 of Keras 1 by layers that normalize by image or by batch."""
    mode = layer["config"].pop("mode", 0) if layer["class_name"] == "BatchNormalization" else 0
    if mode not in (1, 2):
        return False
    layer["class_name"] = {1: "ImageNormalization", 2: "BatchStatistics"}[mode]
    return True


def plain_activations(layer: Description) -> bool:
    """Rename activations to their names in Keras 3."""
    config, changed = layer["config"], False
    for setting in ACTIVATIONS:
        saved = config.get(setting)
        plain = function_name(saved)
        if plain != saved:
            config[setting] = plain
            changed = True
    return changed


def function_name(saved: Any) -> Any:
    """The name of a saved function; an activation layer is returned unchanged."""
    if isinstance(saved, dict) and saved.get("class_name") in (
        "function",
        "builtin_function_or_method",
    ):
        saved = saved.get("config")
    if isinstance(saved, str):
        return _ACTIVATION_NAMES.get(saved, saved)
    return saved


def old_hard_sigmoid(layer: Description) -> bool:
    """Compute hard_sigmoid as clip(0.2 x + 0.5, 0, 1), as Keras 1 and 2 did."""
    config, changed = layer["config"], False
    if layer["era"] >= 3:
        return False
    for setting in ACTIVATIONS:
        if config.get(setting) == "hard_sigmoid":
            config[setting] = OLD_HARD_SIGMOID
            changed = True
    return changed


def shared_slopes(layer: Description) -> bool:
    """Share the slopes of a PReLU over the axes along which Keras 1 saved a single slope."""
    shapes = layer.get("saved_shapes")
    if layer["class_name"] != "PReLU" or "shared_axes" in layer["config"] or not shapes:
        return False
    shared = [axis for axis, extent in enumerate(shapes[0], start=1) if extent == 1]
    layer["config"]["shared_axes"] = shared or None
    return bool(shared)


def input_shape(layer: Description) -> bool:
    """Rename the input layer's shape and dtype settings to their names in Keras 3."""
    config = layer["config"]
    if layer["class_name"] != "InputLayer" or "batch_input_shape" not in config:
        return False
    config["batch_shape"] = config.pop("batch_input_shape")
    if isinstance(config.get("input_dtype"), str):
        config["dtype"] = config.pop("input_dtype")
    return True


def drop_arguments(layer: Description) -> bool:
    """Remove arguments that the layer's class does not accept."""
    known = class_arguments(layer["class_name"])
    if not known:
        return False
    unknown = [name for name in layer["config"] if name not in known and name not in INPUT_SETTINGS]
    for name in unknown:
        del layer["config"][name]
    return bool(unknown)
