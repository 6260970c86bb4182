"""Compute an opened model's output for numbers of any kind, one array for each of its inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.failures import bad_output
from grader.evidence.models.layout import shape_text
from grader.evidence.models.probe.loaded_model import LoadedModel
from grader.evidence.models.protocol import Compute
from grader.records.evidence import Failure
from grader.records.message import Code

#: Rows that are computed at once by a model that takes any number of them.
_MAX_BATCH = 4096


def compute(
    model: LoadedModel, request: Compute, numbers: memoryview, *, file: str
) -> NDArray[np.float32] | Failure:
    """One output of a model: float32, shape (N, width); else a `Failure` that says what is wrong.

    Args:
        model: The opened model.
        request: Shapes of its inputs, and which output is wanted.
        numbers: The inputs one after the other, float32.
        file: What the student calls the model's file.
    """
    inputs = _split(numbers, request.shapes)
    rows = len(inputs[0])
    outputs = _run(model, request.output, inputs)
    if outputs.size != rows * request.width or len(outputs) != rows:
        found, needed = shape_text(outputs.shape[1:]), str(request.width)
        return bad_output(file, "width", outputs=Code(text=found), classes=Code(text=needed))
    return outputs.reshape(rows, request.width).astype(np.float32)


def _split(numbers: memoryview, shapes: Sequence[tuple[int, ...]]) -> list[NDArray[np.float32]]:
    every = np.frombuffer(numbers, "<f4")
    sizes = [int(np.prod(shape)) for shape in shapes]
    if sum(sizes) != every.size or len({shape[0] for shape in shapes}) != 1:
        raise ValueError(f"{every.size} numbers are not those of inputs {shapes}")
    parts = np.split(every, np.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def _run(model: LoadedModel, output: int, inputs: Sequence[NDArray[np.float32]]) -> NDArray[Any]:
    """The output of all rows; a model with a fixed batch size gets batches of that size."""
    predict_batch = model.predict_function(output)
    fixed = model.inputs[0].shape[0]
    size = fixed or _MAX_BATCH
    batches = []
    for start in range(0, len(inputs[0]), size):
        parts = [item[start : start + size] for item in inputs]
        count = len(parts[0])
        if fixed and count < size:
            parts = [
                np.concatenate([part, np.repeat(part[-1:], size - count, axis=0)]) for part in parts
            ]
        batches.append(predict_batch(*parts)[:count])
    return np.concatenate(batches)
