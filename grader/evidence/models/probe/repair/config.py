"""Repair the description of a model layer by layer."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from grader.evidence.models.probe.repair.base import (
    ACTIVATIONS,
    INNER_LAYERS,
    MODEL_CLASSES,
    Description,
    Origin,
    Repair,
    layers_of,
)
from grader.evidence.models.probe.repair.names import without_refused
from grader.evidence.models.probe.repair.settings import INPUT_SETTINGS
from grader.evidence.models.probe.repair.table import (
    FRAME_REPAIRS,
    INPUT_REPAIRS,
    LAYER_REPAIRS,
    REPAIRS,
)

#: Keys that are kept. `module`, `registered_name` and `build_config` of Keras 2.13 name modules that Keras 3 does
#: not have.
_KEPT = frozenset(
    {"class_name", "config", "name", "inbound_nodes", "saved_name", "saved_class", "era", "foreign"}
)
#: Keys of a functional model's config that are kept.
_KEPT_INNER = ("input_layers", "output_layers")

#: The first parts of the module names under which files store Keras' own classes.
_KERAS_MODULES = ("keras", "tf_keras", "tensorflow", "builtins")


def repair_config(config: Any, origin: Origin) -> tuple[Description, tuple[str, ...]]:
    """Repair the description of a whole model.

    Args:
        config: As saved: ``{"class_name": ..., "config": ...}``. It is not changed.
        origin: What the file states about the Keras that wrote it.

    Returns:
        The description for `build`, and the names of the repairs that changed something, in table order.

    Raises:
        ValueError: It does not describe a model.
    """
    if not isinstance(config, dict) or config.get("class_name") not in MODEL_CLASSES:
        raise ValueError("the file describes no Sequential or functional model")
    repairer = _ConfigRepairer(origin)
    repaired = repairer.repair_model(copy.deepcopy(config), outermost=True)
    return repaired, tuple(repair.name for repair in REPAIRS if repair.name in repairer.applied)


class _ConfigRepairer:
    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self.applied: set[str] = set()

    def repair_model(self, model: Description, *, outermost: bool = False) -> Description:
        """Repair a model and everything in it."""
        self._apply(FRAME_REPAIRS, model)
        inner = model["config"]
        if not isinstance(inner, dict) or not isinstance(inner.get("layers"), list):
            raise ValueError("the model's layers are missing")
        if model["class_name"] != "Sequential":
            model["class_name"] = "Functional"
        model.setdefault("saved_name", model.get("name") or inner.get("name"))
        name = without_refused(str(inner.get("name") or model["saved_name"] or "model"))
        layers = [self.repair_layer(layer, outermost=outermost) for layer in inner["layers"]]
        kept = {key: inner[key] for key in (*_KEPT_INNER, "build_input_shape") if key in inner}
        model["config"] = {"name": name, "layers": layers, **kept}
        _make_names_unique(layers)
        self._apply(INPUT_REPAIRS, model)
        for layer in layers_of(model):
            _remove_input_settings(layer)
        return _kept(model)

    def repair_layer(self, layer: Any, *, outermost: bool = False) -> Description:
        """Repair one layer and the layers it wraps."""
        if not isinstance(layer, dict) or not isinstance(layer.get("class_name"), str):
            raise ValueError("a layer without a class name")
        layer["era"] = self._origin.era
        if layer["class_name"] in MODEL_CLASSES:
            return self.repair_model(layer)
        if not isinstance(layer.get("config"), dict):
            raise ValueError(f"a layer {layer['class_name']} without settings")
        layer["saved_name"] = str(layer["config"].get("name") or layer.get("name") or "")
        layer["saved_class"] = layer["class_name"]
        layer["foreign"] = _is_foreign(layer)
        if outermost:
            layer["saved_shapes"] = self._origin.shapes.get(layer["saved_name"])
        if layer["era"] >= 3 and not {"dtype", "trainable"} & set(layer["config"]):
            # Only layers have these settings; an operation may have the name of a layer.
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
            layer = self.repair_layer(value)
            _remove_input_settings(layer)
            return layer
        return value

    def _apply(self, repairs: Iterable[Repair], description: Description) -> None:
        for repair in repairs:
            if repair.apply(description):
                self.applied.add(repair.name)


def _is_foreign(layer: Description) -> bool:
    """Whether a file says that a layer's class is not from Keras, whatever its name is."""
    module = layer.get("module")
    registered = str(layer.get("registered_name") or "")
    if isinstance(module, str) and module.split(".")[0] not in (*_KERAS_MODULES, _PRUNING):
        return True
    return module is None and ">" in registered


_PRUNING = "tensorflow_model_optimization"


def _make_names_unique(layers: list[Description]) -> None:
    """Append numbers to equal names, and name nested models that Keras 1 saved without a name."""
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


def _remove_input_settings(layer: Description) -> None:
    if layer["class_name"] in MODEL_CLASSES or layer["class_name"] == "InputLayer":
        return
    for name in INPUT_SETTINGS:
        if name != "input_dim" or layer["class_name"] != "Embedding":
            layer["config"].pop(name, None)


def _kept(model: Description) -> Description:
    layers = [
        {key: value for key, value in layer.items() if key in _KEPT} for layer in layers_of(model)
    ]
    model["config"] = {**model["config"], "layers": layers}
    return {key: value for key, value in model.items() if key in _KEPT}
