"""Functions of TensorFlow on the symbolic tensors of functional models."""

from __future__ import annotations

from typing import Any

from grader.evidence.code.probe.running.shims.patching import (
    Function,
    Used,
    in_place_of,
    library,
)

_NAMES = (
    "abs", "acos", "add", "add_n", "argmax", "argmin", "cast", "clip_by_value", "concat", "cos", "divide",
    "dropout", "exp", "expand_dims", "floor", "gather", "identity", "l2_normalize", "leaky_relu", "elu",
    "selu", "relu", "relu6", "log", "log_softmax", "logical_and", "logical_not", "logical_or", "math",
    "matmul", "maximum", "minimum", "multiply", "negative", "norm", "not_equal", "one_hot", "ones_like",
    "pad", "pow", "reduce_any", "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min",
    "reduce_prod", "reduce_std", "reduce_sum", "reduce_variance", "repeat", "reshape", "resize",
    "resize_images", "reverse", "round", "rsqrt", "shape", "sigmoid", "sign", "sin", "softmax", "softplus",
    "split", "sqrt", "square", "squared_difference", "squeeze", "stack", "stop_gradient", "strided_slice",
    "subtract", "swish", "tanh", "tensordot", "tile", "transpose", "truediv", "unstack", "where",
    "zeros_like", "conv2d", "max_pool", "avg_pool", "bias_add", "depth_to_space", "space_to_depth",
    "rgb_to_grayscale", "grayscale_to_rgb", "per_image_standardization", "flip_left_right",
    "adjust_contrast", "boolean_mask", "sequence_mask", "cumsum",
)  # fmt: skip

_MODULES = (
    "tensorflow",
    "tensorflow.math",
    "tensorflow.nn",
    "tensorflow.image",
    "tensorflow.linalg",
    "tensorflow.compat.v1",
)


def accepting_symbolic(function: Function, used: Used, what: str) -> Function:
    """A function that makes a node of the model when a tensor it is given is symbolic."""
    import keras
    from keras import tree

    class Call(keras.Operation):  # type: ignore[misc,name-defined,unused-ignore]
        """One use of the function, with its other arguments."""

        def __init__(self, positional: Any, named: Any) -> None:
            super().__init__()
            self._arguments = (positional, named)

        def call(self, *tensors: Any) -> Any:
            left = iter(tensors)
            positional, named = tree.map_structure(
                lambda item: next(left) if isinstance(item, keras.KerasTensor) else item,
                self._arguments,
            )
            return function(*positional, **named)

        def get_config(self) -> dict[str, Any]:
            return {"name": self.name, "function": what}

    Call.__name__ = "".join(part.title() for part in what.replace(".", "_").split("_"))

    def call(*positional: Any, **named: Any) -> Any:
        symbolic = [
            item
            for item in tree.flatten((positional, named))
            if isinstance(item, keras.KerasTensor)
        ]
        if not symbolic:
            return function(*positional, **named)
        used(f"{what} of symbolic tensors")
        return Call(positional, named)(*symbolic)

    return in_place_of(function, call)


def install_symbolic(used: Used) -> None:
    """Let functions of TensorFlow be part of functional models."""
    if library("keras") is None:
        return
    for path in _MODULES:
        module: Any = library("tensorflow")
        for part in path.split(".")[1:]:
            module = getattr(module, part, None)
        for name in _NAMES:
            function = vars(module).get(name) if module is not None else None
            if callable(function) and not isinstance(function, type):
                setattr(module, name, accepting_symbolic(function, used, f"tf.{name}"))
