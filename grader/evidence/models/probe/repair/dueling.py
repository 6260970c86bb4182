"""Lambda layers of dueling heads, by what they are in the model and by the names their code holds; no code is run.

A dueling model adds a value of the state to the advantage of each action, less their mean or maximum (Wang et al. 2016,
https://arxiv.org/abs/1511.06581). Keras has no layer for it, so it is written as one or two Lambda layers. What stands
in a file is the code of a function, which nothing here loads: the names it uses are read from its bytes, and a layer
of ours computes what a head of these names, at this place, is.
"""

from __future__ import annotations

import base64
import binascii
import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from grader.evidence.models.probe.repair.base import described

#: What this repair is called in evidence and on pages.
DUELING_HEAD = "dueling-head"

#: Names in the code of such a head; any other name, and the layer is left as it is.
_ALLOWED = frozenset(
    {
        *("K", "keras", "backend", "tf", "tensorflow", "ops", "math", "np"),
        *("expand_dims", "mean", "reduce_mean", "max", "reduce_max"),
        *("axis", "keepdims", "keep_dims"),
    }
)
_REDUCTIONS = {"mean": "mean", "reduce_mean": "mean", "max": "max", "reduce_max": "max"}

#: Short texts in marshalled code: their kind (with or without the mark of those that are referred to), length, letters.
_TEXT = re.compile(rb"[\x5a\x7a\xda\xfa](.)([A-Za-z_][A-Za-z0-9_]*)", re.DOTALL)

#: Bytes of the code of such a head, at most.
_LONGEST = 4_000

#: What names are that say where code is from: of the function itself, and of its one argument.
_OWN = re.compile(r"<?lambda>?|[a-z]{1,2}\d?|x|inputs?|adv\w*|values?|state\w*|action\w*")


def without_dueling_lambdas(config: Any) -> Any:
    """The config of a model with our layers in place of those Lambda layers that are a dueling head.

    Args:
        config: As saved, parsed from JSON. It is not changed.
    """
    try:
        changed = copy.deepcopy(config)
    except RecursionError:  # nested deeper than any model; whoever checks the config says so
        return config
    for model in described(changed):
        inner = model.get("config")
        layers = inner.get("layers") if isinstance(inner, dict) else None
        if isinstance(layers, list):
            _replace(layers)
    return changed


def _replace(layers: list[Any]) -> None:
    known = {
        str(layer.get("name") or layer["config"].get("name")): layer
        for layer in layers
        if isinstance(layer, dict) and isinstance(layer.get("config"), dict)
    }
    previous: str | None = None
    for name, layer in known.items():
        if layer.get("class_name") == "Lambda":
            sources = list(_sources(layer)) or ([previous] if previous else [])
            source = known.get(sources[0]) if len(sources) == 1 else None
            head = _head(layer["config"], source) if source is not None else None
            if head is not None:
                layer["class_name"] = "DuelingHead"
                layer["config"] = {"name": name, "trainable": True, **head}
                layer.pop("module", None)
                layer.pop("registered_name", None)
        previous = name


def _head(config: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any] | None:
    """The settings of the head that a Lambda is after a layer; None where it is none."""
    names = _names(config)
    units = source["config"].get("units") if source.get("class_name") == "Dense" else None
    if names is None or not isinstance(units, int):
        return None
    reductions = {_REDUCTIONS[name] for name in names if name in _REDUCTIONS}
    expands = "expand_dims" in names
    if units == 1 and expands and not reductions:
        return {"part": "value"}
    if units < 2 or len(reductions) > 1:
        return None
    if expands:
        return {"part": "both", "less": next(iter(reductions), "nothing")}
    return {"part": "advantages", "less": next(iter(reductions))} if reductions else None


def _names(config: Mapping[str, Any]) -> set[str] | None:
    """The names that the function of a Lambda uses; None where it has other ones than such a head, or is not read."""
    encoded = config.get("function")
    if isinstance(encoded, Mapping):  # Keras 3
        inner = encoded.get("config")
        encoded = inner.get("code") if isinstance(inner, Mapping) else None
    elif isinstance(encoded, list):
        encoded = encoded[0] if encoded else None
    if not isinstance(encoded, str) or config.get("arguments"):
        return None
    try:
        code = base64.b64decode(encoded, validate=False)
    except (binascii.Error, ValueError):
        return None
    if len(code) > _LONGEST:
        return None
    found = {word.decode() for length, word in _TEXT.findall(code) if len(word) == length[0]}
    used = {name for name in found if name in _ALLOWED}
    others = {name for name in found - used if not _OWN.fullmatch(name)}
    return None if others or not used else used


def _sources(layer: Mapping[str, Any]) -> Iterator[str]:
    """The names of the layers whose outputs a layer takes, as any version of Keras saves them."""
    waiting = [layer.get("inbound_nodes")]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            history = item.get("keras_history")
            if isinstance(history, list) and history and isinstance(history[0], str):
                yield history[0]
            else:
                waiting.extend(item.values())
        elif isinstance(item, list):
            if len(item) >= 3 and isinstance(item[0], str) and isinstance(item[1], int):
                yield item[0]
            else:
                waiting.extend(item)
