"""Compute an opened model's predictions for windows of a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.language.protocol import PredictSteps
from grader.evidence.models.failures import bad_output
from grader.evidence.models.layout import shape_text
from grader.evidence.models.probe.loaded_model import LoadedModel
from grader.records.evidence import Failure
from grader.records.message import Code, Count

#: Numbers of the largest layer's output for one batch, and the most rows of a batch.
_BATCH_NUMBERS = 4 << 20
_MAX_BATCH = 256


def predict_steps(
    model: LoadedModel, request: PredictSteps, indices: memoryview, *, file: str
) -> NDArray[np.float32] | Failure:
    """Outputs of the last steps of each row: shape (rows, steps, width), all finite.

    Args:
        model: The opened model.
        request: What is asked.
        indices: int32, row by row; a negative one stands for nothing.
        file: The student's name for the model's file.

    Returns:
        A `Failure` where the outputs are no predictions of that many classes.
    """
    rows = np.frombuffer(indices, "<i4").reshape(request.rows, request.length)
    predict = model.predict_function(0)
    size = _batch_size(model, request)
    found: list[NDArray[np.float32]] = []
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        outputs = _run(predict, batch, size if model.inputs[0].shape[0] else len(batch), request)
        steps = _last_steps(outputs, request)
        if steps is None:
            shape = Code(text=shape_text(outputs.shape[1:]))
            return bad_output(file, "steps", outputs=shape, classes=Count(value=request.width))
        found.append(steps[: len(batch)])
    predicted = np.concatenate(found)
    broken = int((~np.isfinite(predicted)).any(axis=(1, 2)).sum())
    if broken:
        count, sent = Count(value=broken), Count(value=len(rows))
        return bad_output(file, "steps-not-finite", count=count, windows=sent)
    return predicted


def is_stateful(layers: list[Any]) -> bool:
    """Whether a layer remembers from one call to the next; a wrapped layer counts."""
    inner = [
        getattr(layer, name, None)
        for layer in layers
        for name in ("layer", "forward_layer", "backward_layer")
    ]
    return any(bool(getattr(layer, "stateful", False)) for layer in (*layers, *inner))


def _run(
    predict: Callable[[NDArray[Any]], NDArray[Any]],
    batch: NDArray[np.int32],
    size: int,
    request: PredictSteps,
) -> NDArray[Any]:
    missing = size - len(batch)
    if missing:
        batch = np.concatenate([batch, np.repeat(batch[-1:], missing, axis=0)])
    return predict(_encoded(batch, request))


def _encoded(batch: NDArray[np.int32], request: PredictSteps) -> NDArray[Any]:
    """The rows as the model takes them."""
    if request.encoding == "one-hot":
        # The row for a negative index is the last one, and stays zero.
        table = np.eye(request.features + 1, request.features, dtype=np.float32)
        return table[np.where(batch < 0, request.features, batch)]
    clipped = np.maximum(batch, 0)
    if request.encoding == "integers":
        return clipped
    scaled = (clipped / request.scale).astype(np.float32)
    return scaled[..., np.newaxis] if request.features == 1 else scaled


def _last_steps(outputs: NDArray[Any], request: PredictSteps) -> NDArray[np.float32] | None:
    """The outputs of the steps that are wanted; None where the model gives no such outputs."""
    if not np.issubdtype(outputs.dtype, np.floating):
        return None
    if outputs.ndim == 2:
        outputs = outputs[:, np.newaxis]
    if outputs.ndim != 3 or outputs.shape[2] != request.width or outputs.shape[1] < request.steps:
        return None
    return outputs[:, -request.steps :].astype(np.float32)


def _batch_size(model: LoadedModel, request: PredictSteps) -> int:
    fixed = model.inputs[0].shape[0]
    if fixed:
        return fixed
    # Extents that are not fixed count as one in `max_layer_size`: they are steps here.
    largest = max(model.max_layer_size, request.width, request.features) * request.length
    return max(1, min(_MAX_BATCH, _BATCH_NUMBERS // largest))
