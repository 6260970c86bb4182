"""Repairs of the structure of a model."""

from __future__ import annotations

from typing import Any

from grader.evidence.models.probe.repair.base import MODEL_CLASSES, Description, layers_of

#: Wrappers that pruning puts around layers during training.
_WRAPPERS = frozenset({"PruneLowMagnitude"})


def strip_wrapper(layer: Description) -> bool:
    """Replace a wrapper for pruning by the layer it wraps, whose saved weights are the pruned ones."""
    inner = layer["config"].get("layer")
    if layer["class_name"] not in _WRAPPERS or not isinstance(inner, dict):
        return False
    if not isinstance(inner.get("class_name"), str) or not isinstance(inner.get("config"), dict):
        return False
    outer = layer["config"]
    layer["class_name"], layer["config"] = inner["class_name"], dict(inner["config"])
    layer["config"]["name"] = outer.get("name")
    if "batch_input_shape" in outer:
        layer["config"].setdefault("batch_input_shape", outer["batch_input_shape"])
    return True


def bare_list(model: Description) -> bool:
    """Take a Sequential's layers out of a bare list."""
    if not isinstance(model["config"], list):
        return False
    model["config"] = {"layers": model["config"]}
    return True


def merge_branches(model: Description) -> bool:
    """Convert a Sequential of Keras 1 that starts by merging branches to a functional model."""
    layers = layers_of(model)
    first = layers[0] if layers and isinstance(layers[0], dict) else {}
    if model["class_name"] != "Sequential" or first.get("class_name") != "Merge":
        return False
    config = first.get("config")
    branches = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(config, dict) or not isinstance(branches, list):
        return False
    graph: list[Description] = []
    ends = []
    for place, branch in enumerate(branches):
        source, name = f"grader_input_{place}", f"grader_branch_{place}"
        graph.append(_node("InputLayer", source, [], batch_input_shape=_input_of(branch)))
        graph.append({**branch, "name": name, "inbound_nodes": [[[source, 0, 0]]]})
        ends.append([name, 1, 0])
    tail = [{"class_name": "Merge", "config": {**config, "layers": None}}, *layers[1:]]
    for layer in tail:
        name = str(layer["config"].get("name"))
        graph.append({**layer, "name": name, "inbound_nodes": [ends]})
        ends = [[name, 0, 0]]
    sources = [[f"grader_input_{place}", 0, 0] for place in range(len(branches))]
    model["class_name"] = "Functional"
    model["config"] = {"layers": graph, "input_layers": sources, "output_layers": ends}
    return True


def _node(kind: str, name: str, inbound: list[Any], **config: Any) -> Description:
    return {
        "class_name": kind,
        "name": name,
        "config": {"name": name, **config},
        "inbound_nodes": inbound,
    }


def insert_input(model: Description) -> bool:
    """Insert an input layer before a first layer that states the input's shape."""
    layers = layers_of(model)
    if model["class_name"] != "Sequential" or not layers:
        return False
    if layers[0]["class_name"] == "InputLayer":
        return False
    shape = _input_of(layers[0]) or model["config"].get("build_input_shape")
    if not isinstance(shape, list) or any(isinstance(extent, list) for extent in shape):
        return False
    layers.insert(0, _input_layer(shape, layers[0]))
    return True


def infer_input(model: Description) -> bool:
    """Infer the input size of a model saved without an input shape from the first Dense layer's weights."""
    layers = layers_of(model)
    if model["class_name"] != "Sequential" or not layers:
        return False
    for layer in layers:
        shapes = layer.get("saved_shapes")
        if layer["class_name"] in ("InputLayer", *MODEL_CLASSES):
            return False
        if shapes and layer["class_name"] == "Dense":
            layers.insert(0, _input_layer([None, shapes[0][0]], layers[0]))
            return True
        if layer["class_name"] not in ("Flatten", "Dropout", "Activation"):
            return False
    return False


def _input_layer(shape: list[int | None], first: Description) -> Description:
    dtype = first["config"].get("input_dtype") or first["config"].get("dtype")
    config = {"name": "grader_input", "batch_shape": shape}
    if isinstance(dtype, str):
        config["dtype"] = dtype
    return {"class_name": "InputLayer", "config": config}


def _input_of(layer: Any) -> Any:
    """The input shape that a layer, or the first layer of a model, states; None if there is none."""
    if not isinstance(layer, dict):
        return None
    config = layer.get("config")
    if layer.get("class_name") in MODEL_CLASSES:
        inner = layers_of(layer)
        return _input_of(inner[0]) if inner and layer["class_name"] == "Sequential" else None
    if not isinstance(config, dict):
        return None
    shape = config.get("batch_input_shape") or config.get("batch_shape")
    if (
        shape is None
        and isinstance(config.get("input_dim"), int)
        and layer["class_name"] == "Dense"
    ):
        return [None, config["input_dim"]]
    return shape
