"""Look through a network's description before anything is built from it: code, files, and sizes out of proportion.

What passes holds names of layers and numbers only. Whether Keras has such layers is found when it is built.
"""

from __future__ import annotations

from typing import Any

from grader.records.evidence import Failure

#: More than any network of a lab has: the deepest published ones stay below 1,500 layers.
MAX_LAYERS = 3_000
MAX_DEPTH = 100
MAX_OBJECTS = 500_000

#: Layers that carry or call code that is not Keras' own.
_CODE = frozenset({"TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})

#: Layers that read a file where their settings name one.
_READERS = frozenset({"StringLookup", "IntegerLookup", "TextVectorization", "IndexLookup"})
_FILES = ("vocabulary", "idf_weights")

#: What Keras writes for a Python function, by era.
_FUNCTIONS = frozenset({"function", "__lambda__", "__typespec__"})


def check_config(config: Any, file: str) -> Failure | None:
    """Refuse a description that brings code along, names files, or is out of all proportion.

    Args:
        config: As parsed from the file.
        file: What the student calls it.
    """
    objects = layers = 0
    waiting: list[tuple[Any, int]] = [(config, 0)]
    while waiting:
        item, depth = waiting.pop()
        objects += 1
        if depth > MAX_DEPTH or objects > MAX_OBJECTS:
            return _refused(file, "config-size")
        if isinstance(item, list):
            waiting.extend((inner, depth + 1) for inner in item)
        if not isinstance(item, dict):
            continue
        waiting.extend((inner, depth + 1) for inner in item.values())
        listed = item.get("layers")
        layers += len(listed) if isinstance(listed, list) else 0
        if layers > MAX_LAYERS:
            return _refused(file, "config-size")
        trouble = _trouble(item) if "class_name" in item else None
        if trouble:
            return _refused(file, *trouble)
    return None


def _trouble(item: dict[str, Any]) -> tuple[str, str] | None:
    """What is wrong with one described object: a key of the catalogue's ``[why]``, and its name."""
    kind = item["class_name"]
    if not isinstance(kind, str):
        return None
    settings = item.get("config")
    fields = settings if isinstance(settings, dict) else {}
    name = str(fields.get("name") or kind)[:80]
    if kind == "Lambda":
        return "lambda", name
    if kind in _CODE:
        return "foreign-code", name
    if kind in _READERS and any(isinstance(fields.get(field), str) for field in _FILES):
        return "file-reference", name
    if kind in _FUNCTIONS and not _is_activation(item):
        return "foreign-code", str(settings)[:80] if isinstance(settings, str) else str(kind)
    return None


def _is_activation(item: dict[str, Any]) -> bool:
    """Whether a described function is one of Keras' activations, by its name alone."""
    from grader.probes.repair.building import find_activation
    from grader.probes.repair.settings import plain_function

    name = plain_function(item)
    if isinstance(name, dict):
        name = name.get("name")
    return isinstance(name, str) and name.isidentifier() and find_activation(name) is not None


def _refused(file: str, why: str, layer: str = "") -> Failure:
    return Failure(reason="refused", args={"file": file, "why": why, "layer": layer})
