"""Check a model's config before anything is built from it: no code, no file names, no excessive size.

A config that passes holds only names of layers and numbers. Whether Keras has those layers is checked when the
model is built.
"""

from __future__ import annotations

from typing import Any

from grader.evidence.models.probe.repair.lookup import find_activation
from grader.evidence.models.probe.repair.settings import function_name
from grader.records.evidence import Failure, file_failure
from grader.records.message import Name

#: More layers than any model of a lab has: the deepest published models have fewer than 1,500.
MAX_LAYERS = 3_000
MAX_DEPTH = 100
MAX_OBJECTS = 500_000

#: Layers that contain or call code from outside Keras.
_CODE_LAYERS = frozenset({"TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})

#: Layers that read a file if their settings name one, and the settings that may name it.
_FILE_READERS = frozenset({"StringLookup", "IntegerLookup", "TextVectorization", "IndexLookup"})
_FILE_SETTINGS = ("vocabulary", "idf_weights")

#: Class names under which the versions of Keras save a Python function.
_FUNCTION_CLASSES = frozenset({"function", "__lambda__", "__typespec__"})


def check_config(config: Any, file: str) -> Failure | None:
    """Refuse a config that contains code, names files or is too large.

    Args:
        config: The model's config, parsed from JSON.
        file: The student's name for the file.
    """
    objects = layers = 0
    waiting: list[tuple[Any, int]] = [(config, 0)]
    while waiting:
        item, depth = waiting.pop()
        objects += 1
        if depth > MAX_DEPTH or objects > MAX_OBJECTS:
            return _refuse(file, "config-size")
        if isinstance(item, list):
            waiting.extend((inner, depth + 1) for inner in item)
        if not isinstance(item, dict):
            continue
        waiting.extend((inner, depth + 1) for inner in item.values())
        listed = item.get("layers")
        layers += len(listed) if isinstance(listed, list) else 0
        if layers > MAX_LAYERS:
            return _refuse(file, "config-size")
        problem = _find_problem(item) if "class_name" in item else None
        if problem:
            return _refuse(file, *problem)
    return None


def _find_problem(item: dict[str, Any]) -> tuple[str, str] | None:
    """What is wrong with one object: a key of the message catalogue's ``[why]``, and the object's name."""
    kind = item["class_name"]
    if not isinstance(kind, str):
        return None
    settings = item.get("config")
    fields = settings if isinstance(settings, dict) else {}
    name = str(fields.get("name") or kind)[:80]
    if kind == "Lambda":
        return "lambda", name
    if kind in _CODE_LAYERS:
        return "foreign-code", name
    if kind in _FILE_READERS and any(
        isinstance(fields.get(field), str) for field in _FILE_SETTINGS
    ):
        return "file-reference", name
    if kind in _FUNCTION_CLASSES and not _is_activation(item):
        return "foreign-code", str(settings)[:80] if isinstance(settings, str) else str(kind)
    return None


def _is_activation(item: dict[str, Any]) -> bool:
    """Whether a saved function has the name of one of Keras' activations."""
    name = function_name(item)
    if isinstance(name, dict):
        name = name.get("name")
    return isinstance(name, str) and name.isidentifier() and find_activation(name) is not None


def _refuse(file: str, why: str, layer: str = "") -> Failure:
    return file_failure("refused", file, why, layer=Name(text=layer))
