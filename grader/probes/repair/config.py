"""Walk the description of a network and repair it layer by layer."""

from __future__ import annotations

import copy
import inspect
from typing import Any

from grader.probes.repair.table import REPAIRS, Description

_NETWORKS = frozenset({"Sequential", "Functional", "Model"})

#: What older versions wrote about the input into any layer; the input layer holds it now.
_ABOUT_INPUT = ("batch_input_shape", "input_shape", "input_dim", "input_dtype", "input_length")


def repair_config(config: Any) -> tuple[Any, tuple[str, ...]]:
    """Repair the description of a whole network.

    Args:
        config: As saved: ``{"class_name": ..., "config": ...}``. It is not changed.

    Returns:
        What Keras 3 reads, and the names of the repairs that changed something, in order.

    Raises:
        ValueError: It does not describe a network.
    """
    if not isinstance(config, dict) or config.get("class_name") not in _NETWORKS:
        raise ValueError("the file describes no Sequential or functional network")
    applied: dict[str, None] = {}
    repaired = _network(copy.deepcopy(config), applied)
    return repaired, tuple(applied)


def _network(network: Description, applied: dict[str, None]) -> Description:
    if network["class_name"] == "Model":
        network["class_name"] = "Functional"
    inner = network["config"]
    if isinstance(inner, list):
        inner = {"name": "sequential", "layers": inner}
        applied["bare-list"] = None
    if not isinstance(inner, dict) or not isinstance(inner.get("layers"), list):
        raise ValueError("the network's layers are missing")
    layers = [_layer(layer, applied) for layer in inner["layers"]]
    if network["class_name"] == "Sequential":
        layers = _with_input(layers, applied)
    for layer in layers:
        for name in _ABOUT_INPUT:
            layer["config"].pop(name, None) if layer["class_name"] not in _NETWORKS else None
    kept = {name: inner[name] for name in _KEPT_INNER if name in inner}
    network["config"] = {"name": str(inner.get("name", "network")), "layers": layers, **kept}
    return {name: value for name, value in network.items() if name in _KEPT_KEYS}


#: `module`, `registered_name` and `build_config` of Keras 2.13 speak of modules Keras 3 does not have.
_KEPT_INNER = ("input_layers", "output_layers", "build_input_shape")
_KEPT_KEYS = frozenset({"class_name", "config", "name", "inbound_nodes"})


def _layer(layer: Any, applied: dict[str, None]) -> Description:
    if not isinstance(layer, dict) or not isinstance(layer.get("class_name"), str):
        raise ValueError("a layer without a class name")
    if layer["class_name"] in _NETWORKS:
        return _network(layer, applied)
    if not isinstance(layer.get("config"), dict):
        raise ValueError(f"a layer {layer['class_name']} without settings")
    for repair in REPAIRS:
        if repair.apply(layer):
            applied[repair.name] = None
    config = layer["config"]
    for name in ("layer", "forward_layer", "backward_layer"):
        if isinstance(config.get(name), dict) and "class_name" in config[name]:
            config[name] = _layer(config[name], applied)
    _drop_unknown_arguments(layer, applied)
    return {name: value for name, value in layer.items() if name in _KEPT_KEYS}


def _with_input(layers: list[Description], applied: dict[str, None]) -> list[Description]:
    """Put an input layer before a Sequential's first layer where that one carries the input's shape."""
    if not layers or layers[0]["class_name"] == "InputLayer":
        return layers
    config = layers[0]["config"]
    shape = config.get("batch_input_shape")
    if shape is None and isinstance(config.get("input_dim"), int):
        shape = [None, config["input_dim"]]
    if shape is None or layers[0]["class_name"] in _NETWORKS:
        return layers
    applied["insert-input"] = None
    inserted = {"batch_shape": shape, "name": "grader_input"}
    return [{"class_name": "InputLayer", "config": inserted}, *layers]


def _drop_unknown_arguments(layer: Description, applied: dict[str, None]) -> None:
    """Leave out what the layer's class does not take any more."""
    import keras

    kind = getattr(keras.layers, layer["class_name"], None)
    if not isinstance(kind, type):
        return
    known: set[str] = set(_ABOUT_INPUT)
    for base in kind.__mro__:
        if "__init__" in base.__dict__:
            known |= set(inspect.signature(base.__dict__["__init__"]).parameters)
    for name in [name for name in layer["config"] if name not in known]:
        del layer["config"][name]
        applied["drop-arguments"] = None
