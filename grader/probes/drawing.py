"""How large a kernel is before training, by the way its weights were drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

#: Scale and mode of the initialisers that go by the kernel's size, by their names without case and underscores.
_SCALED = {
    "glorotuniform": (1.0, "fan_avg"),
    "glorotnormal": (1.0, "fan_avg"),
    "henormal": (2.0, "fan_in"),
    "heuniform": (2.0, "fan_in"),
    "lecunnormal": (1.0, "fan_in"),
    "lecununiform": (1.0, "fan_in"),
}

#: The deviation of a normal distribution cut at two deviations, as a share of the uncut one's.
_CUT = 0.87962566

#: How wide initialisers draw that are named without settings, ``uniform`` and ``normal`` of Keras 1 among them.
_USUAL_WIDTH = 0.05


def drawn_norm(shape: tuple[int, ...], role: str, settings: Mapping[str, Any]) -> float:
    """The norm a kernel has on average when it is drawn.

    Args:
        shape: In Keras' order, inputs before outputs.
        role: What its layer calls it: ``kernel``, ``depthwise_kernel``.
        settings: Of its layer as saved, by any Keras. Where they name no initialiser, Keras' usual one is assumed.
    """
    saved = settings.get(f"{role.removesuffix('_kernel')}_initializer", settings.get("init"))
    name, options = _named(saved)
    if name == "orthogonal":
        rows = math.prod(shape[:-1])
        return _number(options.get("gain"), 1.0) * math.sqrt(min(rows, shape[-1]))
    return math.sqrt(math.prod(shape) * _mean_square(name, options, shape))


def _named(saved: Any) -> tuple[str, Mapping[str, Any]]:
    """An initialiser's name, without case and underscores, and its options."""
    if isinstance(saved, str):
        return _plain(saved), {}
    if isinstance(saved, dict) and isinstance(saved.get("class_name"), str):
        options = saved.get("config")
        return _plain(saved["class_name"]), options if isinstance(options, dict) else {}
    return "glorotuniform", {}


def _plain(name: str) -> str:
    return name.rsplit(">", 1)[-1].replace("_", "").removesuffix("V2").lower()


def _mean_square(name: str, options: Mapping[str, Any], shape: tuple[int, ...]) -> float:
    match name:
        case "zeros" | "zero":
            return 0.0
        case "ones" | "one":
            return 1.0
        case "randomuniform" | "uniform":
            low = _number(options.get("minval"), -_USUAL_WIDTH)
            high = _number(options.get("maxval"), _USUAL_WIDTH)
            return (low * low + low * high + high * high) / 3
        case "randomnormal" | "normal" | "truncatednormal":
            deviation = _number(options.get("stddev"), _USUAL_WIDTH)
            deviation *= _CUT if name == "truncatednormal" else 1.0
            return _number(options.get("mean"), 0.0) ** 2 + deviation**2
        case "variancescaling":
            scale = _number(options.get("scale"), 1.0)
            mode = str(options.get("mode", "fan_in"))
        case _:
            scale, mode = _SCALED.get(name, _SCALED["glorotuniform"])
    return scale / max(1.0, _fan(shape, mode))


def _fan(shape: tuple[int, ...], mode: str) -> float:
    """Inputs of a unit, outputs of one, or their mean."""
    field = math.prod(shape[:-2])
    fans = field * shape[-2], field * shape[-1]
    return {"fan_in": fans[0], "fan_out": fans[1]}.get(mode, sum(fans) / 2)


def _number(value: Any, otherwise: float) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable else otherwise
