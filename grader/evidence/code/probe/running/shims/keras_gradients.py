"""Gradients asked for as in graphs: `get_gradients`, `K.gradients` and `K.function`, computed eagerly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from grader.evidence.code.probe.running.places import current_place
from grader.evidence.code.probe.running.shims import hooks
from grader.evidence.code.probe.running.shims.patching import Used, library

#: How many rows a model sees at once; a whole dataset at once would take gigabytes.
_ROWS = 2048


class Fed:
    """What stands for a value that is given when a function is called."""

    def __init__(self, role: Literal["x", "y", "weight", "phase"], place: int = 0) -> None:
        self.role, self.place = role, place


class TotalLoss:
    """What stands for the loss of a model, its regularizers included."""

    def __init__(self, model: Any) -> None:
        self.model = model


class LossGradient:
    """What stands for the gradient of a model's loss for one of its variables."""

    def __init__(self, loss: TotalLoss, variable: Any) -> None:
        self.loss, self.variable = loss, variable


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _loss_gradients(
    model: Any, variables: list[Any], x: list[Any], y: list[Any], weight: Any
) -> list[Any]:
    """The gradients of the mean loss over all rows, one array for each variable."""
    import tensorflow

    rows = len(x[0])
    totals: list[Any] = [0.0] * len(variables)
    for start in range(0, rows, _ROWS):
        part = slice(start, start + _ROWS)
        inputs = [tensorflow.convert_to_tensor(item[part]) for item in x]
        targets = [tensorflow.convert_to_tensor(item[part]) for item in y]
        given = inputs[0] if len(inputs) == 1 else inputs
        wanted = targets[0] if len(targets) == 1 else targets
        weights = None if weight is None else tensorflow.convert_to_tensor(weight[part])
        values = [getattr(variable, "value", variable) for variable in variables]
        with tensorflow.GradientTape(watch_accessed_variables=True) as tape:
            loss = model.compute_loss(given, wanted, model(given, training=False), weights)
        share = len(inputs[0]) / rows
        for place, found in enumerate(tape.gradient(loss, values)):
            if found is not None:
                totals[place] = totals[place] + share * np.asarray(
                    tensorflow.convert_to_tensor(found)
                )
    return [np.asarray(total, dtype=np.float32) for total in totals]


def _as_rows(value: Any) -> Any:
    return np.asarray(value, dtype="float32") if not hasattr(value, "dtype") else np.asarray(value)


def _first(rows: Any) -> Any:
    return rows[: hooks.gradient_rows]


def _loss_function(
    inputs: list[Any], outputs: list[LossGradient], single: bool
) -> Callable[..., Any]:
    def function(values: Any) -> Any:
        x, y, weight = [], [], None
        for item, value in zip(inputs, _listed(values), strict=False):
            role = getattr(item, "role", "x")
            if role == "x":
                x.append(_as_rows(value))
            elif role == "y":
                y.append(_as_rows(value))
            elif role == "weight":
                weight = _as_rows(value)
        model = outputs[0].loss.model
        x, y = [_first(item) for item in x], [_first(item) for item in y]
        weight = None if weight is None else _first(weight)
        found = _loss_gradients(model, [item.variable for item in outputs], x, y, weight)
        if hooks.on_gradients is not None:
            hooks.on_gradients(current_place(), found, model)
        return found[0] if single else found

    return function


def function(inputs: Any, outputs: Any, updates: Any = None, name: Any = None, **_: Any) -> Any:
    """`K.function`: what computes some outputs from inputs; it gives a list of arrays."""
    import keras
    import tensorflow

    inputs, single = _listed(inputs), not isinstance(outputs, (list, tuple))
    wanted = _listed(outputs)
    if wanted and all(isinstance(item, LossGradient) for item in wanted):
        return _loss_function(inputs, wanted, single)
    places = [place for place, item in enumerate(inputs) if isinstance(item, keras.KerasTensor)]
    forward = keras.Function([inputs[place] for place in places], wanted)

    def call(values: Any) -> Any:
        given = _listed(values)
        tensors = [tensorflow.cast(given[place], inputs[place].dtype) for place in places]
        found = [np.asarray(item) for item in forward(tensors)]
        slopes = [item for item, symbol in zip(found, wanted, strict=True) if _is_gradient(symbol)]
        if slopes and hooks.on_gradients is not None:
            hooks.on_gradients(current_place(), slopes, None)
        return found[0] if single else found

    return call


