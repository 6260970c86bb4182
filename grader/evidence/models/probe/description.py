"""Read a model's description that was saved apart from its weights: by `to_json`, `to_yaml` or `get_config`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MAX_CONFIG_BYTES = 16 << 20

#: What YAML written by Python calls lists and texts that are read as plain ones.
_PYTHON_LIST = "tag:yaml.org,2002:python/tuple"
_PYTHON_TEXT = "tag:yaml.org,2002:python/unicode"


def read_description(path: Path, kind: str) -> dict[str, Any]:
    """The description as `to_json` of Keras 2 writes it: ``class_name``, ``config`` and what else it states.

    Args:
        path: The file.
        kind: ``keras-json`` or ``keras-yaml``.

    Raises:
        ValueError: It describes no model, is damaged or too large.
    """
    with path.open("rb") as stream:
        data = stream.read(MAX_CONFIG_BYTES + 1)
    if len(data) > MAX_CONFIG_BYTES:
        raise ValueError(f"the description is larger than {MAX_CONFIG_BYTES >> 20} MiB")
    text = data.decode("utf-8-sig")
    try:
        parsed = _parse_yaml(text) if kind == "keras-yaml" else json.loads(text)
        if isinstance(parsed, str):  # `json.dump(model.to_json(), file)` packs it twice
            parsed = json.loads(parsed)
    except RecursionError as error:
        raise ValueError("the description is nested too deeply") from error
    return _whole(parsed)


def saving_version(description: dict[str, Any]) -> str:
    """The version of Keras that wrote a description; Keras 3 does not state it."""
    stated = description.get("keras_version")
    if isinstance(stated, str):
        return stated
    return "3" if "module" in description else ""


def _whole(parsed: Any) -> dict[str, Any]:
    """The description of a whole model; `get_config` leaves the class of the model out."""
    if isinstance(parsed, list):
        return {"class_name": "Sequential", "config": parsed}
    if not isinstance(parsed, dict):
        raise ValueError("the file describes no model")
    if "class_name" in parsed:
        return parsed
    if not isinstance(parsed.get("layers"), list):
        raise ValueError("the file describes no model")
    graph = "output_layers" in parsed
    return {"class_name": "Functional" if graph else "Sequential", "config": parsed}


def _parse_yaml(text: str) -> Any:
    import yaml

    try:
        loader = yaml.SafeLoader(text)
        loader.yaml_constructors = {
            **yaml.SafeLoader.yaml_constructors,
            _PYTHON_LIST: lambda own, node: own.construct_sequence(node, deep=True),
            _PYTHON_TEXT: yaml.SafeLoader.construct_scalar,
        }
        return loader.get_single_data()
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
