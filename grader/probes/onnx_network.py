"""An ONNX network that can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.probes.network import Answerer
from grader.probes.onnx_opening import OpenedOnnx
from grader.records.evidence import Port

#: onnxruntime's names of the numbers in a tensor, where NumPy has another.
_DTYPES = {"float": "float32", "double": "float64"}


class OnnxNetwork:
    """An ONNX network, answering through onnxruntime."""

    def __init__(self, opened: OpenedOnnx) -> None:
        self._session = opened.session
        self._widest = max((_numbers(shape) for shape in opened.shapes.values()), default=1)
        self.inputs = _ports(self._session.get_inputs())
        self.outputs = _ports(
            output for output in self._session.get_outputs() if output.type.startswith("tensor(")
        )

    @property
    def widest(self) -> int:
        """How many numbers the largest tensor has for one image; unknown extents count as one."""
        return self._widest

    def answerer(self, output: int) -> Answerer:
        """What computes one output."""
        taken, given = self.inputs[0], self.outputs[output]

        def answer(batch: NDArray[Any]) -> NDArray[Any]:
            fed = {taken.name: np.ascontiguousarray(batch, dtype=taken.dtype)}
            result: NDArray[Any] = self._session.run([given.name], fed)[0]
            return result

        return answer


def _numbers(shape: tuple[int | None, ...]) -> int:
    return int(np.prod([extent or 1 for extent in shape[1:]], dtype=np.int64))


def _ports(nodes: Iterable[Any]) -> tuple[Port, ...]:
    return tuple(
        Port(name=node.name, shape=_shape(node.shape), dtype=_dtype(node.type)) for node in nodes
    )


def _shape(extents: Any) -> tuple[int | None, ...]:
    """Extents as onnxruntime gives them: a number, or the name of one that is open."""
    return tuple(
        extent if isinstance(extent, int) and extent > 0 else None for extent in extents or ()
    )


def _dtype(kind: str) -> str:
    word = kind.removeprefix("tensor(").removesuffix(")")
    return _DTYPES.get(word, word)
