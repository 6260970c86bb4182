"""Operators, indices and loops on what is known of values."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from grader.evidence.code.probe.reading import arrays
from grader.evidence.code.probe.reading.attributes import attribute
from grader.evidence.code.probe.reading.layers import Layer
from grader.evidence.code.probe.reading.models import Tensor, tensors_in
from grader.evidence.code.probe.reading.sizes import (
    BITS,
    CHARACTERS,
    LONGEST,
    broadcast,
    filled_in,
    is_known,
    is_small,
    kept,
    length,
)
from grader.evidence.code.probe.reading.values import (
    CONCRETE,
    UNKNOWN,
    Array,
    Made,
    Unknown,
    Value,
)
from grader.evidence.code.probe.reading.work import spend

#: Most rounds of a comprehension.
ROUNDS = 2_000

_SEQUENCES = (str, bytes, list, tuple)

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """What an operator gives for two values."""
    spend(2)
    if tensors := (*tensors_in(left), *tensors_in(right)):
        merged = Layer(f"tf.{type(op).__name__.lower()}")
        return Tensor(tensors[0].shape, merged, tensors)
    if isinstance(op, ast.MatMult):
        return UNKNOWN
    tail = _path_tail(op, left, right)
    if tail is not None:
        return tail
    if isinstance(left, Array) or isinstance(right, Array):
        return arrays.combine(left, right)
    if _is_array(left) or _is_array(right):
        return _elementwise(_BINARY[type(op)], left, right)
    if _is_too_much(op, left, right):
        return UNKNOWN
    if isinstance(op, ast.Add) and isinstance(left, list) and isinstance(right, list):
        return kept([*left, *right])
    if isinstance(op, ast.Mult) and isinstance(left, list | tuple) and isinstance(right, int):
        return kept(left * right)
    return _computed(_BINARY[type(op)], left, right)


def compare(op: ast.cmpop, left: Value, right: Value) -> Value:
    """What a comparison gives for two values."""
    if isinstance(left, Array) or isinstance(right, Array):
        if isinstance(op, ast.Is | ast.IsNot):
            return isinstance(op, ast.IsNot)
        return arrays.combine(left, right)
    if isinstance(op, ast.Is | ast.IsNot):
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return UNKNOWN
        is_same = left is right or (is_known(left) and is_known(right) and left == right)
        return is_same is isinstance(op, ast.Is)
    if _is_array(left) or _is_array(right):
        return _elementwise(_COMPARE[type(op)], left, right)
    if isinstance(op, ast.In | ast.NotIn) and isinstance(right, list | tuple | dict | set):
        keys = list(right)
        if is_known(left) and is_known(keys):
            return _computed(_COMPARE[type(op)], left, keys)
        return UNKNOWN
    return _computed(_COMPARE[type(op)], left, right)


def unary(op: ast.unaryop, value: Value) -> Value:
    """What an operator gives for one value."""
    if isinstance(op, ast.Not):
        test = truth(value)
        return UNKNOWN if test is None else not test
    return value if isinstance(value, Array) else _computed(_UNARY[type(op)], value)


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None where it is not known."""
    if isinstance(value, CONCRETE):
        try:
            return bool(value)
        except ValueError:
            return None
    return None if isinstance(value, Unknown | Array) else True


def iterated(value: Value) -> list[Value] | None:
    """What a loop over a value sees, where its length is known and bearable."""
    if isinstance(value, Array):
        rows = value.shape[0] if value.shape else None
        if rows is None or rows > ROUNDS:
            return None
        return [arrays.item(value, 0)] * rows
    if isinstance(value, range):
        return list(value) if length(value) <= LONGEST else None
    if isinstance(value, list | tuple | str | set | frozenset | dict):
        return list(value) if len(value) <= LONGEST else None
    if isinstance(value, np.ndarray) and value.ndim:
        return list(value)
    return None


def subscript(value: Value, key: Value) -> Value:
    """What an index gives."""
    if isinstance(value, Array):
        return arrays.item(value, key)
    if isinstance(value, list | tuple | range | str | dict | np.ndarray):
        if isinstance(value, np.ndarray) and not (_is_place(key) or _picks_few(value, key)):
            return arrays.item(Array(tuple(value.shape)), key)
        if not is_small(key):
            return UNKNOWN
        try:
            return kept(value[key])
        except (LookupError, TypeError, ValueError):
            return UNKNOWN
    return attribute(value, "[]") if not isinstance(value, Unknown) else UNKNOWN


