"""Functions of NumPy and methods of its arrays, by what they do to shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from grader.evidence.code.probe.reading import arrays, datasets
from grader.evidence.code.probe.reading.numpy_values import (
    argument,
    as_array,
    can_compute,
    compute,
    guarded,
)
from grader.evidence.code.probe.reading.values import (
    UNKNOWN,
    Array,
    Unknown,
    Value,
)

Call = Callable[[Sequence[Value], Mapping[str, Value]], Value]

#: Functions that give an array of the shape of their argument.
_SAME_SHAPE = frozenset({
    "numpy.array", "numpy.asarray", "numpy.float32", "numpy.float64", "numpy.uint8",
    "numpy.int32", "numpy.abs", "numpy.sqrt", "numpy.exp", "numpy.copy", "numpy.clip",
    "numpy.round", "numpy.zeros_like", "numpy.ones_like", "numpy.invert", "numpy.nan_to_num",
    "numpy.log", "numpy.where", "numpy.ascontiguousarray", "numpy.fliplr", "numpy.flip",
    "numpy.roll", "numpy.sort", "numpy.tanh", "numpy.sign", "tensorflow.cast",
    "tensorflow.convert_to_tensor", "tensorflow.constant", "tensorflow.identity",
    "keras.utils.normalize", "sklearn.preprocessing.normalize", "sklearn.preprocessing.scale",
    "tensorflow.image.convert_image_dtype", "tensorflow.Variable",
})  # fmt: skip


def call(path: str, positional: Sequence[Value], named: Mapping[str, Value]) -> Value | None:
    """What a function of NumPy, or one like it, gives; None where it is none of them."""
    module, _, name = path.rpartition(".")
    if module == "numpy" and can_compute(name, positional, named):
        return compute(name, positional, named)
    if path in _SAME_SHAPE and positional:
        return UNKNOWN if isinstance(positional[0], Unknown) else as_array(positional[0])
    handler = _FUNCTIONS.get(path)
    return None if handler is None else guarded(handler, (positional, named), {})


def array_method(
    array: Array, name: str, positional: Sequence[Value], named: Mapping[str, Value]
) -> Value:
    """What a method of an array gives."""
    match name:
        case "reshape":
            target = positional[0] if len(positional) == 1 else tuple(positional)
            return arrays.reshape(array, named.get("newshape", named.get("shape", target)))
        case "flatten" | "ravel":
            return arrays.reshape(array, (-1,))
        case "transpose":
            axes = positional[0] if len(positional) == 1 else tuple(positional) or None
            return arrays.transpose(array, axes)
        case "squeeze":
            return arrays.squeeze(array)
        case "argmax" | "argmin":
            return arrays.best_places(array, positional[0] if positional else named.get("axis"))
        case "sum" | "mean" | "std" | "max" | "min" | "any" | "all":
            axis = positional[0] if positional else named.get("axis")
            return arrays.reduce(array, axis, named.get("keepdims", False))
        case (
            "astype"
            | "copy"
            | "numpy"
            | "to_numpy"
            | "fillna"
            | "round"
            | "clip"
            | "toarray"
            | "eval"
        ):
            return array
        case "tolist":
            return array
        case "drop" | "sample" | "head" | "dropna":
            return Array()
    return UNKNOWN


def _shape_argument(positional: Sequence[Value], named: Mapping[str, Value]) -> Array:
    shape = positional[0] if positional else named.get("shape", named.get("size"))
    if isinstance(shape, int):
        return Array((shape,))
    if not isinstance(shape, tuple | list):
        return Array()
    return Array(tuple(size if isinstance(size, int) else None for size in shape))


def _sized(positional: Sequence[Value], named: Mapping[str, Value]) -> Array:
    """``np.random.rand(3, 4)``."""
    return Array(tuple(size if isinstance(size, int) else None for size in positional))


def _random(positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    size = named.get("size", positional[2] if len(positional) > 2 else None)
    return UNKNOWN if size is None else _shape_argument([size], {})


def _permutation(positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    first = positional[0] if positional else None
    if isinstance(first, int):
        return Array((first,), source="order")
    return arrays.as_array(first) if first is not None else UNKNOWN


def _choice(positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    size = named.get("size", named.get("k", positional[1] if len(positional) > 1 else None))
    if isinstance(size, tuple | list):
        return _shape_argument([size], {})
    return Array((size,), source="order") if isinstance(size, int) else UNKNOWN


def _dot(left: Value, right: Value) -> Value:
    """Weighted sums along the last axis, as images are made grey."""
    array, weights = arrays.as_array(left), arrays.shape_of(right)
    if not array.shape or weights is None:
        return UNKNOWN
    return arrays.with_shape(array, (*array.shape[:-1], *weights[1:]))


def _grey(images: Value) -> Value:
    array = arrays.as_array(images)
    return arrays.with_shape(array, (*array.shape[:-1], 1) if array.shape else None)


def _without(positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """``np.delete(array, indices, axis)``."""
    array = arrays.as_array(positional[0])
    gone = arrays.rows(positional[1])
    rows = arrays.rows(array)
    axis = named.get("axis", positional[2] if len(positional) > 2 else None)
    if rows is None or gone is None or axis != 0 or array.shape is None:
        return Array(source=array.source, part=True)
    return Array((rows - gone, *array.shape[1:]), array.source, part=True, classes=array.classes)


def _difference(positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """``np.setdiff1d(all, some)``, the one holding the other."""
    whole, some = arrays.rows(positional[0]), arrays.rows(positional[1])
    return Array(None if whole is None or some is None else (whole - some,), source="order")


_FUNCTIONS: dict[str, Call] = {
    "numpy.linspace": lambda given, named: Array(
        (num,) if isinstance(num := argument(2, "num", given, named), int) else None
    ),
    "numpy.reshape": lambda given, named: arrays.reshape(
        arrays.as_array(given[0]), argument(1, "newshape", given, named)
    ),
    "tensorflow.reshape": lambda given, named: arrays.reshape(
        arrays.as_array(given[0]), argument(1, "shape", given, named)
    ),
    "numpy.transpose": lambda given, named: arrays.transpose(
        arrays.as_array(given[0]), argument(1, "axes", given, named)
    ),
    "tensorflow.transpose": lambda given, named: arrays.transpose(
        arrays.as_array(given[0]), argument(1, "perm", given, named)
    ),
    "numpy.moveaxis": lambda given, named: arrays.move_axis(
        arrays.as_array(given[0]), given[1], given[2]
    ),
    "numpy.rollaxis": lambda given, named: arrays.move_axis(
        arrays.as_array(given[0]), given[1], argument(2, "start", given, named) or 0
    ),
    "numpy.swapaxes": lambda given, named: Array(),
    "numpy.expand_dims": lambda given, named: arrays.expand(
        arrays.as_array(given[0]), argument(1, "axis", given, named)
    ),
    "tensorflow.expand_dims": lambda given, named: arrays.expand(
        arrays.as_array(given[0]), argument(1, "axis", given, named)
    ),
    "numpy.squeeze": lambda given, named: arrays.squeeze(arrays.as_array(given[0])),
    "numpy.ravel": lambda given, named: arrays.reshape(arrays.as_array(given[0]), (-1,)),
    "numpy.concatenate": lambda given, named: arrays.concatenate(
        given[0], argument(1, "axis", given, named) or 0
    ),
    "tensorflow.concat": lambda given, named: arrays.concatenate(
        given[0], argument(1, "axis", given, named) or 0
    ),
    "numpy.vstack": lambda given, named: arrays.concatenate(given[0]),
    "numpy.hstack": lambda given, named: arrays.concatenate(given[0], 1),
    "numpy.append": lambda given, named: arrays.concatenate(
        list(given[:2]), argument(2, "axis", given, named) or 0
    ),
    "numpy.stack": lambda given, named: arrays.stack(given[0]),
    **{
        f"numpy.{name}": lambda given, named: arrays.reduce(
            arrays.as_array(given[0]),
            argument(1, "axis", given, named),
            named.get("keepdims", False),
        )
        for name in (
            "mean",
            "std",
            "var",
            "sum",
            "max",
            "min",
            "amax",
            "amin",
            "median",
            "any",
            "all",
        )
    },
    **{
        f"numpy.{name}": lambda given, named: arrays.best_places(
            arrays.as_array(given[0]), argument(1, "axis", given, named)
        )
        for name in ("argmax", "argmin")
    },
    "numpy.average": lambda given, named: arrays.reduce(
        arrays.as_array(given[0]), argument(1, "axis", given, named)
    ),
    "numpy.dot": lambda given, named: _dot(given[0], given[1]),
    "tensorflow.image.rgb_to_grayscale": lambda given, named: _grey(given[0]),
    "numpy.split": lambda given, named: arrays.split_at(arrays.as_array(given[0]), given[1]),
    "numpy.array_split": lambda given, named: arrays.split_at(arrays.as_array(given[0]), given[1]),
    "numpy.zeros": _shape_argument,
    "numpy.ones": _shape_argument,
    "numpy.empty": _shape_argument,
    "numpy.full": _shape_argument,
    "numpy.arange": lambda given, named: Array(),
    "numpy.prod": lambda given, named: UNKNOWN,
    "numpy.random.rand": _sized,
    "numpy.random.randn": _sized,
    **{f"numpy.random.{name}": _random for name in ("normal", "uniform", "randint", "binomial")},
    "numpy.random.permutation": _permutation,
    "numpy.random.choice": _choice,
    "random.sample": _choice,
    "numpy.delete": _without,
    "numpy.setdiff1d": _difference,
    "numpy.unique": lambda given, named: (
        np.arange(given[0].classes)
        if isinstance(given[0], Array) and given[0].classes and not named
        else Array()
    ),
    "numpy.load": lambda given, named: datasets.mnist_npz(given[0]),
    "tensorflow.one_hot": lambda given, named: arrays.one_hot(
        given[0], argument(1, "depth", given, named)
    ),
}
