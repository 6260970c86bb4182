"""Output shapes and numbers of parameters of layers, as Keras computes them from their arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.evidence.code.probe.reading import windows
from grader.evidence.code.probe.reading.layers import Built, Layer, sizes_of
from grader.evidence.code.probe.reading.values import Shape, size_of

#: Layers that keep the shape of their input and have no parameters.
_KEEPS_SHAPE = frozenset({
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout",
    "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "ThresholdedReLU", "GaussianNoise",
    "GaussianDropout", "ActivityRegularization", "Rescaling", "RandomFlip", "RandomRotation",
    "RandomZoom", "RandomContrast", "RandomTranslation", "RandomBrightness", "Masking",
    "InputLayer", "Input",
})  # fmt: skip
_MERGES = frozenset(["Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"])
_RECURRENT = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}


def build(layer: Layer, shape: Shape | None) -> Built:
    """What comes out for an input of a shape, and how many parameters that takes."""
    if layer.kind in _KEEPS_SHAPE:
        return shape, 0
    if layer.kind.startswith("tf."):  # an operation without weights
        return None, 0
    builder = _BUILDERS.get(layer.kind)
    if builder is None:
        return None, None
    if shape is None:
        return builder(layer, None) if layer.kind == "Embedding" else (None, None)
    try:
        return builder(layer, shape)
    except (TypeError, ValueError, IndexError, OverflowError, ZeroDivisionError):
        return None, None  # such a layer does not take such an input


def merge(layer: Layer, shapes: Sequence[Shape | None]) -> Built:
    """What comes out of a layer of several inputs."""
    first = shapes[0] if shapes else None
    if layer.kind.startswith("tf."):
        return None, 0
    if layer.kind in _MERGES:
        return first, 0
    if layer.kind == "Concatenate" and first and None not in shapes:
        axis = layer.number("axis")
        return _concatenated([shape for shape in shapes if shape], -1 if axis is None else axis), 0
    return None, 0 if layer.kind in ("Dot", "Concatenate") else None


def _concatenated(shapes: Sequence[Shape], axis: int) -> Shape | None:
    first = list(shapes[0])
    place = axis if axis < 0 else axis - 1
    sizes = [shape[place] for shape in shapes]
    first[place] = None if None in sizes else sum(size or 0 for size in sizes)
    return tuple(first)


def _dense(layer: Layer, shape: Shape) -> Built:
    units, last = layer.number("units"), shape[-1]
    if units is None:
        return None, None
    bias = units if layer.settings.get("use_bias", True) else 0
    return (*shape[:-1], units), None if last is None else last * units + bias


def _flatten(layer: Layer, shape: Shape) -> Built:
    return (size_of(shape),), 0


def _reshape(layer: Layer, shape: Shape) -> Built:
    target = sizes_of(layer.settings.get("target_shape"))
    out = None if target is None else filled(target, size_of(shape))
    sizes = (size_of(shape), size_of(out))
    if None not in sizes and sizes[0] != sizes[1]:
        raise ValueError("another number of elements")
    return out, 0


def filled(target: Shape, elements: int | None) -> Shape:
    """A shape whose -1 is worked out from how many elements there are."""
    if -1 not in target:
        return target
    rest = size_of(tuple(size for size in target if size != -1))
    open_size = elements // rest if elements is not None and rest else None
    return tuple(open_size if size == -1 else size for size in target)


def _normalization(layer: Layer, shape: Shape) -> Built:
    axis = layer.number("axis")
    channels = shape[-1] if axis is None or axis < 0 else shape[axis - 1]
    moving = 2 if layer.kind == "BatchNormalization" else 0
    learnt = sum(layer.settings.get(name, True) is not False for name in ("scale", "center"))
    return shape, None if channels is None else channels * (moving + learnt)


def _embedding(layer: Layer, shape: Shape | None) -> Built:
    rows, columns = layer.number("input_dim"), layer.number("output_dim")
    weights = None if rows is None or columns is None else rows * columns
    return (*(shape or (None,)), columns), weights


def _recurrent(layer: Layer, shape: Shape) -> Built:
    units, features = layer.number("units"), shape[-1]
    if units is None or len(shape) != 2:
        return None, None
    sequences = layer.settings.get("return_sequences") is True
    out: Shape = (shape[0], units) if sequences else (units,)
    if features is None:
        return out, None
    bias = 0 if layer.settings.get("use_bias") is False else units
    if layer.kind == "GRU" and layer.settings.get("reset_after", True):
        bias *= 2
    return out, _RECURRENT[layer.kind] * (units * (features + units) + bias)


def _bidirectional(layer: Layer, shape: Shape) -> Built:
    if layer.wrapped is None:
        return None, None
    out, parameters = build(layer.wrapped, shape)
    doubled = None if out is None or out[-1] is None else (*out[:-1], 2 * out[-1])
    if layer.settings.get("merge_mode", "concat") != "concat":
        doubled = out
    return doubled, None if parameters is None else 2 * parameters


def _time_distributed(layer: Layer, shape: Shape) -> Built:
    if layer.wrapped is None:
        return None, None
    out, parameters = build(layer.wrapped, shape[1:])
    return (None if out is None else (shape[0], *out)), parameters


def _repeat(layer: Layer, shape: Shape) -> Built:
    return (layer.number("n"), *shape), 0


def _permute(layer: Layer, shape: Shape) -> Built:
    return tuple(shape[axis - 1] for axis in layer.settings["dims"]), 0


def _prelu(layer: Layer, shape: Shape) -> Built:
    shared = layer.settings.get("shared_axes") or ()
    kept = tuple(size for axis, size in enumerate(shape, 1) if axis not in shared)
    return shape, size_of(kept)


_BUILDERS: dict[str, Callable[..., Built]] = {
    "Dense": _dense,
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), windows.convolution),
    **dict.fromkeys(("SeparableConv2D", "DepthwiseConv2D"), windows.depthwise),
    "Conv2DTranspose": windows.transposed,
    **{f"{how}Pooling{axes}D": windows.pooling for how in ("Max", "Average") for axes in (1, 2, 3)},
    **{
        f"Global{how}Pooling{axes}D": windows.global_pooling
        for how in ("Max", "Average")
        for axes in (1, 2, 3)
    },
    "Flatten": _flatten,
    "Reshape": _reshape,
    **dict.fromkeys(("BatchNormalization", "LayerNormalization"), _normalization),
    "Embedding": _embedding,
    **dict.fromkeys(_RECURRENT, _recurrent),
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "ZeroPadding2D": windows.zero_padding,
    "UpSampling2D": windows.up_sampling,
    "RepeatVector": _repeat,
    "Permute": _permute,
    "PReLU": _prelu,
    "Resizing": windows.resizing,
}
