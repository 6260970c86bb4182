"""NumPy 1 on NumPy 2: names that are gone, ragged arrays, and arrays of one element as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.evidence.code.probe.running.shims.patching import Function, Used, in_place_of

_TYPES: Mapping[str, Any] = {
    "int": int, "float": float, "bool": bool, "object": object, "str": str, "complex": complex, "long": int,
    "unicode": str, "float_": np.float64, "complex_": np.complex128, "int0": np.intp, "uint0": np.uintp,
    "object0": np.object_, "str0": np.str_, "bool8": np.bool_, "string_": np.bytes_, "unicode_": np.str_,
    "Inf": np.inf, "Infinity": np.inf, "PINF": np.inf, "NINF": -np.inf, "infty": np.inf, "NaN": np.nan,
    "PZERO": 0.0, "NZERO": -0.0,
}  # fmt: skip

_FUNCTIONS: Mapping[str, str] = {
    "product": "prod", "cumproduct": "cumprod", "sometrue": "any", "alltrue": "all", "in1d": "isin",
    "trapz": "trapezoid", "row_stack": "vstack", "round_": "round", "asfarray": "asarray", "mat": "matrix",
    "asscalar": "", "find_common_type": "result_type", "msort": "sort", "cast": "",
}  # fmt: skip


def _old_name(name: str, used: Used) -> Any:
    if name in _TYPES:
        used(f"np.{name}")
        return _TYPES[name]
    if name == "asscalar":
        used("np.asscalar")
        return lambda array: np.asarray(array).item()
    today = _FUNCTIONS.get(name)
    if today and hasattr(np, today):
        used(f"np.{name}")
        return getattr(np, today)
    raise AttributeError(f"module 'numpy' has no attribute '{name}'")


class Numbers(np.ndarray):
    """An array of which one element may be taken as a number, as NumPy allowed: `int(y[i])` of a column of labels."""

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __index__(self) -> int:
        return int(self.item())

    def __repr__(self) -> str:
        return repr(np.asarray(self))


def as_numbers(array: Any) -> Any:
    """The same data as an array of `Numbers`; what is no plain array stays as it is."""
    return array.view(Numbers) if type(array) is np.ndarray else array


def _ragged(original: Function, used: Used) -> Function:
    """`np.array` of lists of several lengths gives an array of objects."""

    def array(*positional: Any, **named: Any) -> Any:
        try:
            return original(*positional, **named)
        except ValueError as error:
            if (
                "inhomogeneous" not in str(error)
                or len(positional) > 1
                or named.get("dtype") is not None
            ):
                raise
        used("ragged np.array")
        return _objects(positional[0])

    return in_place_of(original, array)


def _objects(rows: Any) -> Any:
    """An array of objects, one for each row."""
    found = np.empty(len(rows), dtype=object)
    for place, row in enumerate(rows):
        found[place] = row
    return found


def install_numpy_names(used: Used) -> None:
    """Let names of NumPy 1 be found, and ragged lists be arrays."""
    before = getattr(np, "__getattr__", None)

    def find(name: str) -> Any:
        if name in _TYPES or name in _FUNCTIONS:
            return _old_name(name, used)
        if before is not None:
            return before(name)
        raise AttributeError(f"module 'numpy' has no attribute '{name}'")

    vars(np)["__getattr__"] = find
    for name in ("array", "asarray"):
        setattr(np, name, _ragged(getattr(np, name), used))
    vars(np).setdefault("VisibleDeprecationWarning", np.exceptions.VisibleDeprecationWarning)
