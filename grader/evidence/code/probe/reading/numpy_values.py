"""Functions of NumPy on values that are known, where the result is small."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil, prod

import numpy as np

from grader.evidence.code.probe.reading import arrays
from grader.evidence.code.probe.reading.sizes import LONGEST, broadcast, is_known, kept
from grader.evidence.code.probe.reading.values import UNKNOWN, Array, Shape, Value

#: Functions that are worked out where their arguments are known.
_COMPUTED = frozenset({
    "linspace", "logspace", "geomspace", "arange", "array", "asarray", "zeros", "ones", "full",
    "ceil", "floor", "sqrt", "log", "log10", "log2", "exp", "prod", "round", "power", "mean",
    "std", "sum", "max", "min", "argmax", "argmin", "concatenate", "append", "sort", "unique",
    "abs", "int32", "int64", "float32", "float64", "multiply", "divide", "add", "subtract",
    "flip", "repeat", "tile", "cumsum",
})  # fmt: skip
#: Longest text in an array, and most bytes of an element.
_TEXT, _ELEMENT = 100, 16


def guarded(
    function: Callable[..., Value], positional: Sequence[Value], named: Mapping[str, Value]
) -> Value:
    """What a function gives; `UNKNOWN` where the arguments are not such as it is made for."""
    try:
        return function(*positional, **named)
    except Exception:  # arguments it is not made for
        return UNKNOWN


def can_compute(name: str, positional: Sequence[Value], named: Mapping[str, Value]) -> bool:
    """Whether a function can be worked out for such arguments."""
    given = [*positional, *named.values()]
    return name in _COMPUTED and is_known(given) and are_plain(given)


def compute(name: str, positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """Work a function out; only the shape of what would be large."""
    shape = guarded(_SHAPES.get(name, _no_shape), (positional, named), {})
    if shape is UNKNOWN or (shape is not None and prod(shape) > LONGEST):
        is_exact = isinstance(shape, tuple) and name not in ("repeat", "tile")
        return Array(shape if is_exact else None, source="order" if name == "arange" else "")  # type: ignore[arg-type]
    return _worked_out(name, positional, named)


def as_array(value: Value) -> Value:
    """An array of known elements, or of only a known shape."""
    if isinstance(value, Array) or not (is_known(value) and are_plain([value])):
        return arrays.as_array(value)
    return _worked_out("array", [value], {})


def _worked_out(name: str, positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    with np.errstate(all="ignore"):
        return kept(guarded(getattr(np, name), positional, named))


def are_plain(given: Sequence[Value]) -> bool:
    """Whether values are such as NumPy keeps in a few bytes each: no long texts, no numbers of many digits."""
    waiting = list(given)
    while waiting:
        item = waiting.pop()
        match item:
            case list() | tuple() | set() | frozenset():
                waiting += item
            case dict():
                return False
            case str() | bytes():
                if len(item) > _TEXT or not _is_narrow(item):
                    return False
            case int():
                if item.bit_length() > 63:
                    return False
    return True


def _is_narrow(text: str | bytes) -> bool:
    """Whether a text that names a type names one of few bytes."""
    try:
        return np.dtype(str(text)).itemsize <= _ELEMENT
    except (TypeError, ValueError, SyntaxError):
        return True  # no type


def _no_shape(positional: Sequence[Value], named: Mapping[str, Value]) -> None:
    """Of a function whose result is not larger than its arguments."""
    return


def _filled(positional: Sequence[Value], named: Mapping[str, Value]) -> Shape:
    shape = argument(0, "shape", positional, named)
    sizes = shape if isinstance(shape, tuple | list | np.ndarray) else [shape]
    return tuple(int(size) for size in sizes)


def _counted(positional: Sequence[Value], named: Mapping[str, Value]) -> Shape:
    """Of `arange`."""
    given = [*positional, *(named[key] for key in ("start", "stop", "step") if key in named)]
    ends = [item for item in given if isinstance(item, int | float | np.number)]
    start, stop, step = (0, ends[0], 1) if len(ends) == 1 else (*ends, 1)[:3]
    return (max(0, ceil((stop - start) / step)),)


def _spaced(positional: Sequence[Value], named: Mapping[str, Value]) -> Shape:
    """Of `linspace` and its kin."""
    count = argument(2, "num", positional, named)
    ends = (argument(0, "start", positional, named), argument(1, "stop", positional, named))
    return (50 if count is None else int(count), *broadcast(*map(np.shape, ends)))


def _repeated(positional: Sequence[Value], named: Mapping[str, Value]) -> Shape:
    times = argument(1, "repeats", positional, named)
    total = int(np.max(times)) if np.size(times) else 0
    return (np.size(positional[0]), total)


def _tiled(positional: Sequence[Value], named: Mapping[str, Value]) -> Shape:
    times = argument(1, "reps", positional, named)
    sizes = times if isinstance(times, tuple | list | np.ndarray) else [times]
    return (np.size(positional[0]), *(int(size) for size in sizes))


def _broadcast(positional: Sequence[Value], named: Mapping[str, Value]) -> Shape:
    return broadcast(np.shape(positional[0]), np.shape(positional[1]))


#: How large results are that may be larger than the arguments.
_SHAPES: dict[str, Callable[[Sequence[Value], Mapping[str, Value]], Shape | None]] = {
    **dict.fromkeys(("zeros", "ones", "full"), _filled),
    "arange": _counted,
    **dict.fromkeys(("linspace", "logspace", "geomspace"), _spaced),
    "repeat": _repeated,
    "tile": _tiled,
    **dict.fromkeys(("power", "multiply", "divide", "add", "subtract"), _broadcast),
}


def argument(
    place: int, name: str, positional: Sequence[Value], named: Mapping[str, Value]
) -> Value:
    """An argument by its place or its name; None where it is not given."""
    return named.get(name, positional[place] if len(positional) > place else None)
