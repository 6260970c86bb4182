"""The expected norm of a kernel before training, computed from its initializer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

#: Scale and mode of the variance-scaling initializers, by name in lower case without underscores.
_VARIANCE_SCALING = {
    "glorotuniform": (1.0, "fan_avg"),
    "glorotnormal": (1.0, "fan_avg"),
    "henormal": (2.0, "fan_in"),
    "heuniform": (2.0, "fan_in"),
    "lecunnormal": (1.0, "fan_in"),
    "lecununiform": (1.0, "fan_in"),
}

#: The standard deviation of a standard normal distribution truncated at two standard deviations.
_TRUNCATED_STDDEV = 0.87962566

#: Default limit and standard deviation of the uniform and normal initializers, also those of Keras 1.
_DEFAULT_WIDTH = 0.05


def expected_init_norm(shape: tuple[int, ...], role: str, settings: Mapping[str, Any]) -> float:
    """The root mean square norm of a kernel that its initializer creates.

    Args:
        shape: Its shape in Keras' order, inputs before outputs.
        role: Its name in its layer: ``kernel``, ``depthwise_kernel``.
        settings: The layer's settings as saved by any version of Keras. Without an initializer, Keras' default is
            assumed.
    """
    saved = settings.get(f"{role.removesuffix('_kernel')}_initializer", settings.get("init"))
    name, options = _name_and_options(saved)
    if name == "orthogonal":
        rows = math.prod(shape[:-1])
        return _number(options.get("gain"), 1.0) * math.sqrt(min(rows, shape[-1]))
    return math.sqrt(math.prod(shape) * _mean_square(name, options, shape))


def _name_and_options(saved: Any) -> tuple[str, Mapping[str, Any]]:
    """An initializer's name in lower case without underscores, and its options."""
    if isinstance(saved, str):
        return _normalize_name(saved), {}
    if isinstance(saved, dict) and isinstance(saved.get("class_name"), str):
        options = saved.get("config")
        return _normalize_name(saved["class_name"]), options if isinstance(options, dict) else {}
    return "glorotuniform", {}


def _normalize_name(name: str) -> str:
    return name.rsplit(">", 1)[-1].replace("_", "").removesuffix("V2").lower()


def _mean_square(name: str, options: Mapping[str, Any], shape: tuple[int, ...]) -> float:
    match name:
        case "zeros" | "zero":
            return 0.0
        case "ones" | "one":
            return 1.0
        case "randomuniform" | "uniform":
            low = _number(options.get("minval"), -_DEFAULT_WIDTH)
            high = _number(options.get("maxval"), _DEFAULT_WIDTH)
            return (low * low + low * high + high * high) / 3
        case "randomnormal" | "normal" | "truncatednormal":
            deviation = _number(options.get("stddev"), _DEFAULT_WIDTH)
            deviation *= _TRUNCATED_STDDEV if name == "truncatednormal" else 1.0
            return _number(options.get("mean"), 0.0) ** 2 + deviation**2
        case "variancescaling":
            scale = _number(options.get("scale"), 1.0)
            mode = str(options.get("mode", "fan_in"))
        case _:
            scale, mode = _VARIANCE_SCALING.get(name, _VARIANCE_SCALING["glorotuniform"])
    return scale / max(1.0, _fan(shape, mode))


def _fan(shape: tuple[int, ...], mode: str) -> float:
    """The fan-in or fan-out of a kernel, or the mean of both."""
    field = math.prod(shape[:-2])
    fans = field * shape[-2], field * shape[-1]
    return {"fan_in": fans[0], "fan_out": fans[1]}.get(mode, sum(fans) / 2)


def _number(value: Any, default: float) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable else default
