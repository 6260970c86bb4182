"""Shapes of arrays through NumPy, without their values."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import numpy as np

from grader.evidence.code.probe.reading.layer_shapes import filled
from grader.evidence.code.probe.reading.values import UNKNOWN, Array, Shape, Unknown, Value, size_of


def shape_of(value: Value) -> Shape | None:
    """The shape of an array, a number, or nested lists."""
    if isinstance(value, Array):
        return value.shape
    if isinstance(value, np.ndarray):
        return tuple(value.shape)
    if isinstance(value, int | float | np.generic):
        return ()
    if isinstance(value, list | tuple | range):
        if not value:
            return (0,)
        inner = shape_of(value[0])
        return None if inner is None else (len(value), *inner)
    return None


def as_array(value: Value) -> Array:
    """An array of which only the shape is kept."""
    return value if isinstance(value, Array) else Array(shape_of(value))


def rows(value: Value) -> int | None:
    """How many rows an array has, where that is known."""
    shape = shape_of(value)
    return shape[0] if shape else None


def with_shape(array: Array, shape: Shape | None) -> Array:
    """The same data in another shape."""
    return dataclasses.replace(array, shape=shape)


def reshape(array: Array, target: Value) -> Array:
    """The array in another shape; -1 is worked out."""
    if isinstance(target, int):
        target = (target,)
    if not isinstance(target, tuple | list):
        return with_shape(array, None)
    sizes = tuple(item if isinstance(item, int | np.integer) else None for item in target)
    if None in sizes:
        return with_shape(
            array, tuple(None if size in (None, -1) else int(size or 0) for size in sizes)
        )
    return with_shape(array, filled(tuple(int(size or 0) for size in sizes), size_of(array.shape)))


def transpose(array: Array, axes: Value) -> Array:
    """The array with its axes in another order; reversed where none is given."""
    if array.shape is None:
        return array
    if axes is None:
        return with_shape(array, array.shape[::-1])
    try:
        return with_shape(array, tuple(array.shape[axis] for axis in axes))
    except (TypeError, IndexError):
        return with_shape(array, None)


def move_axis(array: Array, start: Value, end: Value) -> Array:
    """The array with an axis at another place."""
    if array.shape is None or not isinstance(start, int) or not isinstance(end, int):
        return with_shape(array, None)
    axes = list(range(len(array.shape)))
    try:
        axis = axes.pop(start)
    except IndexError:
        return with_shape(array, None)
    axes.insert(end if end >= 0 else len(axes) + 1 + end, axis)
    return transpose(array, axes)


def expand(array: Array, axis: Value) -> Array:
    """The array with an axis of one."""
    if array.shape is None or not isinstance(axis, int):
        return with_shape(array, None)
    place = axis if axis >= 0 else len(array.shape) + 1 + axis
    return with_shape(array, (*array.shape[:place], 1, *array.shape[place:]))


def squeeze(array: Array) -> Array:
    """The array without its axes of one."""
    shape = array.shape
    return with_shape(array, None if shape is None else tuple(size for size in shape if size != 1))


def best_places(array: Array, axis: Value) -> Value:
    """What `argmax` over an axis gives: labels of as many classes as the axis is long."""
    found = reduce(array, axis)
    if not isinstance(found, Array) or not isinstance(axis, int) or not array.shape:
        return found
    return dataclasses.replace(found, classes=array.shape[axis])


def split_at(array: Array, places: Value) -> Value:
    """What `np.split` gives: parts of so many rows, or of equal length."""
    count = rows(array)
    if isinstance(places, int) and count is not None and 0 < places <= 1_000:
        places = [count * part // places for part in range(1, places)]
    if not isinstance(places, list | tuple) or not all(isinstance(item, int) for item in places):
        return UNKNOWN
    ends = [0, *places, None]
    return [item(array, slice(start, end, None)) for start, end in pairwise(ends)]


def reduce(array: Array, axis: Value, keepdims: Value = False) -> Value:
    """What a sum or a mean over an axis gives; a number of no known value over all axes."""
    if axis is None or array.shape is None:
        return UNKNOWN
    axes = (
        {axis} if isinstance(axis, int) else set(axis) if isinstance(axis, tuple | list) else None
    )
    if axes is None:
        return UNKNOWN
    count = len(array.shape)
    gone = {item % count for item in axes if isinstance(item, int)} if count else set()
    if keepdims is True:
        return with_shape(
            array, tuple(1 if at in gone else size for at, size in enumerate(array.shape))
        )
    left = tuple(size for place, size in enumerate(array.shape) if place not in gone)
    return dataclasses.replace(array, shape=left, classes=None)


def concatenate(parts: Value, axis: Value = 0) -> Array:
    """Arrays one after the other along an axis."""
    if not isinstance(parts, list | tuple) or not parts or not isinstance(axis, int):
        return Array()
    arrays = [as_array(part) for part in parts]
    if any(not array.shape for array in arrays):
        return Array()
    first = arrays[0].shape or ()
    try:
        sizes = [(array.shape or ())[axis] for array in arrays]
    except IndexError:
        return Array()
    shape = list(first)
    shape[axis] = None if None in sizes else sum(size or 0 for size in sizes)
    source = _common_source([array.source for array in arrays])
    return Array(tuple(shape), source, part=any(array.part for array in arrays))


def _common_source(sources: Sequence[str]) -> str:
    """Where all parts are from; ``mnist/all`` for parts of both splits."""
    if len(set(sources)) == 1:
        return sources[0]
    datasets = {source.partition("/")[0] for source in sources}
    return f"{datasets.pop()}/all" if len(datasets) == 1 and all(sources) else ""


def stack(parts: Value) -> Array:
    """Arrays along a new first axis."""
    if not isinstance(parts, list | tuple) or not parts:
        return Array()
    inner = shape_of(parts[0])
    return Array(None if inner is None else (len(parts), *inner))


def combine(left: Value, right: Value) -> Array:
    """The shape of arithmetic between two arrays, or an array and a number."""
    arrays = [item for item in (left, right) if isinstance(item, Array)]
    if len(arrays) == 1:
        (array,) = arrays
        other = right if array is left else left
        extent = shape_of(other)
        is_wider = extent is not None and array.shape is not None and len(extent) > len(array.shape)
        return with_shape(array, extent) if is_wider else array
    first, second = arrays
    if first.shape is None:
        return first
    if second.shape is None or len(second.shape) <= len(first.shape):
        return first
    return second


def item(array: Array, key: Value) -> Array:
    """What an index or a slice of an array gives."""
    keys = key if isinstance(key, tuple) else (key,)
    array = _published_split(array, keys[0])
    if array.shape is None:
        return dataclasses.replace(array, part=array.part or bool(array.source))
    left, result = list(array.shape), []
    given = sum(entry is not None and entry is not Ellipsis for entry in keys)
    partial = False
    for entry in keys:
        if entry is Ellipsis:
            keep = max(len(left) - given, 0)
            result += left[:keep]
            left = left[keep:]
            continue
        if entry is None:
            result.append(1)
            continue
        given -= 1
        if not left:
            return dataclasses.replace(array, shape=None, part=True)
        size = left.pop(0)
        if isinstance(entry, slice):
            length = _slice_length(entry, size)
            partial |= length != size
            result.append(length)
        elif isinstance(entry, int | np.integer) and not isinstance(entry, bool):
            partial = True
        else:
            partial = True
            result += _picked(entry, size)
    return dataclasses.replace(array, shape=(*result, *left), part=array.part or partial)


def _published_split(array: Array, key: Value) -> Array:
    """MNIST in one piece holds its 60,000 training images first: they and the others are the published splits."""
    if array.source != "mnist/all" or not isinstance(key, slice) or key.step is not None:
        return array
    if key.stop == 60_000 and key.start in (None, 0):
        return Array((60_000, *(array.shape or ())[1:]), "mnist/train", classes=array.classes)
    if key.start == 60_000 and key.stop is None:
        return Array((10_000, *(array.shape or ())[1:]), "mnist/test", classes=array.classes)
    return array


def _picked(index: Value, size: int | None) -> list[int | None]:
    """The axis that an array of indices or of conditions leaves."""
    if isinstance(index, Unknown) or not isinstance(index, Array | np.ndarray | list | range):
        return [None]
    shape = shape_of(index)
    if shape is None or len(shape) != 1:
        return [None]
    is_mask = isinstance(index, Array) and shape[0] == size
    return (
        [None]
        if is_mask and not (isinstance(index, Array) and index.source == "order")
        else [shape[0]]
    )


def _slice_length(cut: slice, size: int | None) -> int | None:
    ends = (cut.start, cut.stop, cut.step)
    if any(end is not None and not isinstance(end, int | np.integer) for end in ends):
        return None
    if size is None:
        start, stop = cut.start or 0, cut.stop
        known = isinstance(stop, int) and stop >= 0 and start >= 0
        return max(stop - start, 0) if known and cut.step in (None, 1) else None
    return len(range(*cut.indices(size)))


def split_sizes(
    count: int | None, test_size: Value, train_size: Value
) -> tuple[int | None, int | None]:
    """How scikit-learn's `train_test_split` parts so many rows: (training, test)."""
    if count is None:
        return None, None
    if test_size is None and train_size is None:
        test_size = 0.25
    if not isinstance(test_size, int | float | None) or not isinstance(
        train_size, int | float | None
    ):
        return None, None
    test = (
        None if test_size is None else ceil(test_size * count) if test_size < 1 else int(test_size)
    )
    if train_size is not None:
        train = int(train_size * count) if train_size < 1 else int(train_size)
        return train, count - train if test is None else test
    return count - (test or 0), test


def one_hot(labels: Value, classes: Value) -> Array:
    """What `to_categorical` gives."""
    array = as_array(labels)
    width = classes if isinstance(classes, int) else array.classes
    if array.shape is None:
        return dataclasses.replace(array, shape=None if width is None else (None, width))
    kept: Sequence[int | None] = array.shape
    if len(kept) > 1 and kept[-1] == 1:
        kept = kept[:-1]
    return dataclasses.replace(array, shape=(*kept, width))
