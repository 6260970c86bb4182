"""Outputs for numbers: inputs apart, batches of a fixed size, and widths that do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.evidence.models.probe.computation import compute
from grader.evidence.models.protocol import Compute
from grader.evidence.models.record import Port
from grader.records.evidence import Failure


class Sums:
    """A model whose output is the sum of all its inputs, twice."""

    max_layer_size = 1
    outputs = (Port(name="sums", shape=(None, 2)),)

    def __init__(self, *shapes: tuple[int | None, ...]) -> None:
        self.inputs = tuple(Port(name="", shape=shape) for shape in shapes)
        self.batches: list[int] = []

    def predict_function(self, output: int) -> Any:
        def predict(*batches: NDArray[Any]) -> NDArray[Any]:
            self.batches.append(len(batches[0]))
            total = sum(batch.reshape(len(batch), -1).sum(axis=1) for batch in batches)
            return np.stack([total, total], axis=1)

        return predict


def computed(model: Sums, *inputs: NDArray[np.float32], width: int = 2) -> Any:
    request = Compute(shapes=tuple(item.shape for item in inputs), output=0, width=width)
    numbers = b"".join(item.astype("<f4").tobytes() for item in inputs)
    return compute(model, request, memoryview(numbers), file="model.h5")


def test_each_input_gets_its_own_numbers() -> None:
    """In the shape it takes them."""
    first, second = np.arange(12, dtype="f4").reshape(3, 1, 4), np.ones((3, 1), "f4")
    found = computed(Sums((None, 1, 4), (None, 1)), first, second)

    assert found.dtype == np.float32
    assert found.tolist() == [[7, 7], [23, 23], [39, 39]]


def test_a_fixed_batch_is_filled() -> None:
    """Rows that are only there to fill it are left out of the answer."""
    model = Sums((2, 4))
    found = computed(model, np.ones((3, 4), "f4"))

    assert model.batches == [2, 2]
    assert found.tolist() == [[4, 4]] * 3


def test_another_width_is_named() -> None:
    """With what was found and what is needed."""
    failed = computed(Sums((None, 4)), np.ones((3, 4), "f4"), width=3)

    assert isinstance(failed, Failure)
    assert (failed.reason, failed.why) == ("bad-output", ("width",))


def test_numbers_that_are_not_those_of_the_shapes_are_ours() -> None:
    """A request that contradicts itself is a mistake of the grader."""
    request = Compute(shapes=((2, 4),), output=0, width=2)

    with pytest.raises(ValueError, match="are not those of inputs"):
        compute(Sums((None, 4)), request, memoryview(b"\0" * 4), file="model.h5")
