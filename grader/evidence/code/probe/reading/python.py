"""Python's own functions and methods on values that are known."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, ItemsView, KeysView, Mapping, Sequence, ValuesView
from math import prod

import numpy as np

from grader.evidence.code.probe.reading import arrays, torch
from grader.evidence.code.probe.reading.attributes import attribute
from grader.evidence.code.probe.reading.numpy_values import are_plain
from grader.evidence.code.probe.reading.sizes import (
    BITS,
    CHARACTERS,
    LONGEST,
    filled_in,
    is_known,
    is_small,
    joined,
    kept,
    length,
    replaced,
)
from grader.evidence.code.probe.reading.values import UNKNOWN, Array, Made, Unknown, Value
from grader.evidence.code.probe.reading.work import spend

#: Methods of lists and dictionaries that compare what is in them.
_COMPARING = frozenset({"index", "count", "remove", "sort"})

#: Methods that only compute, by the type of their owner.
_PURE: dict[type, frozenset[str]] = {
    str: frozenset({
        "split", "rsplit", "strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "replace",
        "startswith", "endswith", "join", "format", "find", "rfind", "count", "index", "splitlines", "zfill",
        "isdigit", "isalpha", "encode", "partition", "rpartition",
    }),
    list: frozenset({
        "append", "extend", "insert", "pop", "remove", "index", "count", "copy", "clear", "reverse", "sort",
    }),
    tuple: frozenset({"index", "count"}),
    dict: frozenset({"get", "keys", "values", "items", "pop", "update", "setdefault", "copy", "clear"}),
    set: frozenset({"add", "discard", "remove", "union", "intersection", "difference", "update", "copy"}),
    int: frozenset({"bit_length"}),
    float: frozenset({"is_integer"}),
    np.ndarray: frozenset({
        "tolist", "astype", "reshape", "sum", "mean", "std", "var", "min", "max", "argmin", "argmax", "copy",
        "flatten", "ravel", "item", "round",
    }),
    np.generic: frozenset({"item", "astype", "tolist", "round"}),
}  # fmt: skip


#: Those that go through all of their owner.
_WHOLE = frozenset({"copy", "keys", "values", "items", "reverse", *_COMPARING})

_SEVERAL = (list, tuple, range, str, set, frozenset, dict)
#: Most lists that are combined with each other.
_FACTORS = 20


def method(
    owner: Value, name: str, positional: Sequence[Value], named: Mapping[str, Value]
) -> Value:
    """What a method of a known value gives; lists and dictionaries are changed in place."""
    allowed = next((names for kind, names in _PURE.items() if isinstance(owner, kind)), frozenset())
    if name not in allowed:
        return UNKNOWN
    given = [*positional, *named.values()]
    if isinstance(owner, list | dict):
        if len(owner) + (_added(given) if name in ("extend", "update") else 1) > LONGEST:
            return UNKNOWN
        if name not in ("append", "insert") and not is_small(given):
            return UNKNOWN
        if name in _COMPARING and not is_small(owner):
            return UNKNOWN
        spend((len(owner) if name in _WHOLE else 0) // 10)
    elif not is_known(given) or _is_too_long(owner, name, positional, named):
        return UNKNOWN
    return _called(getattr(owner, name), positional, named)


def _added(given: Sequence[Value]) -> int:
    """How many elements a list or dictionary gains at most."""
    return sum(len(_items(item) or ()) for item in given)


def _is_too_long(
    owner: Value, name: str, positional: Sequence[Value], named: Mapping[str, Value]
) -> bool:
    """Whether a method gives a text or an array that would be too long to be worked out."""
    match owner, name, positional:
        case str(), "format", _:
            return filled_in(owner, [*positional, *named.values()]) > CHARACTERS
        case str(), "join", (items,):
            return joined(owner, items) > CHARACTERS
        case str(), "replace", (str(old), str(new), *_):
            return replaced(owner, old, new) > CHARACTERS
        case str(), "zfill", (int(width),):
            return width > CHARACTERS
        case np.ndarray() | np.generic(), _, _:
            return not are_plain([*positional, *named.values()])
    return False


def _called(
    function: Callable[..., Value], positional: Sequence[Value], named: Mapping[str, Value]
) -> Value:
    try:
        found = function(*positional, **named)
    except Exception:  # the student's mistake, or something that is not known well enough
        return UNKNOWN
    return list(found) if isinstance(found, KeysView | ValuesView | ItemsView) else kept(found)


def _length(items: Value) -> Value:
    if isinstance(items, Array):
        rows = arrays.rows(items)
        return UNKNOWN if rows is None else rows
    if isinstance(items, Made):
        rows = torch.rows(items)
        return UNKNOWN if rows is None else rows
    if isinstance(items, range):
        return max(0, -(-(items.stop - items.start) // items.step))
    return len(items) if hasattr(items, "__len__") else UNKNOWN


def _range(*ends: Value) -> Value:
    return range(*map(int, ends)) if is_known(ends) else UNKNOWN


def _zip(*parts: Value) -> Value:
    lists = [_items(part) for part in parts]
    known = [len(items) for items in lists if items is not None]
    if not known:
        return UNKNOWN
    count = min(known)
    filled = [[UNKNOWN] * count if items is None else items[:count] for items in lists]
    return list(zip(*filled, strict=True))


def _enumerate(items: Value, start: Value = 0) -> Value:
    listed = _items(items)
    if listed is None:
        if isinstance(items, Array) and items.shape:
            inner = arrays.item(items, 0)
            rows = items.shape[0]
            return (
                Array((rows, 2))
                if rows is None or rows > 1_000
                else [(at, inner) for at in range(rows)]
            )
        return items if isinstance(items, Made) else UNKNOWN
    return list(enumerate(listed, start if isinstance(start, int) else 0))


def _items(value: Value) -> list[Value] | None:
    if isinstance(value, _SEVERAL):
        count = length(value) if isinstance(value, range) else len(value)
        spend(min(count, LONGEST) // 10)
        return list(value) if count <= LONGEST else None
    if isinstance(value, np.ndarray) and value.ndim:
        return list(value)
    rows = arrays.rows(value) if isinstance(value, Array) else None
    if rows is not None and rows <= 1_000:
        return [arrays.item(value, 0)] * rows
    return None


def _list(items: Value = ()) -> Value:
    if isinstance(items, Made):
        return items
    found = _items(items)
    if found is None and isinstance(items, range):
        return Array((length(items),), source="order")
    return (items if isinstance(items, Array) else UNKNOWN) if found is None else found


def _tuple(items: Value = ()) -> Value:
    found = _items(items)
    return UNKNOWN if found is None else tuple(found)


def _dict(*pairs: Value, **named: Value) -> Value:
    first = pairs[0] if pairs else {}
    if isinstance(first, Unknown):
        return UNKNOWN
    return {**dict(first), **named} if is_small(first) else UNKNOWN


def _known(function: Callable[..., Value]) -> Callable[..., Value]:
    """A function that gives `UNKNOWN` for what is not known."""

    def guarded(*positional: Value, **named: Value) -> Value:
        if not (is_known(positional) and is_known(list(named.values()))):
            return UNKNOWN
        return kept(function(*positional, **named))

    return guarded


def _power(base: Value, exponent: Value, *modulus: Value) -> Value:
    if not modulus and (abs(base) > 1_000_000 or abs(exponent) > 64):
        return UNKNOWN
    return pow(base, exponent, *modulus)


def _rounded(number: Value, digits: Value = None) -> Value:
    return UNKNOWN if digits is not None and abs(digits) > 100 else round(number, digits)


def _multiplied(items: Value, **start: Value) -> Value:
    size = sum(item.bit_length() for item in items if isinstance(item, int))
    return math.prod(items, **start) if size <= BITS else UNKNOWN


def product(*parts: Value, repeat: Value = 1) -> Value:
    """What `itertools.product` gives."""
    lists = [_items(part) for part in parts]
    known = [items for items in lists if items is not None]
    if len(known) < len(lists) or not isinstance(repeat, int) or not 0 < repeat <= _FACTORS:
        return UNKNOWN
    count = prod(map(len, known)) ** repeat
    if count > LONGEST or len(known) * repeat > _FACTORS:
        return UNKNOWN
    spend(count // 10)
    return list(itertools.product(*known, repeat=repeat))


def _getattr(owner: Value, name: Value, *default: Value) -> Value:
    return attribute(owner, name) if isinstance(name, str) else UNKNOWN


def _print(*values: Value, **named: Value) -> None:
    return None


BUILTINS: dict[str, Callable[..., Value]] = {
    "len": _length,
    "range": _range,
    "xrange": _range,
    "zip": _zip,
    "enumerate": _enumerate,
    "list": _list,
    "tuple": _tuple,
    "dict": _dict,
    "print": _print,
    "getattr": _getattr,
    "reversed": lambda items: UNKNOWN if _items(items) is None else (_items(items) or [])[::-1],
    "set": _known(lambda items=(): set(items)),
    "pow": _known(_power),
    "round": _known(_rounded),
    "isinstance": lambda value, kind: UNKNOWN,
    **{
        function.__name__: _known(function)
        for function in (
            int,
            float,
            str,
            bool,
            abs,
            min,
            max,
            sum,
            sorted,
            any,
            all,
            divmod,
            repr,
            slice,
        )
    },
}

MATH = {
    name: _known(getattr(math, name))
    for name in (
        "ceil",
        "floor",
        "sqrt",
        "log",
        "log10",
        "log2",
        "exp",
        "pow",
        "isclose",
        "fabs",
        "trunc",
    )
}
MATH["prod"] = _known(_multiplied)