def _is_gradient(tensor: Any) -> bool:
    history = getattr(tensor, "_keras_history", None)
    return history is not None and history.operation.name.startswith("gradient")


def gradients(loss: Any, variables: Any) -> list[Any]:
    """`K.gradients`: what stands for the gradient of a loss for each of some variables."""
    wanted = _listed(variables)
    loss = loss[0] if isinstance(loss, (list, tuple)) else loss
    if isinstance(loss, TotalLoss):
        return [LossGradient(loss, variable) for variable in wanted]
    return [_symbolic_gradient(loss, item) for item in wanted]


def _sources(tensor: Any) -> list[Any]:
    """The inputs of the graph that leads to a symbolic tensor."""
    found: dict[int, Any] = {}
    waiting, seen = [tensor], set()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        operation, node_index, _ = item._keras_history
        before = operation._inbound_nodes[node_index].input_tensors
        if before:
            waiting += before
        else:
            found[id(item)] = item
    return list(found.values())


def _symbolic_gradient(loss: Any, target: Any) -> Any:
    """A symbolic tensor whose value is the gradient of another."""
    import keras
    import tensorflow

    sources = _sources(loss)

    class Gradient(keras.Operation):  # type: ignore[misc,name-defined,unused-ignore]
        def call(self, *inputs: Any) -> Any:
            if not isinstance(target, keras.KerasTensor):
                with tensorflow.GradientTape() as tape:
                    value = keras.Function(sources, [loss])(list(inputs))[0]
                return tape.gradient(value, getattr(target, "value", target))
            point = keras.Function(sources, [target])(list(inputs))[0]
            with tensorflow.GradientTape() as tape:
                tape.watch(point)
                value = keras.Function([target], [loss])([point])[0]
            return tape.gradient(value, point)

        def compute_output_spec(self, *inputs: Any) -> Any:
            return keras.KerasTensor(target.shape, dtype=target.dtype)

    return Gradient(name=f"gradient_{keras.backend.get_uid('gradient')}")(*sources)


def install_keras_gradients(used: Used) -> None:
    """Give models and optimizers what code asked for gradients through."""
    keras = library("keras")
    if keras is None:
        return

    def get_gradients(self: Any, loss: Any, params: Any) -> Any:
        used("get_gradients")
        return gradients(loss, params)

    def standardize(self: Any, x: Any, y: Any = None, sample_weight: Any = None, **_: Any) -> Any:
        used("_standardize_user_data")
        inputs = [np.asarray(item) for item in _listed(x)]
        targets = [] if y is None else [np.asarray(item) for item in _listed(y)]
        weights = [np.ones(len(item), dtype="float32") for item in targets]
        return inputs, targets, weights if sample_weight is None else _listed(sample_weight)

    def fed(role: Any) -> property:
        return property(lambda self: [Fed(role, place) for place in range(_count(self, role))])

    model = keras.Model
    keras.optimizers.Optimizer.get_gradients = get_gradients
    model._standardize_user_data = standardize
    model.total_loss = property(TotalLoss)
    for name, role in (
        ("_feed_inputs", "x"), ("_feed_targets", "y"), ("targets", "y"),
        ("_feed_sample_weights", "weight"), ("sample_weights", "weight"),
    ):  # fmt: skip
        setattr(model, name, fed(role))
    _tell_tensors(keras.Sequential)


def _count(model: Any, role: str) -> int:
    """How many inputs or outputs a model has; one where it is not built."""
    tensors: Sequence[Any] = getattr(model, "inputs" if role == "x" else "outputs", None) or [None]
    return len(tensors)


def _tell_tensors(sequential: Any) -> None:
    """`input` and `output` of a stack of layers that was never called on a symbolic tensor."""

    def tensor(which: str) -> property:
        def get(self: Any) -> Any:
            return getattr(self, which)[0]

        return property(get)

    sequential.input = tensor("inputs")
    sequential.output = tensor("outputs")
