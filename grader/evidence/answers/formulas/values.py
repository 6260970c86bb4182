"""What a formula comes to for values of its variables."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping

from grader.evidence.answers.formulas.tree import Name, Node, Number

#: The elements of a vector; of a plain number one.
Values = tuple[float, ...]

CONSTANTS: Mapping[str, float] = {"e": math.e, "pi": math.pi}


def value_of(node: Node, variables: Mapping[str, Values]) -> Values:
    """The value of a formula, element by element; NaN where there is none, as of the logarithm of -1.

    Args:
        node: The formula.
        variables: Its variables with their values, vectors of one length. `e` and `pi` need none.
    """
    if isinstance(node, Number):
        return (node.value,)
    if isinstance(node, Name):
        return variables[node.name] if node.name in variables else (CONSTANTS[node.name],)
    arguments = [value_of(argument, variables) for argument in node.arguments]
    if node.function in _OVER_VECTORS:
        return _OVER_VECTORS[node.function](arguments[0])
    function = FUNCTIONS[node.function]
    length = max(map(len, arguments))
    spread = [values * length if len(values) == 1 else values for values in arguments]
    return tuple(_safe(function, *elements) for elements in zip(*spread, strict=True))


def _safe(function: Callable[..., float], *arguments: float) -> float:
    try:
        value = float(function(*arguments))
    except (ValueError, OverflowError, ZeroDivisionError):
        return math.nan
    return value if math.isfinite(value) else math.nan


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


#: Functions of numbers by the names they have in a tree.
FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "negative": operator.neg,
    "power": math.pow,  # which refuses what has no real value
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "log1p": math.log1p,
    "sqrt": math.sqrt,
    "square": lambda x: x * x,
    "abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "max": max,
    "min": min,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "arctan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "artanh": math.atanh,
    "sech": lambda x: 1 / math.cosh(x),
    "csch": lambda x: 1 / math.sinh(x),
    "coth": lambda x: 1 / math.tanh(x),
    "relu": lambda x: max(x, 0.0),
    "sigmoid": _sigmoid,
    "softplus": lambda x: math.log1p(math.exp(x)),
}


def _softmax(values: Values) -> Values:
    powers = [_safe(math.exp, value) for value in values]
    return tuple(_safe(operator.truediv, power, math.fsum(powers)) for power in powers)


#: Functions that look at all elements at once.
_OVER_VECTORS: Mapping[str, Callable[[Values], Values]] = {
    "sum": lambda values: (math.fsum(values),),
    "mean": lambda values: (math.fsum(values) / len(values),),
    "softmax": _softmax,
}
