"""Let an opened network answer images, in the layout and scaling it expects."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.probes.layout import (
    Layout,
    find_layout,
    in_shape,
    shape_text,
    to_channels,
    to_size,
)
from grader.probes.network import Network
from grader.probes.pixels import apply_pixels
from grader.records.evidence import Failure
from grader.records.probe import Predict

#: The largest layer's output for one batch: stays in the processor's cache, and its memory is used again.
_BATCH_BYTES = 16 << 20
_MAX_BATCH = 256


def predict(
    network: Network, request: Predict, images: memoryview, *, file: str
) -> NDArray[np.float32] | Failure:
    """One output of a network, shape (N, width), float32, all finite; a `Failure` says what it is instead."""
    pixels = np.frombuffer(images, np.uint8).reshape(request.shape)
    layout = find_layout(request.shape[1:], network.inputs[0].shape[1:])
    if layout is None or request.fit not in layout.fits(request.shape[1:]):
        raise ValueError(f"images {request.shape[1:]} do not fit the network's input")
    outputs = _run(network, request, pixels, layout)
    if outputs.size != len(pixels) * request.width or len(outputs) != len(pixels):
        found, needed = shape_text(outputs.shape[1:]), str(request.width)
        return _bad("width", file, outputs=found, classes=needed)
    if not np.issubdtype(outputs.dtype, np.floating):
        return _bad("integers", file, dtype=str(outputs.dtype))
    outputs = outputs.reshape(len(pixels), request.width).astype(np.float32)
    broken = int((~np.isfinite(outputs)).any(axis=1).sum())
    if broken:
        return _bad("not-finite", file, count=str(broken), images=str(len(pixels)))
    return outputs


def _run(
    network: Network, request: Predict, images: NDArray[np.uint8], layout: Layout
) -> NDArray[Any]:
    answer = network.answerer(request.output)
    size = _batch_size(network, layout)
    fixed = network.inputs[0].shape[0] is not None
    batches = []
    for start in range(0, len(images), size):
        batch = images[start : start + size]
        count = len(batch)
        if fixed and count < size:
            batch = np.concatenate([batch, np.repeat(batch[-1:], size - count, axis=0)])
        batches.append(answer(_prepare(batch, request, layout))[:count])
    return np.concatenate(batches)


def _prepare(batch: NDArray[np.uint8], request: Predict, layout: Layout) -> NDArray[np.float32]:
    images = batch.astype(np.float32)
    images = images[..., np.newaxis] if images.ndim == 3 else images
    images = to_size(to_channels(images, layout.channels), layout, request.fit)
    return in_shape(apply_pixels(images, request.pixels), layout)


def _batch_size(network: Network, layout: Layout) -> int:
    """As many images as keep the largest layer's output within `_BATCH_BYTES`, at most `_MAX_BATCH`.

    A network built for one batch size gets that.
    """
    fixed = network.inputs[0].shape[0]
    if fixed:
        return fixed
    largest = max(network.widest, layout.height * layout.width * layout.channels)
    return max(1, min(_MAX_BATCH, _BATCH_BYTES // (4 * largest)))


def _bad(why: str, file: str, **args: str) -> Failure:
    return Failure(reason="bad-output", args={"file": file, "why": why, **args})
