"""A loaded ONNX model that computes predictions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.probe.loaded_model import PredictFunction
from grader.evidence.models.probe.onnx_opening import OpenedOnnx
from grader.evidence.models.record import Port

#: onnxruntime's names of number types that NumPy calls otherwise.
_DTYPES = {"float": "float32", "double": "float64"}


class OnnxModel:
    """An ONNX model that predicts through onnxruntime."""

    def __init__(self, opened: OpenedOnnx) -> None:
        self._session = opened.session
        self._max_layer_size = max((_numbers(shape) for shape in opened.shapes.values()), default=1)
        self.inputs = _ports(self._session.get_inputs())
        self.outputs = _ports(
            output for output in self._session.get_outputs() if output.type.startswith("tensor(")
        )

    @property
    def max_layer_size(self) -> int:
        """How many numbers the largest tensor holds for one image; unknown extents count as one."""
        return self._max_layer_size

    def predict_function(self, output: int) -> PredictFunction:
        """The function that computes one output."""
        source, target = self.inputs[0], self.outputs[output]

        def predict(batch: NDArray[Any]) -> NDArray[Any]:
            feed = {source.name: np.ascontiguousarray(batch, dtype=source.dtype)}
            result: NDArray[Any] = self._session.run([target.name], feed)[0]
            return result

        return predict


def _numbers(shape: tuple[int | None, ...]) -> int:
    return int(np.prod([extent or 1 for extent in shape[1:]], dtype=np.int64))


def _ports(nodes: Iterable[Any]) -> tuple[Port, ...]:
    return tuple(
        Port(name=node.name, shape=_shape(node.shape), dtype=_dtype(node.type)) for node in nodes
    )


def _shape(extents: Any) -> tuple[int | None, ...]:
    """A shape from onnxruntime, where an extent is a number, or a name if it is not fixed."""
    return tuple(
        extent if isinstance(extent, int) and extent > 0 else None for extent in extents or ()
    )


def _dtype(kind: str) -> str:
    word = kind.removeprefix("tensor(").removesuffix(")")
    return _DTYPES.get(word, word)
