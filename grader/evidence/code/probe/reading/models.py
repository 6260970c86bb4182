"""Models as code builds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.evidence.code.probe.reading import layer_shapes
from grader.evidence.code.probe.reading.layers import Layer
from grader.evidence.code.probe.reading.values import Class, Made, Shape, Value
from grader.evidence.code.probe.reading.work import spend


@dataclass(eq=False)
class Tensor:
    """A symbolic tensor: what a layer or a model gives for other tensors."""

    shape: Shape | None
    """Without the batch."""
    made_by: Layer | Model | None = None
    inputs: tuple[Tensor, ...] = ()


@dataclass(frozen=True, eq=False)
class Built:
    """A layer in its place in a model."""

    layer: Layer | Model
    shape: Shape | None
    """Of its output, without the batch."""
    parameters: int | None


@dataclass(eq=False)
class Model:
    """A model: its layers in order, or its graph, or the class that calls them."""

    number: int
    """Counts models in the order they are made."""
    layers: list[Layer | Model] = field(default_factory=list)
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    data_shape: Shape | None = None
    """Of the images it first saw, where its layers do not say."""
    compiled: Mapping[str, Value] = field(default_factory=dict)
    cls: Class | None = None
    """The student's class, for a model of one."""
    attributes: dict[str, Value] = field(default_factory=dict)
    call: Callable[[Tensor], Any] | None = None
    """Runs the class's `call` on a tensor."""
    origin: str = ""
    """Where the layers are not in the code: the library's model, or the file it was loaded from."""
    fits: int = 0
    """How often it has been trained so far."""
    trainable: bool = True

    @property
    def kind(self) -> str:
        """As a layer of another model."""
        if self.cls is not None:
            return self.cls.name
        if self.origin:
            return self.origin
        return "Functional" if self.outputs else "Sequential"

    @property
    def input_shape(self) -> Shape | None:
        """The shape of an input, without the batch, where the model or its first layer says it."""
        if self.inputs:
            return self.inputs[0].shape
        if self.layers and (shape := self.layers[0].input_shape) is not None:
            return shape
        return self.data_shape

    def built(self, shape: Shape | None = None) -> Iterator[Built]:
        """Its layers in order, each with its output for inputs of a shape."""
        if self.outputs:
            yield from _graph(self.inputs, self.outputs)
        elif self.call is not None:
            yield from self._called(shape if shape is not None else self.input_shape)
        else:
            yield from self._stacked(shape)

    def _stacked(self, shape: Shape | None) -> Iterator[Built]:
        current = self.input_shape if self.input_shape is not None else shape
        for layer in self.layers:
            current, parameters = build(layer, current)
            yield Built(layer, current, parameters)

    def _called(self, shape: Shape | None) -> Iterator[Built]:
        start = Tensor(shape)
        result = self.call(start) if self.call is not None else None
        ends = tensors_in(result)
        seen = list(_graph((start,), ends)) if ends else []
        used = {id(item.layer) for item in seen}
        yield from seen
        for value in self.attributes.values():
            layers = value if isinstance(value, list | tuple) else [value]
            for layer in layers:
                if isinstance(layer, Layer | Model) and id(layer) not in used:
                    yield Built(layer, None, None)


def tensors_in(value: Value) -> tuple[Tensor, ...]:
    """The symbolic tensors in a value, in order."""
    if isinstance(value, Tensor):
        return (value,)
    if not isinstance(value, dict | list | tuple):
        return ()
    items = value.values() if isinstance(value, dict) else value
    spend(1 + len(items) // 4)
    return tuple(tensor for item in items for tensor in tensors_in(item))


def _graph(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Iterator[Built]:
    """The layers between some tensors, inputs first, each once."""
    order: list[Tensor] = []
    seen: set[int] = set()
    ends = {id(tensor) for tensor in inputs}
    pending = [(tensor, False) for tensor in reversed(outputs)]
    while pending:
        spend(1)
        tensor, is_ready = pending.pop()
        if is_ready:
            order.append(tensor)
            continue
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        pending.append((tensor, True))
        if id(tensor) not in ends:
            pending += [(item, False) for item in reversed(tensor.inputs)]
    counted: set[int] = set()
    for tensor in order:
        layer = tensor.made_by
        if layer is None or id(tensor) in ends or id(layer) in counted:
            continue
        counted.add(id(layer))
        shapes = [item.shape for item in tensor.inputs]
        if len(shapes) == 1 or isinstance(layer, Model):
            _, parameters = build(layer, shapes[0] if shapes else None)
        else:
            _, parameters = layer_shapes.merge(layer, shapes)
        yield Built(layer, tensor.shape, parameters)


def build(layer: Layer | Model, shape: Shape | None) -> tuple[Shape | None, int | None]:
    """What comes out of a layer or a model for an input of a shape, and how many parameters it has."""
    spend(5)
    if isinstance(layer, Layer):
        return layer_shapes.build(layer, shape)
    built = list(layer.built(shape))
    return (built[-1].shape if built else None), total_parameters(built)


def apply(layer: Layer | Model, inputs: Sequence[Tensor]) -> Tensor:
    """What a layer gives for tensors."""
    shapes = [item.shape for item in inputs]
    if isinstance(layer, Model) or len(shapes) == 1:
        shape, _ = build(layer, shapes[0] if shapes else None)
    else:
        shape, _ = layer_shapes.merge(layer, shapes)
    return Tensor(shape, layer, tuple(inputs))


def total_parameters(built: Sequence[Built]) -> int | None:
    """The parameters of all layers; None where one is not known."""
    known = [item.parameters for item in built if item.parameters is not None]
    return sum(known) if len(known) == len(built) and built else None


def regularizers(layer: Layer) -> Iterator[tuple[str, Value]]:
    """What a layer is regularised by: (kernel, bias or activity, the regularizer)."""
    for target in ("kernel", "bias", "activity"):
        value = layer.settings.get(f"{target}_regularizer")
        if value is not None:
            yield target, value
    if layer.wrapped is not None:
        yield from regularizers(layer.wrapped)


def activation_of(value: Value) -> str:
    """The name of an activation, however it was written; empty where it is not known."""
    if isinstance(value, str):
        return value
    path = getattr(value, "path", "")
    if isinstance(path, str) and path:
        return path.rpartition(".")[2]
    if isinstance(value, Made):
        return value.name
    return str(getattr(value, "name", ""))
