"""Rows picked from whatever a model is given: arrays, tensors, lists, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]

#: The values of arrays up to this size are all looked at.
_WHOLE_BYTES = 100_000_000

#: Rows of larger ones that are looked at.
_RANGE_ROWS = 2_000

#: A list of so few arrays holds the inputs of a model, not its rows.
_INPUTS = 8


def as_rows(given: Any) -> Any:
    """What has rows in something given to a model: the first input where there are several.

    Returns:
        Something with a length; lists stay lists, so that only the rows that are needed are made arrays.

    Raises:
        TypeError: It has no rows.
    """
    if isinstance(given, Mapping):
        given = next(iter(given.values()))
    if isinstance(given, list | tuple) and 0 < len(given) <= _INPUTS:
        first = given[0]
        if hasattr(first, "shape") and len(first.shape) >= 2 and first.shape[0] > len(given):
            given = first
    if isinstance(given, np.ndarray | list | tuple):
        return given
    return np.asarray(given)


def picked(rows: Any, places: Sequence[int] | NDArray[np.intp]) -> Numbers:
    """The rows at some places, as an array of numbers.

    Raises:
        ValueError: They are no numbers, or differ in shape.
    """
    if isinstance(rows, np.ndarray):
        found = rows[np.asarray(places, np.intp)]
    else:
        found = np.stack([np.asarray(rows[place]) for place in places])
    if found.dtype == object:
        found = found.astype(np.float64)
    if found.dtype.kind not in "biuf":
        raise ValueError(f"values of type {found.dtype}")
    return found


def spread(count: int, wanted: int) -> NDArray[np.intp]:
    """Places spread evenly over some rows, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, wanted)).round().astype(np.intp))


def value_range(rows: Any) -> tuple[float | None, float | None]:
    """The smallest and the largest value; of large arrays, of rows spread over them.

    Returns:
        None where a value is not finite, or there is none.
    """
    if isinstance(rows, np.ndarray) and rows.dtype != object and rows.nbytes <= _WHOLE_BYTES:
        values = rows
    else:
        values = picked(rows, spread(len(rows), _RANGE_ROWS))
    if values.size == 0:
        return None, None
    low, high = float(values.min()), float(values.max())
    return (low if np.isfinite(low) else None), (high if np.isfinite(high) else None)