def _path_tail(op: ast.operator, left: Value, right: Value) -> str | None:
    """The name of a file whose folder is not known: ``folder + "/train.mat"``, ``Path(folder) / "train.mat"``."""
    is_joined = isinstance(op, ast.Div) and isinstance(left, Made | Unknown)
    is_added = isinstance(op, ast.Add) and isinstance(left, Unknown)
    is_file = isinstance(right, str) and re.search(r"\.\w{2,5}$", right) is not None
    return right if is_file and (is_joined or is_added) else None


def set_item(owner: Value, key: Value, value: Value) -> None:
    """Store under an index, where the place is known."""
    if isinstance(owner, list | dict) and is_known(key) and _has_room(owner, key):
        try:
            owner[key] = value
        except (LookupError, TypeError):
            return


def set_attribute(owner: Value, name: str, value: Value) -> None:
    """Store as an attribute of an object of the student's, or of a layer or a model."""
    if hasattr(owner, "attributes"):
        owner.attributes[name] = value
    if (
        name in ("lr", "learning_rate")
        and isinstance(owner, Made)
        and isinstance(owner.arguments, dict)
    ):
        owner.arguments["learning_rate"] = value
    if name == "trainable" and isinstance(value, bool) and hasattr(owner, "trainable"):
        owner.trainable = value


def _computed(function: Callable[..., Value], *values: Value) -> Value:
    if not all(map(is_known, values)):
        return UNKNOWN
    try:
        with np.errstate(all="ignore"):
            return kept(function(*values))
    except Exception:  # the student's mistake, or a type for which it is not meant
        return UNKNOWN


def _is_array(value: Value) -> bool:
    return isinstance(value, np.ndarray | np.generic) and not isinstance(value, str | bytes)


def _elementwise(function: Callable[..., Value], left: Value, right: Value) -> Value:
    """What an operator gives for arrays of known values; only the shape where that is large."""
    shapes = [arrays.shape_of(item) for item in (left, right)]
    if shapes[0] is None or shapes[1] is None:
        return UNKNOWN
    if any(isinstance(item, int) and item.bit_length() > 63 for item in (left, right)):
        return UNKNOWN  # NumPy would work with Python's numbers
    try:
        shape = broadcast(shapes[0], shapes[1])
    except ValueError:
        return UNKNOWN
    if prod(shape) > LONGEST:
        return Array(shape)
    return _computed(function, left, right)


def _is_too_much(op: ast.operator, left: Value, right: Value) -> bool:
    """Whether a result would be too large to be worked out."""
    match op:
        case ast.Pow() | ast.LShift():
            small = isinstance(left, int | float) and isinstance(right, int | float)
            return not (small and abs(left) < 1e6 and abs(right) < 64)
        case ast.Mod() if isinstance(left, str | bytes):
            return not is_small(right) or filled_in(left, right) > CHARACTERS
        case ast.Mult() if isinstance(left, int) and isinstance(right, int):
            return left.bit_length() + right.bit_length() > BITS
        case ast.Mult():
            factor = left if isinstance(left, int) else right
            lengths = [len(item) for item in (left, right) if isinstance(item, _SEQUENCES)]
            return bool(lengths) and isinstance(factor, int) and lengths[0] * factor > LONGEST
        case ast.Add() if isinstance(left, _SEQUENCES) and isinstance(right, _SEQUENCES):
            return len(left) + len(right) > CHARACTERS
    return False


def _is_place(key: Value) -> bool:
    """Whether an index of an array gives a part of it, and not what many places have."""
    keys = key if isinstance(key, tuple) else (key,)
    return all(isinstance(item, int | np.integer | slice | None) or item is ... for item in keys)


def _picks_few(array: np.ndarray, key: Value) -> bool:
    """Whether an index picks rows, so few that they can be worked out."""
    shape = arrays.shape_of(key) if is_known(key) and array.size else None
    return shape is not None and len(shape) == 1 and prod((*shape, *array.shape[1:])) <= LONGEST


def _has_room(owner: list[Value] | dict[Value, Value], key: Value) -> bool:
    return not isinstance(key, slice) and (isinstance(owner, list) or len(owner) < LONGEST)
