"""The types that all repairs share: `Repair`, `Origin` and descriptions of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Description = dict[str, Any]
"""A layer or model as saved: ``class_name``, ``config`` and, in functional models, ``name`` and ``inbound_nodes``.

During repair it also has ``saved_name`` (the name under which its weights are stored), ``saved_class``,
``saved_shapes`` (the shapes of its weights, if known), ``era`` (the major version of Keras, 0 if the file does not
state it) and ``foreign`` (whether the file says that its class is not from Keras).
"""

#: Classes whose description contains layers.
MODEL_CLASSES = frozenset({"Sequential", "Functional", "Model", "Network", "Container"})

#: Settings that contain a layer or a list of layers.
INNER_LAYERS = ("layer", "forward_layer", "backward_layer", "cell", "cells")

#: Settings that contain a function or an activation layer.
ACTIVATIONS = ("activation", "recurrent_activation")

#: Our name for the `hard_sigmoid` of Keras 1 and 2; Keras 3 changed what `hard_sigmoid` computes.
OLD_HARD_SIGMOID = "keras2_hard_sigmoid"


@dataclass(frozen=True)
class Repair:
    """One repair."""

    name: str
    """In kebab case, as in evidence and `grader inspect`."""
    era: str
    """Which versions of Keras wrote what it repairs."""
    apply: Callable[..., bool]
    """Changes its argument in place and returns whether it changed anything."""

    @property
    def about(self) -> str:
        """What it does in one sentence: the first line of the docstring of `apply`."""
        return (self.apply.__doc__ or "").strip().splitlines()[0]


@dataclass(frozen=True)
class Origin:
    """What a file states about the Keras that wrote it."""

    version: str = ""
    backend: str = ""
    """TensorFlow, Theano or CNTK; empty if the file does not state it, as in Keras 1."""
    shapes: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    """The shapes of the weights of each layer of the outermost model, by the layer's name."""

    @property
    def era(self) -> int:
        """The major version; 0 if the file does not state it."""
        head = self.version.split(".")[0]
        return int(head) if head.isdigit() else 0


def described(config: Any) -> Iterator[Description]:
    """Every object with a class name, at any depth."""
    waiting = [config]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "class_name" in item:
                yield item
            waiting.extend(reversed(item.values()))
        elif isinstance(item, list):
            waiting.extend(reversed(item))


def layers_of(model: Description) -> list[Any]:
    """The descriptions of a model's layers; empty if it has none."""
    config = model.get("config")
    layers = config.get("layers") if isinstance(config, dict) else config
    return layers if isinstance(layers, list) else []
