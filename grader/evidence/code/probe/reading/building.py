"""Models and layers as they are made, and what is asked of them besides training."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.evidence.code.probe.reading import arrays, library, models
from grader.evidence.code.probe.reading.arguments import bind
from grader.evidence.code.probe.reading.interpreter import Interpreter
from grader.evidence.code.probe.reading.layers import Layer
from grader.evidence.code.probe.reading.models import Model, Tensor, apply, tensors_in
from grader.evidence.code.probe.reading.sizes import is_known
from grader.evidence.code.probe.reading.values import (
    UNKNOWN,
    Array,
    Made,
    Object,
    Unknown,
    Value,
)


@dataclass
class Building(Interpreter):
    """Follows a program and makes its models."""

    channels_first: bool = False
    models_made: int = 0
    """How many were made."""
    layers_made: int = 0
    saved: dict[str, Model] = field(default_factory=dict)
    """Models that the program saves, by the name of the file."""
    depths: dict[int, int] = field(default_factory=dict)
    """Model number to how many loops it was made within."""

    def make_layer(self, kind: str, positional: list[Value], named: dict[str, Value]) -> Value:
        """A layer, or the tensor that `Input` gives."""
        if kind[:1].islower():
            return self.merge(kind, positional)
        settings = library.layer_settings(kind, positional, named)
        if kind == "Input":
            shape = Layer("Input", settings).input_shape
            return Tensor(shape)
        wrapped = settings.pop("layer", None)
        self.layers_made += 1
        return Layer(
            kind, settings, self.channels_first, wrapped if isinstance(wrapped, Layer) else None
        )

    def merge(self, kind: str, positional: list[Value]) -> Value:
        """The functions that merge tensors: ``concatenate([a, b])``."""
        layer = Layer({"concatenate": "Concatenate"}.get(kind, kind.capitalize()))
        return self.apply_layer(layer, positional)

    def operation(self, name: str, tensors: tuple[Tensor, ...]) -> Tensor:
        """What a function of TensorFlow gives for symbolic tensors."""
        if name in ("concat", "add", "multiply", "subtract", "maximum") and len(tensors) > 1:
            kind = {"concat": "Concatenate"}.get(name, name.capitalize())
            return apply(Layer(kind), tensors)
        keeps_shape = name in ("relu", "sigmoid", "tanh", "softmax", "dropout", "identity", "cast")
        shape = tensors[0].shape if keeps_shape else None
        return Tensor(shape, Layer(f"tf.{name}"), tensors)

    def apply_layer(self, layer: Layer | Model, positional: Sequence[Value]) -> Value:
        """What a layer or a model gives for what it is called with."""
        given = positional[0] if positional else None
        items = given if isinstance(given, list | tuple) else [given]
        if len(positional) > 1 and tensors_in(list(positional)) and isinstance(layer, Layer):
            return Tensor(
                tensors_in(given)[0].shape if tensors_in(given) else None,
                layer,
                tensors_in(list(positional)),
            )
        if isinstance(layer, Model) and isinstance(given, Array):
            self.see(layer, {"x": given})
        tensors = [item for item in items if isinstance(item, Tensor)]
        if tensors and len(tensors) == len(items):
            return apply(layer, tensors)
        if isinstance(given, Array | list | tuple):
            return self.outputs(layer, given)
        return (
            Tensor(None, layer)
            if isinstance(given, Unknown) and isinstance(layer, Layer)
            else UNKNOWN
        )

    def outputs(self, layer: Layer | Model, given: Value) -> Array:
        """What a layer or a model gives for an array."""
        shape = arrays.shape_of(given)
        out, _ = models.build(layer, shape[1:]) if shape else (None, None)
        source, part = (given.source, given.part) if isinstance(given, Array) else ("", False)
        return Array(None if out is None or not shape else (shape[0], *out), source, part)

    def numbered(self, model: Model) -> Model:
        """Give a new model its number."""
        self.models_made += 1
        model.number = self.models_made
        self.depths[model.number] = len(self.loops)
        return model

    def make_model(self, path: str, positional: list[Value], named: dict[str, Value]) -> Model:
        """A model of Keras' own classes."""
        model = self.numbered(Model(0))
        self.set_up(model, path, positional, named)
        return model

    def set_up(
        self, model: Model, path: str, positional: Sequence[Value], named: Mapping[str, Value]
    ) -> None:
        """Give a model the layers or the tensors it is made from."""
        if path.endswith("Sequential"):
            layers = bind("Sequential", positional, named).get("layers")
            for item in layers if isinstance(layers, list | tuple) else [layers]:
                self.add(model, item)
            return
        arguments = bind("Model", positional, named)
        model.inputs = tensors_in(arguments.get("inputs"))
        model.outputs = tensors_in(arguments.get("outputs"))

    def add(self, model: Model, item: Value) -> None:
        """Put a layer on a stack."""
        if not self.executed and model.fits:
            return
        if isinstance(item, Tensor) and item.shape is not None:
            model.data_shape = item.shape
        elif isinstance(item, Layer) and item.kind in ("Input", "InputLayer"):
            model.data_shape = item.input_shape
        elif isinstance(item, Layer | Model):
            model.layers.append(item)
        elif isinstance(item, Object | Made):
            name = item.cls.name if isinstance(item, Object) else item.name
            model.layers.append(Layer(name))
        elif item is not None:
            model.layers.append(Layer("?"))

    def ready_model(self, path: str, positional: list[Value], named: dict[str, Value]) -> Model:
        """A model whose layers are not in the code: of `keras.applications`, or loaded from a file."""
        name = path.rpartition(".")[2]
        saved = (
            self.saved.get(positional[0]) if positional and isinstance(positional[0], str) else None
        )
        if saved is not None and name == "load_model":
            return self.numbered(dataclasses.replace(saved, fits=0))
        model = self.numbered(Model(0, origin=name))
        shape = named.get("input_shape")
        if isinstance(shape, tuple | list) and is_known(shape):
            model.data_shape = tuple(shape)
        return model

    def evaluate_model(self, model: Model, arguments: Mapping[str, Value]) -> Value:
        """A loss and metrics of no known values."""
        self.see(model, arguments)
        metrics = model.compiled.get("metrics")
        count = len(metrics) if isinstance(metrics, list | tuple) else 1
        return [UNKNOWN] * (1 + count) if metrics else UNKNOWN

    def predict(self, model: Model, arguments: Mapping[str, Value]) -> Value:
        """Predictions of no known values."""
        self.see(model, arguments)
        return self.outputs(model, arguments.get("x"))

    def see(self, model: Model, arguments: Mapping[str, Value]) -> None:
        """A model that says no input shape takes that of the first images it sees."""
        shape = arrays.shape_of(arguments.get("x"))
        if model.input_shape is None and shape:
            model.data_shape = shape[1:]

    def build(self, model: Model, arguments: Mapping[str, Value]) -> None:
        """Give the model its input shape."""
        shape = arguments.get("input_shape")
        if isinstance(shape, tuple | list) and is_known(shape) and shape:
            model.data_shape = tuple(shape)[1:]

    def save(self, model: Model, arguments: Mapping[str, Value]) -> None:
        """Remember under which name a model is saved."""
        name = arguments.get("filepath", arguments.get("0"))
        if isinstance(name, str):
            self.saved[name] = model

    def count(self, model: Model, arguments: Mapping[str, Value]) -> Value:
        """How many parameters it has."""
        _, parameters = models.build(model, None)
        return UNKNOWN if parameters is None else parameters

    def pop(self, model: Model, arguments: Mapping[str, Value]) -> None:
        """Take the last layer off."""
        if model.layers:
            model.layers.pop()

    def layer_of(self, model: Model, arguments: Mapping[str, Value]) -> Value:
        """A layer by its place."""
        place = arguments.get("index", arguments.get("1"))
        return (
            model.layers[place] if isinstance(place, int) and place < len(model.layers) else UNKNOWN
        )
