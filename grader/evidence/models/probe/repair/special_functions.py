"""Functions of TensorFlow whose arguments have other names or meanings in `keras.ops`, one a function.

Each takes `keras.ops`, then what TensorFlow calls its arguments, in TensorFlow's order; what does not change what it
computes, such as a name, is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: TensorFlow's names in small letters to the functions.
SPECIAL: dict[str, Callable[..., Any]] = {}


def _named(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function under what TensorFlow calls it."""

    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        SPECIAL.update(dict.fromkeys(names, function))
        return function

    return enter


# Values


@_named("convert_to_tensor", "identity", "stop_gradient")
def _same(ops: Any, x: Any, **_: Any) -> Any:
    return x


@_named("cast")
def _cast(ops: Any, x: Any, dtype: Any, **_: Any) -> Any:
    return ops.cast(x, dtype)


@_named("clip_by_value")
def _clip(ops: Any, x: Any, clip_value_min: Any, clip_value_max: Any, **_: Any) -> Any:
    return ops.clip(x, clip_value_min, clip_value_max)


@_named("leaky_relu")
def _leaky_relu(ops: Any, x: Any, alpha: Any = 0.2, **_: Any) -> Any:
    return ops.leaky_relu(x, negative_slope=alpha)


@_named("squared_difference")
def _squared_difference(ops: Any, x: Any, y: Any, **_: Any) -> Any:
    return ops.square(x - y)


@_named("where")
def _where(ops: Any, condition: Any, x: Any, y: Any, **_: Any) -> Any:
    return ops.where(condition, x, y)


@_named("add_n")
def _add_n(ops: Any, tensors: Any, **_: Any) -> Any:
    total = tensors[0]
    for tensor in tensors[1:]:
        total = ops.add(total, tensor)
    return total


# Sums and means


