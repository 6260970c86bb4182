"""A loaded ONNX model that computes predictions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.probe.loaded_model import PredictFunction
from grader.evidence.models.probe.onnx_opening import OpenedOnnx
from grader.evidence.models.record import Port

#: onnxruntime's names of number types that NumPy calls otherwise.
_DTYPES = {"float": "float32", "double": "float64"}


class OnnxModel:
    """An ONNX model that predicts through onnxruntime.

    A graph of one image without a batch axis is one of a fixed batch of one: its ports get the axis.
    """

    def __init__(self, opened: OpenedOnnx) -> None:
        self._session = opened.session
        self._max_layer_size = max((_numbers(shape) for shape in opened.shapes.values()), default=1)
        inputs = _ports(self._session.get_inputs())
        outputs = _ports(
            output for output in self._session.get_outputs() if output.type.startswith("tensor(")
        )
        self._unbatched = is_unbatched(inputs, outputs)
        self.inputs = _with_batch(inputs) if self._unbatched else inputs
        self.outputs = _with_batch(outputs) if self._unbatched else outputs

    @property
    def max_layer_size(self) -> int:
        """How many numbers the largest tensor holds for one image; unknown extents count as one."""
        return self._max_layer_size

    def predict_function(self, output: int) -> PredictFunction:
        """The function that computes one output."""
        target = self.outputs[output]

        def predict(*batches: NDArray[Any]) -> NDArray[Any]:
            feed = {}
            for source, batch in zip(self.inputs, batches, strict=True):
                rows = np.ascontiguousarray(batch, dtype=source.dtype)
                feed[source.name] = rows[0] if self._unbatched else rows
            result: NDArray[Any] = self._session.run([target.name], feed)[0]
            return result[np.newaxis] if self._unbatched else result

        return predict


def is_unbatched(inputs: tuple[Port, ...], outputs: tuple[Port, ...]) -> bool:
    """Whether a graph takes one image without a batch axis, as `torch.onnx.export(model, image)` makes it.

    The first axis of a batch goes through the graph unchanged. Where it has another fixed extent in every output than
    in the input, as in (1, 28, 28) to (10,), it is no batch.

    Args:
        inputs: As the graph declares them; one, else the answer is no.
        outputs: Likewise.
    """
    if len(inputs) != 1 or not inputs[0].shape or inputs[0].shape[0] is None:
        return False
    return bool(outputs) and all(
        not port.shape or port.shape[0] not in (None, inputs[0].shape[0]) for port in outputs
    )


def _with_batch(ports: tuple[Port, ...]) -> tuple[Port, ...]:
    return tuple(msgspec.structs.replace(port, shape=(1, *port.shape)) for port in ports)


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
