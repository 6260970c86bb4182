"""What a repair is, and what it works on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Description = dict[str, Any]
"""A layer or network as saved: ``class_name``, ``config`` and, in functional networks, ``name`` and
``inbound_nodes``.

While it is repaired it also holds ``saved_name`` (what its weights are filed under), ``saved_class``,
``saved_shapes`` (of its weights, where they are known), ``era`` (the major version of Keras, 0 where the file does
not say) and ``foreign`` (whether the file says that it is none of Keras's own).
"""

#: Classes whose description holds layers.
NETWORKS = frozenset({"Sequential", "Functional", "Model", "Network", "Container"})

#: Settings that hold a layer of their own, or a list of them.
INNER_LAYERS = ("layer", "forward_layer", "backward_layer", "cell", "cells")

#: Settings that hold a function, or an activation that is a layer of its own.
ACTIVATIONS = ("activation", "recurrent_activation")

#: The activation of Keras 1 and 2 under a name of our own; Keras 3 changed what `hard_sigmoid` computes.
OLD_HARD_SIGMOID = "keras2_hard_sigmoid"


@dataclass(frozen=True)
class Repair:
    """One repair."""

    name: str
    """Kebab-case, as evidence and `grader inspect` name it."""
    era: str
    """Which versions of Keras wrote what it mends."""
    apply: Callable[..., bool]
    """Changes what it is given in place and says whether it did."""

    @property
    def about(self) -> str:
        """What it does, in one sentence."""
        return (self.apply.__doc__ or "").strip().splitlines()[0]


@dataclass(frozen=True)
class Origin:
    """What a file says of the Keras that wrote it."""

    version: str = ""
    backend: str = ""
    """TensorFlow, Theano or CNTK; empty where the file does not say, as in Keras 1."""
    shapes: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    """The shapes of the weights of each layer of the outermost network, by the layer's name."""

    @property
    def era(self) -> int:
        """The major version; 0 where the file does not say."""
        head = self.version.split(".")[0]
        return int(head) if head.isdigit() else 0


def described(config: Any) -> Iterator[Description]:
    """Every object with a class name, however deep it lies."""
    waiting = [config]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "class_name" in item:
                yield item
            waiting.extend(reversed(item.values()))
        elif isinstance(item, list):
            waiting.extend(reversed(item))


def layers_of(network: Description) -> list[Any]:
    """The descriptions of a network's layers; empty where it has none."""
    config = network.get("config")
    layers = config.get("layers") if isinstance(config, dict) else config
    return layers if isinstance(layers, list) else []
