"""Layers that move a window over space, and others that change its size."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from grader.evidence.code.probe.reading.layers import Built, Layer
from grader.evidence.code.probe.reading.values import Shape, Value, size_of


def _numbers(value: Value, count: int, default: int) -> tuple[int, ...]:
    """A size for each of some axes, written as one number or several."""
    if value is None:
        return (default,) * count
    if isinstance(value, int):
        return (value,) * count
    found = tuple(int(item) for item in value)
    if len(found) != count:
        raise ValueError("another number of axes")
    return found


def _axes(layer: Layer, shape: Shape) -> tuple[Shape, int | None]:
    """The sizes of the space axes, and the channels."""
    channels_first = layer.settings.get("data_format", layer.channels_first)
    if channels_first in (True, "channels_first", "th"):
        return shape[1:], shape[0]
    return shape[:-1], shape[-1]


def _joined(layer: Layer, space: Sequence[int | None], channels: int | None) -> Shape:
    channels_first = layer.settings.get("data_format", layer.channels_first)
    if channels_first in (True, "channels_first", "th"):
        return (channels, *space)
    return (*space, channels)


def _strided(
    size: int | None, window: int, stride: int, padding: str, dilation: int = 1
) -> int | None:
    if size is None:
        return None
    if padding in ("same", "causal"):
        return ceil(size / stride)
    length = (size - (window - 1) * dilation - 1) // stride + 1
    if length < 1:
        raise ValueError("the window is larger than the image")
    return length


def _padding(layer: Layer) -> str:
    return str(layer.settings.get("padding", "valid")).lower()


def convolution(layer: Layer, shape: Shape) -> Built:
    """A convolution in one, two or three dimensions."""
    space, channels = _axes(layer, shape)
    filters, count = layer.number("filters"), int(layer.kind[layer.kind.index("D") - 1])
    if len(space) != count:
        raise ValueError("another number of axes")
    kernel = _numbers(layer.settings.get("kernel_size"), count, 1)
    strides = _numbers(layer.settings.get("strides"), count, 1)
    dilation = _numbers(layer.settings.get("dilation_rate"), count, 1)
    sizes = [
        _strided(size, window, stride, _padding(layer), spread)
        for size, window, stride, spread in zip(space, kernel, strides, dilation, strict=True)
    ]
    shape_out = _joined(layer, sizes, filters)
    if filters is None or channels is None:
        return shape_out, None
    weights = (size_of(kernel) or 0) * channels * filters // (layer.number("groups") or 1)
    return shape_out, weights + (filters if layer.settings.get("use_bias", True) else 0)


def depthwise(layer: Layer, shape: Shape) -> Built:
    """A depthwise or separable convolution in two dimensions."""
    space, channels = _axes(layer, shape)
    kernel = _numbers(layer.settings.get("kernel_size"), 2, 1)
    strides = _numbers(layer.settings.get("strides"), 2, 1)
    sizes = [
        _strided(size, window, stride, _padding(layer))
        for size, window, stride in zip(space, kernel, strides, strict=True)
    ]
    if channels is None:
        return None, None
    spread = channels * (layer.number("depth_multiplier") or 1)
    weights = (size_of(kernel) or 0) * spread
    out = spread
    if layer.kind == "SeparableConv2D":
        filters = layer.number("filters")
        if filters is None:
            return None, None
        weights, out = weights + spread * filters, filters
    return _joined(layer, sizes, out), weights + (
        out if layer.settings.get("use_bias", True) else 0
    )


def transposed(layer: Layer, shape: Shape) -> Built:
    """A transposed convolution in two dimensions."""
    space, channels = _axes(layer, shape)
    filters = layer.number("filters")
    kernel = _numbers(layer.settings.get("kernel_size"), 2, 1)
    strides = _numbers(layer.settings.get("strides"), 2, 1)
    sizes = [
        None
        if size is None
        else size * stride + (0 if _padding(layer) == "same" else max(window - stride, 0))
        for size, window, stride in zip(space, kernel, strides, strict=True)
    ]
    if filters is None or channels is None:
        return None, None
    bias = filters if layer.settings.get("use_bias", True) else 0
    return _joined(layer, sizes, filters), (size_of(kernel) or 0) * channels * filters + bias


def pooling(layer: Layer, shape: Shape) -> Built:
    """A pooling layer."""
    space, channels = _axes(layer, shape)
    window = _numbers(layer.settings.get("pool_size"), len(space), 2)
    strides = layer.settings.get("strides")
    steps = window if strides is None else _numbers(strides, len(space), 2)
    sizes = [
        _strided(size, width, step, _padding(layer))
        for size, width, step in zip(space, window, steps, strict=True)
    ]
    return _joined(layer, sizes, channels), 0


def global_pooling(layer: Layer, shape: Shape) -> Built:
    """A pooling layer over all of space."""
    space, channels = _axes(layer, shape)
    return (
        _joined(layer, [1] * len(space), channels)
        if layer.settings.get("keepdims")
        else (channels,)
    ), 0


def zero_padding(layer: Layer, shape: Shape) -> Built:
    """Zeros around an image."""
    space, channels = _axes(layer, shape)
    grow = layer.settings.get("padding", 1)
    each = [grow] * len(space) if isinstance(grow, int) else list(grow)
    sizes = [
        None if size is None else size + (2 * item if isinstance(item, int) else sum(item))
        for size, item in zip(space, each, strict=True)
    ]
    return _joined(layer, sizes, channels), 0


def up_sampling(layer: Layer, shape: Shape) -> Built:
    """An image enlarged."""
    space, channels = _axes(layer, shape)
    factors = _numbers(layer.settings.get("size"), len(space), 2)
    sizes = [
        None if size is None else size * factor for size, factor in zip(space, factors, strict=True)
    ]
    return _joined(layer, sizes, channels), 0


def resizing(layer: Layer, shape: Shape) -> Built:
    """An image of another size."""
    return _joined(
        layer, (layer.number("height"), layer.number("width")), _axes(layer, shape)[1]
    ), 0
