"""Let an opened network answer images, in the layout and scaling it expects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.probes.summary import flat_layers
from grader.records.evidence import Failure, Scaling
from grader.records.probe import Predict

#: Activations of one batch stay about this large, so that wide networks fit into memory.
_BATCH_BYTES = 256 << 20
_MAX_BATCH = 1_000

_SCALINGS: dict[Scaling, Callable[[NDArray[np.uint8]], NDArray[np.float32]]] = {
    "0..1": lambda pixels: pixels.astype(np.float32) / np.float32(255),
    "0..255": lambda pixels: pixels.astype(np.float32),
    "-1..1": lambda pixels: pixels.astype(np.float32) / np.float32(127.5) - np.float32(1),
}


def predict(
    network: Any, request: Predict, images: bytes, *, file: str
) -> NDArray[np.float32] | Failure:
    """Outputs of shape (N, classes), float32, all finite; a `Failure` says what they are instead.

    Uses one compiled function over large batches: `model.predict` with its defaults is several times slower
    and gives the same best classes.
    """
    if len(network.inputs) != 1:
        return _bad("several-inputs", file, count=str(len(network.inputs)))
    if len(network.outputs) != 1:
        return _bad("several-outputs", file, count=str(len(network.outputs)))
    pixels = np.frombuffer(images, np.uint8).reshape(request.shape)
    arranged = arrange(pixels, tuple(network.inputs[0].shape[1:]))
    if arranged is None:
        return Failure(
            reason="wrong-input",
            args={
                "file": file,
                "found": _shape_text(network.inputs[0].shape[1:]),
                "expected": _shape_text(request.shape[1:]),
                "dataset": request.dataset,
            },
        )
    shape = tuple(network.outputs[0].shape)
    if len(shape) != 2 or (shape[1] is not None and shape[1] != request.classes):
        return _bad("width", file, outputs=_shape_text(shape[1:]), classes=str(request.classes))
    outputs = _run(network, arranged, _SCALINGS[request.scaling])
    if outputs.shape != (len(pixels), request.classes):
        return _bad(
            "width", file, outputs=_shape_text(outputs.shape[1:]), classes=str(request.classes)
        )
    broken = int((~np.isfinite(outputs)).any(axis=1).sum())
    if broken:
        return _bad("not-finite", file, count=str(broken), images=str(len(pixels)))
    return outputs


def arrange(pixels: NDArray[np.uint8], wanted: tuple[int | None, ...]) -> NDArray[np.uint8] | None:
    """Bring images (N, H, W) or (N, H, W, 3) into the layout of a network's input; None if it cannot be.

    Known layouts: as they are, flat, a channel behind or before, and three equal channels for grey images.
    """
    count = len(pixels)
    grey = pixels.ndim == 3
    height, width = pixels.shape[1:3]
    channels = pixels[..., np.newaxis] if grey else pixels
    depth = channels.shape[3]
    layouts: dict[tuple[int, ...], Callable[[], NDArray[np.uint8]]] = {
        (height, width, depth): lambda: channels,
        (height * width * depth,): lambda: channels.reshape(count, -1),
        (depth, height, width): lambda: channels.transpose(0, 3, 1, 2),
    }
    if grey:
        layouts[height, width] = lambda: pixels
        layouts[height, width, 3] = lambda: np.repeat(channels, 3, axis=3)
    for shape, layout in layouts.items():
        if len(shape) == len(wanted) and all(
            size in (None, extent) for size, extent in zip(wanted, shape, strict=True)
        ):
            return layout()
    return None


def _run(
    network: Any,
    images: NDArray[np.uint8],
    scale: Callable[[NDArray[np.uint8]], NDArray[np.float32]],
) -> NDArray[np.float32]:
    import tensorflow as tf

    infer = tf.function(
        lambda batch: tf.cast(network(batch, training=False), tf.float32),
        input_signature=[tf.TensorSpec((None, *images.shape[1:]), tf.float32)],
        autograph=False,
    )
    size = _batch_size(network)
    batches = [
        infer(tf.constant(scale(images[start : start + size]))).numpy()
        for start in range(0, len(images), size)
    ]
    outputs: NDArray[np.float32] = np.concatenate(batches)
    return outputs


def _batch_size(network: Any) -> int:
    """As many images as keep the largest layer's output within `_BATCH_BYTES`, at most `_MAX_BATCH`."""
    largest = 1
    for layer in flat_layers(network):
        try:
            shape = layer.output.shape
        except (AttributeError, ValueError):
            continue
        size = 1
        for extent in shape[1:]:
            size *= int(extent or 1)
        largest = max(largest, size)
    return max(1, min(_MAX_BATCH, _BATCH_BYTES // (4 * largest)))


def _shape_text(shape: Any) -> str:
    return " x ".join("?" if size is None else str(size) for size in shape) or "a single number"


def _bad(why: str, file: str, **args: str) -> Failure:
    return Failure(reason="bad-output", args={"file": file, "why": why, **args})
