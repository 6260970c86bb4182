"""Walk the description of a network and repair it layer by layer."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from grader.probes.repair.base import (
    ACTIVATIONS,
    INNER_LAYERS,
    NETWORKS,
    Description,
    Origin,
    Repair,
    layers_of,
)
from grader.probes.repair.settings import ABOUT_INPUT
from grader.probes.repair.table import FRAME_REPAIRS, INPUT_REPAIRS, LAYER_REPAIRS, REPAIRS

#: `module`, `registered_name` and `build_config` of Keras 2.13 speak of modules Keras 3 does not have.
_KEPT = frozenset(
    {"class_name", "config", "name", "inbound_nodes", "saved_name", "saved_class", "era", "foreign"}
)
_KEPT_INNER = ("input_layers", "output_layers")

#: Where layers of Keras itself lie, by what a file says of its classes.
_OWN_MODULES = ("keras", "tf_keras", "tensorflow", "builtins")


def repair_config(config: Any, origin: Origin) -> tuple[Description, tuple[str, ...]]:
    """Repair the description of a whole network.

    Args:
        config: As saved: ``{"class_name": ..., "config": ...}``. It is not changed.
        origin: What wrote it.

    Returns:
        What `build` reads, and the names of the repairs that changed something, in the order of the table.

    Raises:
        ValueError: It does not describe a network.
    """
    if not isinstance(config, dict) or config.get("class_name") not in NETWORKS:
        raise ValueError("the file describes no Sequential or functional network")
    walk = _Walk(origin)
    repaired = walk.network(copy.deepcopy(config), outermost=True)
    return repaired, tuple(repair.name for repair in REPAIRS if repair.name in walk.applied)


class _Walk:
    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self.applied: set[str] = set()

    def network(self, network: Description, *, outermost: bool = False) -> Description:
        """Repair a network and all in it."""
        self._apply(FRAME_REPAIRS, network)
        inner = network["config"]
        if not isinstance(inner, dict) or not isinstance(inner.get("layers"), list):
            raise ValueError("the network's layers are missing")
        if network["class_name"] != "Sequential":
            network["class_name"] = "Functional"
        network.setdefault("saved_name", network.get("name") or inner.get("name"))
        name = str(inner.get("name") or network["saved_name"] or "network").replace("/", "_")
        layers = [self.layer(layer, outermost=outermost) for layer in inner["layers"]]
        kept = {key: inner[key] for key in (*_KEPT_INNER, "build_input_shape") if key in inner}
        network["config"] = {"name": name, "layers": layers, **kept}
        _tell_apart(layers)
        self._apply(INPUT_REPAIRS, network)
        for layer in layers_of(network):
            _forget_input(layer)
        return _kept(network)

    def layer(self, layer: Any, *, outermost: bool = False) -> Description:
        """Repair one layer and those within it."""
        if not isinstance(layer, dict) or not isinstance(layer.get("class_name"), str):
            raise ValueError("a layer without a class name")
        layer["era"] = self._origin.era
        if layer["class_name"] in NETWORKS:
            return self.network(layer)
        if not isinstance(layer.get("config"), dict):
            raise ValueError(f"a layer {layer['class_name']} without settings")
        layer["saved_name"] = str(layer["config"].get("name") or layer.get("name") or "")
        layer["saved_class"] = layer["class_name"]
        layer["foreign"] = _is_foreign(layer)
        if outermost:
            layer["saved_shapes"] = self._origin.shapes.get(layer["saved_name"])
        if layer["era"] >= 3 and not {"dtype", "trainable"} & set(layer["config"]):
            # Only layers have these; an operation may be called like one.
            layer["config"] = {**layer["config"], "function": layer["class_name"]}
            layer["class_name"] = "KerasOperation"
            return layer
        self._apply(LAYER_REPAIRS, layer)
        config = layer["config"]
        for name in (*INNER_LAYERS, *ACTIVATIONS):
            if name in config:
                config[name] = self._inner(config[name])
        return layer

    def _inner(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._inner(item) for item in value]
        if isinstance(value, dict) and "class_name" in value:
            layer = self.layer(value)
            _forget_input(layer)
            return layer
        return value

    def _apply(self, repairs: Iterable[Repair], description: Description) -> None:
        for repair in repairs:
            if repair.apply(description):
                self.applied.add(repair.name)


def _is_foreign(layer: Description) -> bool:
    """Whether a file says that a layer is none of Keras's own, whatever it is called."""
    module = layer.get("module")
    registered = str(layer.get("registered_name") or "")
    if isinstance(module, str) and module.split(".")[0] not in (*_OWN_MODULES, _PRUNING):
        return True
    return module is None and ">" in registered


_PRUNING = "tensorflow_model_optimization"


def _tell_apart(layers: list[Description]) -> None:
    """Number networks within a network that Keras 1 saved without a name, and names made the same."""
    taken: set[str] = set()
    for layer in layers:
        name = str(layer["config"].get("name") or layer["class_name"].lower())
        number = 1
        unique = name
        while unique in taken:
            unique = f"{name}_{number}"
            number += 1
        taken.add(unique)
        layer["config"]["name"] = unique


def _forget_input(layer: Description) -> None:
    if layer["class_name"] in NETWORKS or layer["class_name"] == "InputLayer":
        return
    for name in ABOUT_INPUT:
        if name != "input_dim" or layer["class_name"] != "Embedding":
            layer["config"].pop(name, None)


def _kept(network: Description) -> Description:
    layers = [
        {key: value for key, value in layer.items() if key in _KEPT} for layer in layers_of(network)
    ]
    network["config"] = {**network["config"], "layers": layers}
    return {key: value for key, value in network.items() if key in _KEPT}
