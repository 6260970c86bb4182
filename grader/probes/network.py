"""A network that can be asked, whatever opened it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from grader.records.evidence import Port

Answerer = Callable[[NDArray[Any]], NDArray[Any]]
"""Takes a batch in the shape of the network's input, gives one of its outputs, the batch dimension first."""


class Network(Protocol):
    """What prediction needs to know of a network."""

    @property
    def inputs(self) -> tuple[Port, ...]:
        """Its inputs, in the order it takes them."""

    @property
    def outputs(self) -> tuple[Port, ...]:
        """Its outputs, in the order it gives them."""

    @property
    def widest(self) -> int:
        """How many numbers its largest layer gives for one image."""

    def answerer(self, output: int) -> Answerer:
        """What computes one output, in inference mode; only for networks of one input."""


class KerasNetwork:
    """A Keras network, answering through compiled functions over whole batches.

    `model.predict` with its defaults is several times slower and gives the same best classes.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._answerers: dict[int, Answerer] = {}
        self.inputs = tuple(_port(tensor, name=_name(tensor)) for tensor in model.inputs)
        names = getattr(model, "output_names", None) or []
        self.outputs = tuple(
            _port(tensor, name=str(names[place]) if place < len(names) else _name(tensor))
            for place, tensor in enumerate(model.outputs)
        )

    @property
    def widest(self) -> int:
        """How many numbers the largest layer gives for one image; unknown extents count as one."""
        return max((_numbers(layer) for layer in flat_layers(self._model)), default=1)

    def answerer(self, output: int) -> Answerer:
        """What computes one output, compiled once."""
        if output not in self._answerers:
            self._answerers[output] = self._compile(output)
        return self._answerers[output]

    def _compile(self, output: int) -> Answerer:
        import tensorflow as tf

        port = self.inputs[0]
        model = self._model

        def compute(batch: Any) -> Any:
            return tf.nest.flatten(model(batch, training=False))[output]

        signature = [tf.TensorSpec(self._model.inputs[0].shape, port.dtype)]
        compiled = tf.function(compute, input_signature=signature, autograph=False)

        def answer(batch: NDArray[Any]) -> NDArray[Any]:
            result: NDArray[Any] = compiled(tf.constant(batch, dtype=port.dtype)).numpy()
            return result

        return answer


def flat_layers(model: Any) -> list[Any]:
    """The layers of a Keras network in order, those of nested networks in their place."""
    flat: list[Any] = []
    for layer in model.layers:
        if hasattr(layer, "layers"):
            flat += flat_layers(layer)
        else:
            flat.append(layer)
    return flat


def _numbers(layer: Any) -> int:
    try:
        shape = layer.output.shape
    except (AttributeError, ValueError):
        return 1
    return int(np.prod([int(extent or 1) for extent in shape[1:]], dtype=np.int64))


def _port(tensor: Any, *, name: str) -> Port:
    shape = tuple(None if extent is None else int(extent) for extent in tensor.shape)
    return Port(name=name, shape=shape, dtype=str(tensor.dtype))


def _name(tensor: Any) -> str:
    return str(getattr(tensor, "name", ""))
