"""Functions of TensorFlow by name, computed with those of `keras.ops`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Function = Callable[..., Any]

#: TensorFlow's names and those of `keras.ops`, for functions that take only one or two tensors.
_PLAIN = {
    "abs": "absolute",
    "add": "add",
    "argmax": "argmax",
    "ceil": "ceil",
    "cos": "cos",
    "divide": "true_divide",
    "elu": "elu",
    "equal": "equal",
    "exp": "exp",
    "floor": "floor",
    "greater": "greater",
    "greater_equal": "greater_equal",
    "less": "less",
    "less_equal": "less_equal",
    "log": "log",
    "log_softmax": "log_softmax",
    "matmul": "matmul",
    "maximum": "maximum",
    "minimum": "minimum",
    "multiply": "multiply",
    "negative": "negative",
    "ones_like": "ones_like",
    "pow": "power",
    "realdiv": "true_divide",
    "relu": "relu",
    "relu6": "relu6",
    "round": "round",
    "rsqrt": "rsqrt",
    "selu": "selu",
    "sigmoid": "sigmoid",
    "sign": "sign",
    "silu": "silu",
    "sin": "sin",
    "softmax": "softmax",
    "softplus": "softplus",
    "softsign": "softsign",
    "sqrt": "sqrt",
    "square": "square",
    "subtract": "subtract",
    "swish": "silu",
    "tanh": "tanh",
    "truediv": "true_divide",
    "zeros_like": "zeros_like",
}


def find_function(saved: str) -> Function:
    """The function of that name in TensorFlow, computed with `keras.ops`.

    Raises:
        ValueError: The function is not known.
    """
    import keras

    name = saved.rsplit(".", 1)[-1].lower()
    special = _special().get(name)
    if special is not None:
        return special
    if name not in _PLAIN:
        raise ValueError(f"the operation {saved} of TensorFlow is not known here")
    function: Function = getattr(keras.ops, _PLAIN[name])

    def plain(*tensors: Any, axis: Any = None, **named: Any) -> Any:
        tensors = (*tensors, *(named[key] for key in ("y", "b") if key in named))
        return function(*tensors) if axis is None else function(*tensors, axis=axis)

    return plain


def _special() -> Mapping[str, Function]:
    """Functions whose arguments have other names or meanings in `keras.ops`."""
    from keras import ops

    def reduced(function: Function) -> Function:
        def reduce(x: Any, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
            return function(x, axis=_axes(axis), keepdims=bool(keepdims))

        return reduce

    def pooled(function: Function) -> Function:
        def pool(x: Any, ksize: Any, strides: Any, padding: str, **_: Any) -> Any:
            return function(x, _space(ksize), _space(strides), padding.lower())

        return pool

    def standardised(x: Any, **_: Any) -> Any:
        axes, size = (-3, -2, -1), int(x.shape[-1] * x.shape[-2] * x.shape[-3])
        deviation = ops.maximum(ops.std(x, axis=axes, keepdims=True), 1 / size**0.5)
        return (x - ops.mean(x, axis=axes, keepdims=True)) / deviation

    def normalised(x: Any, axis: Any = None, epsilon: float = 1e-12, **_: Any) -> Any:
        total = ops.sum(ops.square(x), axis=_axes(axis), keepdims=True)
        return x * ops.rsqrt(ops.maximum(total, epsilon))

    def split(x: Any, num_or_size_splits: Any, axis: int = 0, **_: Any) -> Any:
        if isinstance(num_or_size_splits, int):
            return list(ops.split(x, num_or_size_splits, axis=axis))
        ends = [sum(num_or_size_splits[: part + 1]) for part in range(len(num_or_size_splits))]
        return list(ops.split(x, ends[:-1], axis=axis))

    def stacked(parts: Any, axis: int = 0, **_: Any) -> Any:
        of_shapes = all(part is None or isinstance(part, int) for part in parts)
        return tuple(parts) if of_shapes else ops.stack(parts, axis=axis)

    def added(tensors: Any, **_: Any) -> Any:
        total = tensors[0]
        for tensor in tensors[1:]:
            total = ops.add(total, tensor)
        return total

    return {
        "add_n": added,
        "avg_pool2d": pooled(ops.average_pool),
        "cast": lambda x, dtype, **_: ops.cast(x, dtype),
        "clip_by_value": lambda x, clip_value_min, clip_value_max, **_: ops.clip(
            x, clip_value_min, clip_value_max
        ),
        "concat": lambda tensors, axis, **_: ops.concatenate(tensors, axis=axis),
        "convert_to_tensor": lambda x, **_: x,
        "expand_dims": lambda x, axis, **_: ops.expand_dims(x, axis),
        "flip_left_right": lambda x, **_: ops.flip(x, axis=-2),
        "flip_up_down": lambda x, **_: ops.flip(x, axis=-3),
        "gather": lambda x, indices, axis=0, **_: ops.take(x, indices, axis=axis),
        "getitem": lambda x, slice_spec, **_: x[_item(slice_spec)],
        "grayscale_to_rgb": lambda x, **_: ops.repeat(x, 3, axis=-1),
        "identity": lambda x, **_: x,
        "l2_normalize": normalised,
        "leaky_relu": lambda x, alpha=0.2, **_: ops.leaky_relu(x, negative_slope=alpha),
        "max_pool2d": pooled(ops.max_pool),
        "pad": lambda x, paddings, constant_values=0, mode="CONSTANT", **_: _pad(
            x, paddings, constant_values, mode
        ),
        "per_image_standardization": standardised,
        "reduce_max": reduced(ops.max),
        "reduce_mean": reduced(ops.mean),
        "reduce_min": reduced(ops.min),
        "reduce_prod": reduced(ops.prod),
        "reduce_std": reduced(ops.std),
        "reduce_sum": reduced(ops.sum),
        "reduce_variance": reduced(ops.var),
        "repeat": lambda x, repeats, axis=None, **_: ops.repeat(x, repeats, axis=axis),
        "reshape": lambda x, shape, **_: ops.reshape(
            x, [-1 if extent is None else extent for extent in shape]
        ),
        "resize": lambda x, size, method="bilinear", **_: ops.image.resize(
            x, tuple(size), interpolation=method
        ),
        "resize_nearest": lambda x, size, **_: ops.image.resize(
            x, tuple(size), interpolation="nearest"
        ),
        "reverse": lambda x, axis, **_: ops.flip(x, axis=_axes(axis)),
        "rgb_to_grayscale": lambda x, **_: ops.image.rgb_to_grayscale(x),
        "shape": lambda x, **_: tuple(x.shape),
        "split": split,
        "split_graph": lambda axis, x, num_split, **_: split(x, num_split, axis),
        "squared_difference": lambda x, y, **_: ops.square(x - y),
        "squeeze": lambda x, axis=None, **_: ops.squeeze(x, axis=_axes(axis)),
        "stack": stacked,
        "stop_gradient": lambda x, **_: x,
        "strided_slice": _strided_slice,
        "tile": lambda x, multiples, **_: ops.tile(x, multiples),
        "transpose": lambda x, perm=None, **_: ops.transpose(x, axes=perm),
        "unstack": lambda x, axis=0, **_: [
            ops.take(x, place, axis=axis) for place in range(x.shape[axis])
        ],
        "where": lambda condition, x, y, **_: ops.where(condition, x, y),
    }


def snake_case(name: str) -> str:
    """A class name in snake case, as functions are named."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _axes(axis: Any) -> Any:
    """Axes as Keras takes them: None, a number or a tuple."""
    return tuple(axis) or None if isinstance(axis, list | tuple) else axis


