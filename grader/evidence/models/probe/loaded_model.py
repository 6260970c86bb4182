"""A loaded model that computes predictions, with one interface for all formats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.record import Port

PredictFunction = Callable[..., NDArray[Any]]
"""Maps a batch for each of the model's inputs, in their order and shapes, to one of its outputs, the batch dimension
first."""


class LoadedModel(Protocol):
    """The interface that prediction needs of a model."""

    @property
    def inputs(self) -> tuple[Port, ...]:
        """Its inputs in order."""

    @property
    def outputs(self) -> tuple[Port, ...]:
        """Its outputs in order."""

    @property
    def max_layer_size(self) -> int:
        """How many numbers its largest layer outputs for one image."""

    def predict_function(self, output: int) -> PredictFunction:
        """The function that computes one output in inference mode."""


class KerasModel:
    """A Keras model that predicts through one compiled function for each output.

    `model.predict` with its default settings is several times slower and gives the same best classes.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._predict_functions: dict[int, PredictFunction] = {}
        self.inputs = tuple(_port(tensor, name=_name(tensor)) for tensor in model.inputs)
        names = getattr(model, "output_names", None) or []
        self.outputs = tuple(
            _port(tensor, name=str(names[place]) if place < len(names) else _name(tensor))
            for place, tensor in enumerate(model.outputs)
        )

    @property
    def max_layer_size(self) -> int:
        """How many numbers the largest layer outputs for one image; unknown extents count as one."""
        return max((_numbers(layer) for layer in flat_layers(self._model)), default=1)

    @property
    def flat_layers(self) -> list[Any]:
        """Its layers in order, those of nested models among them."""
        return flat_layers(self._model)

    def reset_states(self) -> None:
        """Forget what stateful layers remember of earlier calls."""
        for layer in self.flat_layers:
            if getattr(layer, "stateful", False):
                layer.reset_states()

    def predict_function(self, output: int) -> PredictFunction:
        """The function that computes one output; it is compiled on first use."""
        if output not in self._predict_functions:
            self._predict_functions[output] = self._compile(output)
        return self._predict_functions[output]

    def _compile(self, output: int) -> PredictFunction:
        import tensorflow as tf

        ports = self.inputs
        model = self._model

        def compute(*batches: Any) -> Any:
            given = batches[0] if len(batches) == 1 else list(batches)
            return tf.nest.flatten(model(given, training=False))[output]

        signature = [
            tf.TensorSpec(tensor.shape, port.dtype)
            for tensor, port in zip(model.inputs, ports, strict=True)
        ]
        compiled = tf.function(compute, input_signature=signature, autograph=False)

        def predict(*batches: NDArray[Any]) -> NDArray[Any]:
            given = zip(batches, ports, strict=True)
            result: NDArray[Any] = compiled(
                *(tf.constant(batch, dtype=port.dtype) for batch, port in given)
            ).numpy()
            return result

        return predict


def flat_layers(model: Any) -> list[Any]:
    """The layers of a Keras model in order, with nested models replaced by their layers."""
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
