"""What a training is given, cut to a few rows, and how much of it there was."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

#: Rows of a batch, and batches, of a capped training.
ROWS, BATCHES = 16, 2


@dataclass
class Inputs:
    """What `fit`, `evaluate` or `predict` is given, in full and cut."""

    x: Any
    """All images, where they are an array; else the first batch."""
    y: Any
    few_x: Any
    """The first rows."""
    few_y: Any
    few_weights: Any = None
    rows: int | None = None
    """How many there are; None where nobody knows."""
    batch_size: int | None = None
    """Of what comes in batches."""

    @property
    def known(self) -> bool:
        """Whether there is anything to train on."""
        return self.few_x is not None


def inputs_of(x: Any, y: Any = None, weights: Any = None, rows: int = ROWS * BATCHES) -> Inputs:
    """What is given as `x` and `y`, cut to its first rows.

    Args:
        x: Arrays, tensors, or nested ones; a dataset, a sequence or a generator of batches.
        y: Labels, or None.
        weights: Of the samples, or None.
        rows: How many are kept.
    """
    if is_batched(x):
        return _of_batches(x, rows)
    return Inputs(
        x=x,
        y=y,
        few_x=first_rows(x, rows),
        few_y=first_rows(y, rows),
        few_weights=first_rows(weights, rows),
        rows=length_of(x),
    )


def is_batched(x: Any) -> bool:
    """Whether something gives batches rather than rows."""
    if x is None or isinstance(x, np.ndarray | list | tuple | Mapping):
        return False
    kind = type(x)
    if hasattr(kind, "shape") or hasattr(x, "iloc"):
        return False
    return hasattr(x, "__next__") or hasattr(x, "__getitem__") or hasattr(x, "__iter__")


def first_rows(value: Any, rows: int) -> Any:
    """The first rows of an array, or of each of nested ones."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {name: first_rows(item, rows) for name, item in value.items()}
    if isinstance(value, list | tuple) and any(map(_is_array, value)):
        return _like(value, [first_rows(item, rows) for item in value])
    if hasattr(value, "iloc"):
        return value.iloc[:rows]
    return value[:rows]


def length_of(value: Any) -> int | None:
    """How many rows an array has, or each of nested ones; None where nobody knows."""
    if isinstance(value, Mapping):
        return length_of(next(iter(value.values()), None))
    if isinstance(value, list | tuple) and value and _is_array(value[0]):
        return length_of(value[0])
    shape = getattr(value, "shape", None)
    if shape is not None and len(shape):
        return None if shape[0] is None else int(shape[0])
    try:
        return len(value)
    except Exception:  # None, a number, or a student's own class
        return None


def _of_batches(source: Any, rows: int) -> Inputs:
    batches = list(_first_batches(source))
    if not batches:
        return Inputs(x=None, y=None, few_x=None, few_y=None)
    x, y, weights = batches[0]
    size = length_of(x)
    whole = isinstance(getattr(source, "x", None), np.ndarray)  # batches of changed images
    return Inputs(
        x=source.x if whole else x,
        y=getattr(source, "y", None) if whole else y,
        few_x=first_rows(x, rows),
        few_y=first_rows(y, rows),
        few_weights=first_rows(weights, rows),
        rows=_rows_of(source, size),
        batch_size=size,
    )


def _first_batches(source: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The first batch of a dataset, a sequence or a generator, as (x, y, weights)."""
    if hasattr(source, "__getitem__") and not hasattr(source, "__next__"):
        found: Any = [source[0]]
    elif hasattr(source, "take"):
        found = source.take(1)
    else:
        found = source
    for batch in islice(iter(found), 1):
        parts = batch if isinstance(batch, tuple | list) else (batch,)
        arrays = [_as_arrays(part) for part in parts[:3]]
        yield (*arrays, *[None] * (3 - len(arrays)))


def _as_arrays(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _as_arrays(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return _like(value, [_as_arrays(item) for item in value])
    return np.asarray(value) if hasattr(value, "numpy") else value


def _rows_of(source: Any, batch: int | None) -> int | None:
    """How many rows all batches have: as the source says, or its batches times their size."""
    for name in ("n", "samples"):
        if isinstance(getattr(source, name, None), int):
            return int(getattr(source, name))
    try:
        batches = len(source)
    except Exception:  # a generator, or a dataset without an end
        return None
    if batch is None or not batches:
        return None
    counted = _rows_before_batching(source)
    if counted is not None and (batches - 1) * batch < counted <= batches * batch:
        return counted
    return (batches - 1) * batch + _rows_of_last(source, batches, batch)


def _rows_of_last(source: Any, batches: int, batch: int) -> int:
    """How many rows the last batch has, where it can be asked for; else as many as the others."""
    if not hasattr(source, "__getitem__"):
        return batch
    try:
        last = source[batches - 1]
        return length_of(last[0] if isinstance(last, tuple | list) else last) or batch
    except Exception:  # a student's own class
        return batch


def _rows_before_batching(dataset: Any) -> int | None:
    """How many rows a dataset of TensorFlow has that was put into batches; None where it does not tell."""
    while hasattr(dataset, "_input_dataset"):
        inner = dataset._input_dataset
        if hasattr(dataset, "_batch_size"):
            try:
                return len(inner)
            except TypeError:  # without an end, or not known
                return None
        dataset = inner
    return None


def _is_array(value: Any) -> bool:
    """Whether something has rows as arrays have; a single number of NumPy has none."""
    shape = getattr(value, "shape", None)
    return shape is not None and len(shape) > 0


def _like(value: list[Any] | tuple[Any, ...], items: list[Any]) -> Any:
    """Items in a list or a tuple, as they were."""
    return items if isinstance(value, list) else tuple(items)


def split_rows(rows: int, share: float) -> int:
    """How many of the rows `validation_split` sets apart, as Keras counts."""
    return rows - math.floor(rows * (1 - share))
