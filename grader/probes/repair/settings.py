"""Repairs of settings that Keras 3 reads in other words, or not at all."""

from __future__ import annotations

from typing import Any

from grader.probes.repair.base import ACTIVATIONS, OLD_HARD_SIGMOID, Description
from grader.probes.repair.building import class_arguments

#: Functions of TensorFlow go by the names they have inside it.
_FUNCTIONS = {
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

#: What Keras 1 and 2 called how weights are drawn, beside names that end in ``initializer``.
_DRAWING = frozenset({"init", "inner_init", "forget_bias_init", "beta_init", "gamma_init"})
_INITIAL = ("t_left_init", "a_left_init", "t_right_init", "a_right_init", "alpha_init")

#: Layers that act on training data alone and are in Keras 3 no more.
_TRAINING_ONLY = frozenset({"AddLoss", "AddMetric", "RandomHeight", "RandomWidth"})

#: What older versions wrote about the input into any layer; the input layer holds it now.
ABOUT_INPUT = ("batch_input_shape", "input_shape", "input_dim", "input_dtype", "input_length")


def plain_numbers(layer: Description) -> bool:
    """Write numbers plainly where NumPy's type was saved along with them."""
    config = layer["config"]
    typed = [
        name
        for name, value in config.items()
        if isinstance(value, dict) and set(value) == {"type", "value"}
    ]
    for name in typed:
        config[name] = config[name]["value"]
    return bool(typed)


def drop_initialisers(layer: Description) -> bool:
    """Leave out how weights were drawn, in words Keras 3 does not take: they are loaded all the same."""
    config = layer["config"]
    names = [
        name
        for name in config
        if name.endswith("initializer") or name in _DRAWING or name in _INITIAL
    ]
    for name in names:
        del config[name]
    return bool(names)


def drop_constraints(layer: Description) -> bool:
    """Leave out constraints and regularisers, which act while training only."""
    config = layer["config"]
    names = [name for name in config if name.endswith(("constraint", "regularizer"))]
    present = [name for name in names if config.pop(name) is not None]
    return bool(present)


def drop_training_layer(layer: Description) -> bool:
    """Do what a layer does outside training, where Keras 3 has it no more or does otherwise."""
    config = layer["config"]
    if layer["class_name"] == "RandomCrop":
        layer["class_name"] = "Resizing"
        config["crop_to_aspect_ratio"] = True
        return True
    if layer["class_name"] not in _TRAINING_ONLY:
        return False
    layer["class_name"] = "Identity"
    return True


def mend_dtype(layer: Description) -> bool:
    """Name the number type plainly, and compute in 32 bits where training mixed 16 with 32."""
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


def mend_axis(layer: Description) -> bool:
    """Give normalisation the one axis that TensorFlow's Keras kept in a list."""
    axis = layer["config"].get("axis")
    if layer["class_name"] == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        layer["config"]["axis"] = axis[0]
        return True
    return False


def old_normalisation(layer: Description) -> bool:
    """Normalise by the image or by the batch where Keras 1 was told to."""
    mode = layer["config"].pop("mode", 0) if layer["class_name"] == "BatchNormalization" else 0
    if mode not in (1, 2):
        return False
    layer["class_name"] = {1: "ImageNormalization", 2: "BatchStatistics"}[mode]
    return True


def plain_activations(layer: Description) -> bool:
    """Call activations by the plain names Keras 3 has for them."""
    config, changed = layer["config"], False
    for setting in ACTIVATIONS:
        saved = config.get(setting)
        plain = plain_function(saved)
        if plain != saved:
            config[setting] = plain
            changed = True
    return changed


def plain_function(saved: Any) -> Any:
    """The name of a saved function; what is a layer of its own stays as it is."""
    if isinstance(saved, dict) and saved.get("class_name") in (
        "function",
        "builtin_function_or_method",
    ):
        saved = saved.get("config")
    if isinstance(saved, str):
        return _FUNCTIONS.get(saved, saved)
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
    """Share the slopes of a PReLU over the axes along which Keras 1 saved one for all."""
    shapes = layer.get("saved_shapes")
    if layer["class_name"] != "PReLU" or "shared_axes" in layer["config"] or not shapes:
        return False
    shared = [axis for axis, extent in enumerate(shapes[0], start=1) if extent == 1]
    layer["config"]["shared_axes"] = shared or None
    return bool(shared)


def input_shape(layer: Description) -> bool:
    """Give the input layer its shape and number type under the names Keras 3 reads."""
    config = layer["config"]
    if layer["class_name"] != "InputLayer" or "batch_input_shape" not in config:
        return False
    config["batch_shape"] = config.pop("batch_input_shape")
    if isinstance(config.get("input_dtype"), str):
        config["dtype"] = config.pop("input_dtype")
    return True


def drop_arguments(layer: Description) -> bool:
    """Leave out arguments the layer's class does not take any more."""
    known = class_arguments(layer["class_name"])
    if not known:
        return False
    unknown = [name for name in layer["config"] if name not in known and name not in ABOUT_INPUT]
    for name in unknown:
        del layer["config"][name]
    return bool(unknown)