def _space(extents: Any) -> Any:
    """The two spatial extents, from one, two or four numbers."""
    if isinstance(extents, int):
        return extents
    return tuple(extents[1:3]) if len(extents) == 4 else tuple(extents)


def _item(spec: Any) -> Any:
    return tuple(spec) if isinstance(spec, list) else spec


def _pad(x: Any, paddings: Any, value: Any, mode: str) -> Any:
    from keras import ops

    named = {"constant_values": value} if mode.lower() == "constant" else {}
    return ops.pad(x, paddings, mode=mode.lower(), **named)


def _strided_slice(
    x: Any, begin: Any, end: Any, strides: Any, masks: Mapping[str, int] | None = None, **_: Any
) -> Any:
    """A slice of a TensorFlow graph: the bits of `masks` mark open ends, new axes and single indices."""
    masks = masks or {}
    item: list[Any] = []
    for place, (first, last, step) in enumerate(zip(begin, end, strides, strict=True)):
        bits = {name: bool(mask >> place & 1) for name, mask in masks.items()}
        if bits.get("ellipsis_mask"):
            item.append(Ellipsis)
        elif bits.get("new_axis_mask"):
            item.append(None)
        elif bits.get("shrink_axis_mask"):
            item.append(first)
        else:
            start = None if bits.get("begin_mask") else first
            item.append(slice(start, None if bits.get("end_mask") else last, step))
    return x[item[0]] if isinstance(x, tuple) else x[tuple(item)]