def _reduction(name: str) -> Callable[..., Any]:
    def reduce(ops: Any, x: Any, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
        return getattr(ops, name)(x, axis=_axes(axis), keepdims=bool(keepdims))

    return reduce


for _end in ("max", "mean", "min", "prod", "std", "sum"):
    SPECIAL[f"reduce_{_end}"] = _reduction(_end)
SPECIAL["reduce_variance"] = _reduction("var")


@_named("l2_normalize")
def _l2_normalize(ops: Any, x: Any, axis: Any = None, epsilon: float = 1e-12, **_: Any) -> Any:
    total = ops.sum(ops.square(x), axis=_axes(axis), keepdims=True)
    return x * ops.rsqrt(ops.maximum(total, epsilon))


# Shapes


@_named("shape")
def _shape(ops: Any, x: Any, **_: Any) -> Any:
    return tuple(x.shape)


@_named("reshape")
def _reshape(ops: Any, x: Any, shape: Any, **_: Any) -> Any:
    return ops.reshape(x, [-1 if extent is None else extent for extent in shape])


@_named("expand_dims")
def _expand_dims(ops: Any, x: Any, axis: Any, **_: Any) -> Any:
    return ops.expand_dims(x, axis)


@_named("squeeze")
def _squeeze(ops: Any, x: Any, axis: Any = None, **_: Any) -> Any:
    return ops.squeeze(x, axis=_axes(axis))


@_named("transpose")
def _transpose(ops: Any, x: Any, perm: Any = None, **_: Any) -> Any:
    return ops.transpose(x, axes=perm)


@_named("tile")
def _tile(ops: Any, x: Any, multiples: Any, **_: Any) -> Any:
    return ops.tile(x, multiples)


@_named("repeat")
def _repeat(ops: Any, x: Any, repeats: Any, axis: Any = None, **_: Any) -> Any:
    return ops.repeat(x, repeats, axis=axis)


@_named("reverse")
def _reverse(ops: Any, x: Any, axis: Any, **_: Any) -> Any:
    return ops.flip(x, axis=_axes(axis))


@_named("pad")
def _pad(
    ops: Any, x: Any, paddings: Any, constant_values: Any = 0, mode: str = "CONSTANT", **_: Any
) -> Any:
    named = {"constant_values": constant_values} if mode.lower() == "constant" else {}
    return ops.pad(x, paddings, mode=mode.lower(), **named)


# Parts


@_named("concat")
def _concat(ops: Any, tensors: Any, axis: Any, **_: Any) -> Any:
    return ops.concatenate(tensors, axis=axis)


@_named("stack")
def _stack(ops: Any, parts: Any, axis: int = 0, **_: Any) -> Any:
    of_shapes = all(part is None or isinstance(part, int) for part in parts)
    return tuple(parts) if of_shapes else ops.stack(parts, axis=axis)


@_named("unstack")
def _unstack(ops: Any, x: Any, axis: int = 0, **_: Any) -> Any:
    return [ops.take(x, place, axis=axis) for place in range(x.shape[axis])]


@_named("split")
def _split(ops: Any, x: Any, num_or_size_splits: Any, axis: int = 0, **_: Any) -> Any:
    if isinstance(num_or_size_splits, int):
        return list(ops.split(x, num_or_size_splits, axis=axis))
    ends = [sum(num_or_size_splits[: part + 1]) for part in range(len(num_or_size_splits))]
    return list(ops.split(x, ends[:-1], axis=axis))


@_named("split_graph")
def _split_graph(ops: Any, axis: Any, x: Any, num_split: Any, **_: Any) -> Any:
    """As nodes of a graph have it: the axis comes first."""
    return _split(ops, x, num_split, axis)


@_named("gather")
def _gather(ops: Any, x: Any, indices: Any, axis: int = 0, **_: Any) -> Any:
    return ops.take(x, indices, axis=axis)


@_named("getitem")
def _getitem(ops: Any, x: Any, slice_spec: Any, **_: Any) -> Any:
    return x[tuple(slice_spec) if isinstance(slice_spec, list) else slice_spec]


@_named("strided_slice")
def _strided_slice(
    ops: Any,
    x: Any,
    begin: Any,
    end: Any,
    strides: Any,
    masks: Mapping[str, int] | None = None,
    **_: Any,
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


# Images


def _pool(name: str) -> Callable[..., Any]:
    def pool(ops: Any, x: Any, ksize: Any, strides: Any, padding: str, **_: Any) -> Any:
        return getattr(ops, name)(x, _space(ksize), _space(strides), padding.lower())

    return pool


SPECIAL["avg_pool2d"] = _pool("average_pool")
SPECIAL["max_pool2d"] = _pool("max_pool")


@_named("flip_left_right")
def _flip_left_right(ops: Any, x: Any, **_: Any) -> Any:
    return ops.flip(x, axis=-2)


@_named("flip_up_down")
def _flip_up_down(ops: Any, x: Any, **_: Any) -> Any:
    return ops.flip(x, axis=-3)


@_named("grayscale_to_rgb")
def _grayscale_to_rgb(ops: Any, x: Any, **_: Any) -> Any:
    return ops.repeat(x, 3, axis=-1)


@_named("rgb_to_grayscale")
def _rgb_to_grayscale(ops: Any, x: Any, **_: Any) -> Any:
    return ops.image.rgb_to_grayscale(x)


@_named("resize")
def _resize(ops: Any, x: Any, size: Any, method: str = "bilinear", **_: Any) -> Any:
    return ops.image.resize(x, tuple(size), interpolation=method)


@_named("resize_nearest")
def _resize_nearest(ops: Any, x: Any, size: Any, **_: Any) -> Any:
    return ops.image.resize(x, tuple(size), interpolation="nearest")


@_named("per_image_standardization")
def _per_image_standardization(ops: Any, x: Any, **_: Any) -> Any:
    axes, size = (-3, -2, -1), int(x.shape[-1] * x.shape[-2] * x.shape[-3])
    deviation = ops.maximum(ops.std(x, axis=axes, keepdims=True), 1 / size**0.5)
    return (x - ops.mean(x, axis=axes, keepdims=True)) / deviation


def _axes(axis: Any) -> Any:
    """Axes as Keras takes them: None, a number or a tuple."""
    return tuple(axis) or None if isinstance(axis, list | tuple) else axis


def _space(extents: Any) -> Any:
    """The two spatial extents, from one, two or four numbers."""
    if isinstance(extents, int):
        return extents
    return tuple(extents[1:3]) if len(extents) == 4 else tuple(extents)
