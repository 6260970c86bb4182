"""Functions of TensorFlow by name, computed with those of `keras.ops`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from grader.evidence.models.probe.repair.special_functions import SPECIAL

Function = Callable[..., Any]

#: TensorFlow's names and those of `keras.ops`, for functions that take only one or two tensors.
_PLAIN = {
    "abs": "absolute",
    "add": "add",
    "argmax": "argmax",
    "ceil": "ceil",
    "cos": "cos",
    "divide": "true_divide",
    "elu": "elu",
    "equal": "equal",
    "exp": "exp",
    "floor": "floor",
    "greater": "greater",
    "greater_equal": "greater_equal",
    "less": "less",
    "less_equal": "less_equal",
    "log": "log",
    "log_softmax": "log_softmax",
    "matmul": "matmul",
    "maximum": "maximum",
    "minimum": "minimum",
    "multiply": "multiply",
    "negative": "negative",
    "ones_like": "ones_like",
    "pow": "power",
    "realdiv": "true_divide",
    "relu": "relu",
    "relu6": "relu6",
    "round": "round",
    "rsqrt": "rsqrt",
    "selu": "selu",
    "sigmoid": "sigmoid",
    "sign": "sign",
    "silu": "silu",
    "sin": "sin",
    "softmax": "softmax",
    "softplus": "softplus",
    "softsign": "softsign",
    "sqrt": "sqrt",
    "square": "square",
    "subtract": "subtract",
    "swish": "silu",
    "tanh": "tanh",
    "truediv": "true_divide",
    "zeros_like": "zeros_like",
}


def find_function(saved: str) -> Function:
    """The function of that name in TensorFlow, computed with `keras.ops`.

    Raises:
        ValueError: The function is not known.
    """
    import keras

    name = saved.rsplit(".", 1)[-1].lower()
    if name in SPECIAL:
        return partial(SPECIAL[name], keras.ops)
    if name not in _PLAIN:
        raise ValueError(f"the operation {saved} of TensorFlow is not known here")
    function: Function = getattr(keras.ops, _PLAIN[name])

    def plain(*tensors: Any, axis: Any = None, **named: Any) -> Any:
        tensors = (*tensors, *(named[key] for key in ("y", "b") if key in named))
        return function(*tensors) if axis is None else function(*tensors, axis=axis)

    return plain


def snake_case(name: str) -> str:
    """A class name in snake case, as functions are named."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
