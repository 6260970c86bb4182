"""Compute an opened model's predictions for images, in the layout and normalization it expects."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.failures import bad_output
from grader.evidence.models.layout import (
    Layout,
    find_layout,
    in_shape,
    shape_text,
    to_channels,
    to_size,
)
from grader.evidence.models.probe.loaded_model import LoadedModel
from grader.evidence.models.probe.pixels import apply_pixels
from grader.evidence.models.protocol import Predict
from grader.records.evidence import Failure
from grader.records.message import Code, Count

#: Bytes of the largest layer's output for one batch: it fits the processor's cache, and its memory is reused.
_BATCH_BYTES = 16 << 20
_MAX_BATCH = 256


def predict(
    model: LoadedModel, request: Predict, images: memoryview, *, file: str
) -> NDArray[np.float32] | Failure:
    """One output of a model: float32, shape (N, width), all finite; else a `Failure` that says what is wrong."""
    pixels = np.frombuffer(images, np.uint8).reshape(request.shape)
    layout = find_layout(request.shape[1:], model.inputs[0].shape[1:])
    if layout is None or request.fit not in layout.fits(request.shape[1:]):
        raise ValueError(f"images {request.shape[1:]} do not fit the model's input")
    outputs = _run(model, request, pixels, layout)
    if outputs.size != len(pixels) * request.width or len(outputs) != len(pixels):
        found, needed = shape_text(outputs.shape[1:]), str(request.width)
        return bad_output(file, "width", outputs=Code(text=found), classes=Code(text=needed))
    if not np.issubdtype(outputs.dtype, np.floating):
        return bad_output(file, "integers", dtype=Code(text=str(outputs.dtype)))
    outputs = outputs.reshape(len(pixels), request.width).astype(np.float32)
    broken = int((~np.isfinite(outputs)).any(axis=1).sum())
    if broken:
        count, images_sent = Count(value=broken), Count(value=len(pixels))
        return bad_output(file, "not-finite", count=count, images=images_sent)
    return outputs


def _run(
    model: LoadedModel, request: Predict, images: NDArray[np.uint8], layout: Layout
) -> NDArray[Any]:
    predict_batch = model.predict_function(request.output)
    size = _batch_size(model, layout)
    fixed = model.inputs[0].shape[0] is not None
    batches = []
    for start in range(0, len(images), size):
        batch = images[start : start + size]
        count = len(batch)
        if fixed and count < size:
            batch = np.concatenate([batch, np.repeat(batch[-1:], size - count, axis=0)])
        batches.append(predict_batch(_prepare(batch, request, layout))[:count])
    return np.concatenate(batches)


def _prepare(batch: NDArray[np.uint8], request: Predict, layout: Layout) -> NDArray[np.float32]:
    images = batch.astype(np.float32)
    images = images[..., np.newaxis] if images.ndim == 3 else images
    images = to_size(to_channels(images, layout.channels), layout, request.fit)
    return in_shape(apply_pixels(images, request.pixels), layout)


def _batch_size(model: LoadedModel, layout: Layout) -> int:
    """How many images keep the largest layer's output within `_BATCH_BYTES`, at most `_MAX_BATCH`.

    A model with a fixed batch size gets that size.
    """
    fixed = model.inputs[0].shape[0]
    if fixed:
        return fixed
    largest = max(model.max_layer_size, layout.height * layout.width * layout.channels)
    return max(1, min(_MAX_BATCH, _BATCH_BYTES // (4 * largest)))
