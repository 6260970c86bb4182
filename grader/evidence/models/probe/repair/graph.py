"""Read the connections between layers as saved by every version of Keras."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.evidence.models.probe.repair.base import Description

#: Marks a call in a file of tf.keras whose first argument is a number instead of a tensor.
_CONSTANT = "_CONSTANT_VALUE"


@dataclass(frozen=True)
class Ref:
    """One output of one call of a layer."""

    layer: str
    call: int
    output: int


@dataclass(frozen=True)
class Call:
    """One call of a layer, with references in place of tensors."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def read_calls(layer: Description) -> list[Call]:
    """The calls of a layer in a functional model, in order.

    Raises:
        ValueError: Their format is not known.
    """
    nodes = layer.get("inbound_nodes") or []
    if not isinstance(nodes, list):
        raise ValueError(f"the layer {layer.get('name')} is connected in an unknown form")
    return [_read_call(node) for node in nodes]


def read_refs(saved: Any) -> list[Ref]:
    """The inputs or outputs of a model: a single one, a list, or a dictionary by name."""
    return list(refs_in(_decode(saved)))


def refs_in(value: Any) -> Iterator[Ref]:
    """Every reference in arguments, at any depth."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from refs_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from refs_in(inner)


def _read_call(node: Any) -> Call:
    if isinstance(node, dict) and "args" in node:
        kwargs = node.get("kwargs") or {}
        decoded = {name: _decode(value) for name, value in kwargs.items()}
        return Call(tuple(_decode(value) for value in node["args"]), decoded)
    kwargs = {}
    first = _first_argument(node, kwargs)
    return Call((first,), {name: _decode(value) for name, value in kwargs.items()})


def _first_argument(node: Any, kwargs: dict[str, Any]) -> Any:
    """The first argument of a call; further arguments, saved after each tensor, are added to `kwargs`."""
    if _is_ref(node) or _is_constant(node):
        if len(node) > 3 and isinstance(node[3], dict):
            kwargs.update(node[3])
        return node[2] if _is_constant(node) else Ref(node[0], node[1], node[2])
    if isinstance(node, dict):
        return {name: _first_argument(inner, kwargs) for name, inner in node.items()}
    if isinstance(node, list):
        return [_first_argument(inner, kwargs) for inner in node]
    raise ValueError(f"a connection in an unknown form: {node!r}"[:200])


def _is_ref(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and value[0] != _CONSTANT
        and all(isinstance(part, int) for part in value[1:3])
    )


def _is_constant(value: Any) -> bool:
    return isinstance(value, list) and len(value) in (3, 4) and value[0] == _CONSTANT


def _decode(value: Any) -> Any:
    """Decode an argument from JSON: references, slices, arrays."""
    if _is_ref(value):
        return Ref(value[0], value[1], value[2])
    if isinstance(value, list):
        return [_decode(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"start", "stop", "step"}:
        return slice(*(_decode(value[end]) for end in ("start", "stop", "step")))
    inner: Any = value.get("config")
    match value.get("class_name"):
        case "__keras_tensor__":
            return Ref(*inner["keras_history"])
        case "__ellipsis__":
            return Ellipsis
        case "__tuple__" | "__list__":
            return [_decode(item) for item in value.get("items", ())]
        case "__tensor__" | "__numpy__":
            return np.asarray(inner["value"], inner["dtype"])
        case "__slice__" | "slice":
            return slice(*(inner[end] for end in ("start", "stop", "step")))
        case "TensorShape":
            return _decode(value.get("items"))
    return {name: _decode(item) for name, item in value.items()}
