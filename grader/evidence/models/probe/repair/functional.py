"""Build a functional model: call its layers on one another as its description states."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from grader.evidence.models.probe.repair.base import Description, layers_of
from grader.evidence.models.probe.repair.graph import Call, Ref, read_calls, read_refs, refs_in
from grader.evidence.models.probe.repair.operations import OPERATIONS, find_operation

_MERGES = frozenset(
    {"Add", "Average", "Concatenate", "CosineMerge", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"}
)  # fmt: skip


class FunctionalBuilder:
    """Builds a functional model from its repaired description.

    Args:
        description: Of the model.
        make_layer: Builds a layer or a nested model from its description.
    """

    def __init__(self, description: Description, make_layer: Callable[[Description], Any]) -> None:
        self._make_layer = make_layer
        self._config = description["config"]
        self._layers: dict[str, Description] = {
            str(layer.get("name") or layer["saved_name"]): layer for layer in layers_of(description)
        }
        self._calls = {name: read_calls(layer) for name, layer in self._layers.items()}
        self._inputs = read_refs(self._config.get("input_layers"))
        self._outputs = read_refs(self._config.get("output_layers"))
        self._made: dict[str, Any] = {}
        self._results: dict[str, list[list[Any]]] = {}
        self._shift = self._find_shifts()

    def build(self) -> Any:
        """Build the model.

        Raises:
            ValueError: A layer is missing, or some layers have no connection to the inputs.
        """
        import keras

        waiting = {name: list(self._calls[name]) for name in self._needed()}
        for name in list(waiting):
            if self._layers[name]["class_name"] == "InputLayer":
                self._make_input(name)
                del waiting[name]
        while waiting:
            done = [self._run(name, calls) for name, calls in waiting.items()]
            if not any(done):
                raise ValueError(f"the layers {', '.join(waiting)} are connected to nothing")
            waiting = {name: calls for name, calls in waiting.items() if calls}
        inputs = [self._resolve(ref) for ref in self._inputs]
        outputs = [self._resolve(ref) for ref in self._outputs]
        return keras.Model(
            inputs=inputs if len(inputs) > 1 else inputs[0],
            outputs=outputs if len(outputs) > 1 else outputs[0],
            name=self._config.get("name"),
        )

    def _needed(self) -> list[str]:
        """The layers between inputs and outputs; other layers serve only losses and metrics."""
        found = {ref.layer for ref in self._inputs}
        waiting = [ref.layer for ref in self._outputs]
        while waiting:
            name = waiting.pop()
            if name not in self._layers:
                raise ValueError(f"the layer {name} is missing")
            if name in found:
                continue
            found.add(name)
            for call in self._calls[name]:
                waiting += [ref.layer for ref in refs_in([*call.args, call.kwargs])]
        return [name for name in self._layers if name in found]

    def _find_shifts(self) -> dict[str, int]:
        """By how much the call numbers in references to each layer are too high.

        Older versions count the creation of a nested model as its first call.
        """
        highest: dict[str, int] = {}
        every = [
            refs_in([*call.args, call.kwargs]) for calls in self._calls.values() for call in calls
        ]
        for refs in [*every, iter(self._outputs)]:
            for ref in refs:
                highest[ref.layer] = max(highest.get(ref.layer, 0), ref.call)
        return {
            name: max(0, top + 1 - max(1, len(self._calls.get(name, ()))))
            for name, top in highest.items()
        }

    def _make_input(self, name: str) -> None:
        import keras

        tensor = keras.Input(**input_settings(self._layers[name]["config"]))
        self._results[name] = [[tensor]]

    def _run(self, name: str, calls: list[Call]) -> bool:
        """Make those calls of a layer, in order, whose inputs are computed; returns whether there was one."""
        any_made = False
        while calls and all(self._ready(ref) for ref in refs_in([*calls[0].args, calls[0].kwargs])):
            call = calls.pop(0)
            args = [self._fill(value) for value in call.args]
            kwargs = {key: self._fill(value) for key, value in call.kwargs.items()}
            result = self._call(name, args, kwargs)
            flat = list(result.values()) if isinstance(result, dict) else result
            # A tuple returned by an operation is a shape.
            several = list if self._layers[name]["class_name"] in OPERATIONS else (list, tuple)
            flat = list(flat) if isinstance(flat, several) else [flat]
            self._results.setdefault(name, []).append(flat)
            any_made = True
        return any_made

    def _call(self, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        layer = self._layers[name]
        kind = layer["class_name"]
        if kind in OPERATIONS:
            if name not in self._made:
                self._made[name] = find_operation(layer)
            return self._made[name](*args, **kwargs)
        if name not in self._made:
            self._made[name] = self._make_layer(layer)
        return _call_layer(self._made[name], args, kwargs)

    def _ready(self, ref: Ref) -> bool:
        calls = self._results.get(ref.layer, [])
        return 0 <= ref.call - self._shift.get(ref.layer, 0) < len(calls)

    def _resolve(self, ref: Ref) -> Any:
        return self._results[ref.layer][ref.call - self._shift.get(ref.layer, 0)][ref.output]

    def _fill(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return self._resolve(value)
        if isinstance(value, list):
            return [self._fill(inner) for inner in value]
        if isinstance(value, dict):
            return {key: self._fill(inner) for key, inner in value.items()}
        return value


def input_settings(config: dict[str, Any]) -> dict[str, Any]:
    """The arguments for an input layer.

    Raises:
        ValueError: Its shape is not known.
    """
    shape = config.get("batch_shape")
    if not isinstance(shape, list | tuple):
        raise ValueError("the model was saved before its input shape was known")
    dtype = config.get("dtype")
    name = {"name": config["name"]} if config.get("name") else {}
    return {"batch_shape": tuple(shape), "dtype": dtype if isinstance(dtype, str) else None, **name}


def _call_layer(layer: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    parameters = inspect.signature(layer.call).parameters
    named = {key: value for key, value in kwargs.items() if value is not None}
    for key in ("training", "mask"):
        if key not in parameters:
            named.pop(key, None)
    if "training" in named:
        named["training"] = bool(named["training"])
    if not args:
        return layer(**named)
    first, *rest = args
    merges = type(layer).__name__ in _MERGES
    if merges and rest:
        return layer([first, *rest], **named)
    if isinstance(first, list) and len(first) == 1 and not merges:
        first = first[0]
    if isinstance(first, list) and "initial_state" in parameters:
        # Older recurrent layers took their initial state in one list with the sequence.
        first, named["initial_state"] = first[0], first[1:]
    return layer(first, *rest, **named)
