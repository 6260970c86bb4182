"""What a file says of how its network was trained, as words and numbers. Nothing of it is built."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from grader.probes.repair.base import INNER_LAYERS, described

#: Regularisers of Keras 1 by their later names.
_OLD_NAMES = {
    "U_regularizer": "recurrent_regularizer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
}

#: What a regulariser named without its strength has in Keras.
_USUAL_STRENGTH = {"l1": "l1(0.01)", "l2": "l2(0.01)", "l1_l2": "l1_l2(0.01, 0.01)"}
_LONGEST = 80


def regularisers(config: Any) -> dict[str, dict[str, str]]:
    """The regularisers of every layer that has some, by the layer's name.

    Those of one layer are by argument: ``{"kernel_regularizer": "l2(0.001)"}``.
    """
    found: dict[str, dict[str, str]] = {}
    for layer in described(config):
        settings = layer.get("config")
        if isinstance(settings, dict) and isinstance(settings.get("name"), str):
            own = dict(_regularisers_of(settings))
            if own:
                found.setdefault(settings["name"].replace("/", "_"), own)
    return found


def _regularisers_of(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Those of a layer and of what it wraps."""
    for name, value in settings.items():
        if name.endswith("_regularizer"):
            text = _regulariser(value)
            if text:
                yield _OLD_NAMES.get(name, name), text
        elif name in INNER_LAYERS and isinstance(value, dict):
            inner = value.get("config")
            if isinstance(inner, dict):
                yield from _regularisers_of(inner)


def _regulariser(saved: Any) -> str:
    """A regulariser of any era in a word; empty where there is none, or it has no strength."""
    if isinstance(saved, str):
        return _USUAL_STRENGTH.get(saved, saved[:_LONGEST])
    if not isinstance(saved, dict):
        return ""
    settings = saved.get("config", saved)
    settings = settings if isinstance(settings, dict) else {}
    strengths = {kind: _number(settings.get(kind)) for kind in ("l1", "l2") if kind in settings}
    if not strengths:
        return str(saved.get("class_name") or saved.get("name") or "")[:_LONGEST]
    real = {kind: strength for kind, strength in strengths.items() if strength}
    return (
        f"{'_'.join(real)}({', '.join(f'{strength:.6g}' for strength in real.values())})"
        if real
        else ""
    )


def optimiser(training: Mapping[str, Any]) -> tuple[str, float | None]:
    """The optimiser's class and its learning rate; empty and None where the file does not say."""
    saved = training.get("optimizer_config", training.get("optimizer"))
    if isinstance(saved, str):
        return _plain(saved), None
    if not isinstance(saved, dict):
        return "", None
    settings = saved.get("config")
    settings = settings if isinstance(settings, dict) else {}
    rate = _number(settings.get("learning_rate", settings.get("lr")))
    return _plain(saved.get("class_name")), float(f"{rate:.6g}") if rate is not None else None


def loss(training: Mapping[str, Any]) -> str:
    """The losses by name, one for each output that has its own; empty where the file does not say."""
    return ", ".join(dict.fromkeys(_names(training.get("loss"))))[:_LONGEST]


def _names(saved: Any) -> Iterator[str]:
    if isinstance(saved, str):
        yield _plain(saved)
    elif isinstance(saved, list):
        for item in saved:
            yield from _names(item)
    elif isinstance(saved, dict) and "class_name" in saved:
        is_function = saved["class_name"] == "function"
        yield _plain(saved.get("config") if is_function else saved["class_name"])
    elif isinstance(saved, dict):
        yield from _names(list(saved.values()))


def _plain(name: Any) -> str:
    """A name without the package it was registered under."""
    return str(name).rsplit(">", 1)[-1][:_LONGEST] if isinstance(name, str) else ""


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else None
