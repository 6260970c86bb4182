"""Read from a saved config how the model was trained: optimizer, loss, regularizers. Builds no object."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from grader.evidence.models.probe.repair.base import INNER_LAYERS, described

#: Arguments of Keras 1 for regularizers, and their later names.
_KERAS_1_NAMES = {
    "U_regularizer": "recurrent_regularizer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
}

#: Keras' default strength of a regularizer that is given by name only.
_DEFAULT_STRENGTH = {"l1": "l1(0.01)", "l2": "l2(0.01)", "l1_l2": "l1_l2(0.01, 0.01)"}
_MAX_LENGTH = 80


def regularizers(config: Any) -> dict[str, dict[str, str]]:
    """The regularizers of each layer that has any, by the layer's name.

    Those of one layer are keyed by argument: ``{"kernel_regularizer": "l2(0.001)"}``.
    """
    found: dict[str, dict[str, str]] = {}
    for layer in described(config):
        settings = layer.get("config")
        if isinstance(settings, dict) and isinstance(settings.get("name"), str):
            own = dict(_regularizers_of(settings))
            if own:
                found.setdefault(settings["name"].replace("/", "_"), own)
    return found


def _regularizers_of(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The regularizers of a layer and of the layer it wraps, each with its argument's name."""
    for name, value in settings.items():
        if name.endswith("_regularizer"):
            text = _regularizer(value)
            if text:
                yield _KERAS_1_NAMES.get(name, name), text
        elif name in INNER_LAYERS and isinstance(value, dict):
            inner = value.get("config")
            if isinstance(inner, dict):
                yield from _regularizers_of(inner)


def _regularizer(saved: Any) -> str:
    """A regularizer saved by any version of Keras as text; empty if there is none, or its strength is zero."""
    if isinstance(saved, str):
        return _DEFAULT_STRENGTH.get(saved, saved[:_MAX_LENGTH])
    if not isinstance(saved, dict):
        return ""
    settings = saved.get("config", saved)
    settings = settings if isinstance(settings, dict) else {}
    strengths = {kind: _number(settings.get(kind)) for kind in ("l1", "l2") if kind in settings}
    if not strengths:
        return str(saved.get("class_name") or saved.get("name") or "")[:_MAX_LENGTH]
    real = {kind: strength for kind, strength in strengths.items() if strength}
    return (
        f"{'_'.join(real)}({', '.join(f'{strength:.6g}' for strength in real.values())})"
        if real
        else ""
    )


def optimizer(training: Mapping[str, Any]) -> tuple[str, float | None]:
    """The optimizer's class and its learning rate; empty and None if the file does not state them."""
    saved = training.get("optimizer_config", training.get("optimizer"))
    if isinstance(saved, str):
        return _without_package(saved), None
    if not isinstance(saved, dict):
        return "", None
    settings = saved.get("config")
    settings = settings if isinstance(settings, dict) else {}
    rate = _number(settings.get("learning_rate", settings.get("lr")))
    return _without_package(saved.get("class_name")), float(
        f"{rate:.6g}"
    ) if rate is not None else None


def loss(training: Mapping[str, Any]) -> str:
    """The names of the losses, without repetition; empty if the file does not state any."""
    return ", ".join(dict.fromkeys(_names(training.get("loss"))))[:_MAX_LENGTH]


def _names(saved: Any) -> Iterator[str]:
    if isinstance(saved, str):
        yield _without_package(saved)
    elif isinstance(saved, list):
        for item in saved:
            yield from _names(item)
    elif isinstance(saved, dict) and "class_name" in saved:
        is_function = saved["class_name"] == "function"
        yield _without_package(saved.get("config") if is_function else saved["class_name"])
    elif isinstance(saved, dict):
        yield from _names(list(saved.values()))


def _without_package(name: Any) -> str:
    """A name without the package under which it was registered."""
    return str(name).rsplit(">", 1)[-1][:_MAX_LENGTH] if isinstance(name, str) else ""


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else None
