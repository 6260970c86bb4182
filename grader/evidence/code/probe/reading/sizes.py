"""How large values are, and which are too large to be worked with."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from grader.evidence.code.probe.reading.values import CONCRETE, UNKNOWN, Array, Shape, Value
from grader.evidence.code.probe.reading.work import spend

#: Most elements of a value that is worked with, those of its elements among them. Ten characters count as one.
LONGEST = 10_000
CHARACTERS = 10 * LONGEST
#: Most digits of a whole number, in base 2.
BITS = 2_000
#: Elements that are copied or compared in the time of a step.
_A_STEP = 10


def is_known(value: Value) -> bool:
    """Whether a value is known to its last element, and small enough to be worked with."""
    count, known = _measured(value)
    return known and count <= LONGEST


def is_small(value: Value) -> bool:
    """Whether a value, known or not, is small enough to be worked with."""
    return _measured(value)[0] <= LONGEST


def _measured(value: Value) -> tuple[int, bool]:
    """The number of elements, counted until they are too many, and whether those counted are known.

    Elements that are shared count each time, as they are visited each time when they are compared or written out.
    """
    if value is None or isinstance(value, float | int):
        return 1, True
    waiting, count, known = [value], 1, True
    while waiting and count <= LONGEST:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [*item.keys(), *item.values()] if len(item) <= LONGEST else []
            count += 2 * len(item)
        elif isinstance(item, list | tuple | set | frozenset):
            waiting += item if len(item) <= LONGEST else []
            count += len(item)
        elif isinstance(item, str | bytes):
            count += len(item) // 10
        elif isinstance(item, range):
            count += length(item)
        elif isinstance(item, np.ndarray):
            count += item.size
        known = known and isinstance(item, CONCRETE)
    spend(count // _A_STEP)
    return count, known


def length(items: range) -> int:
    """The length of a range, also of one that is longer than Python counts."""
    try:
        return len(items)
    except OverflowError:
        return LONGEST + 1


def kept(value: Value) -> Value:
    """A value that was worked out; of one that is too large what is known without it, or nothing."""
    match value:
        case str():
            size = len(value)
            fits = size <= CHARACTERS and (value.isascii() or _is_writable(value))
        case bytes():
            size, fits = len(value), len(value) <= CHARACTERS
        case int():
            return value if value.bit_length() <= BITS else UNKNOWN
        case list() | tuple() | set() | frozenset() | dict():
            size, fits = len(value), len(value) <= LONGEST
        case np.ndarray():
            size, fits = value.size, value.dtype != object and value.size <= LONGEST
        case _:
            return value
    spend(size // _A_STEP)
    if fits:
        return value
    return Array(tuple(value.shape)) if isinstance(value, np.ndarray) else UNKNOWN


def _is_writable(text: str) -> bool:
    """Whether a text can stand in a file; half a character cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def filled_in(template: str | bytes, values: Value) -> int:
    """How long a template of ``%`` or `str.format` may become with values, at most."""
    text = template if isinstance(template, str) else template.decode("latin-1")
    widths = re.findall(r"\d+", text)
    if "*" in text or re.search(r"\{[^{}]+\{", text) or any(len(item) > 5 for item in widths):
        return CHARACTERS + 1  # as wide as a value says, or wider than anything is
    widest = max(map(int, widths), default=0)
    places = text.count("%") + text.count("{")
    return len(text) + places * (widest + 10 * _measured(values)[0])


def joined(separator: Any, items: Value) -> int:
    """How long `join` makes a text, at most."""
    parts = list(items) if isinstance(items, list | tuple | set | dict | str | bytes) else []
    return sum(len(item) if isinstance(item, str | bytes) else 1 for item in parts) + len(
        separator
    ) * len(parts)


def replaced(text: Any, old: Value, new: Value) -> int:
    """How long `replace` makes a text, at most."""
    return len(text) + (text.count(old) if old else len(text) + 1) * len(new)


def broadcast(left: Shape, right: Shape) -> tuple[int, ...]:
    """The shape of what an operator gives for arrays of two known shapes.

    Raises:
        ValueError: They do not fit.
    """
    return np.broadcast_shapes(left, right)  # type: ignore[arg-type]
