"""A live Keras model, its loss and its optimizer, in the words that reading code uses for them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from grader.evidence.code.probe.reading.names import snake_case
from grader.evidence.code.record import LayerRead, Regularizer

#: Layers of a model that are described, and sublayers that are looked for in one.
_LAYERS = 2_000

#: What a layer's setting may be regularised by, as Keras names the setting, and what that is called.
_TARGETS = (
    ("kernel_regularizer", "kernel"),
    ("depthwise_regularizer", "kernel"),
    ("pointwise_regularizer", "kernel"),
    ("embeddings_regularizer", "kernel"),
    ("recurrent_regularizer", "recurrent"),
    ("bias_regularizer", "bias"),
    ("activity_regularizer", "activity"),
)


def layers_of(model: Any) -> tuple[LayerRead, ...]:
    """The layers of a model in order; a model in a model is one layer."""
    layers = [layer for layer in list(model.layers)[:_LAYERS] if _is_shown(layer)]
    return tuple(map(_layer, layers))


def parameters_of(model: Any) -> int | None:
    """The number of parameters; None of a model that was not built yet."""
    if not model.built:
        return None
    return int(model.count_params())


def input_of(model: Any) -> tuple[int | None, ...]:
    """The shape of an input, without the batch; empty where it is not known."""
    shape = getattr(model, "input_shape", None) if model.built else None
    if isinstance(shape, list | tuple) and shape and not isinstance(shape[0], list | tuple):
        return tuple(None if size is None else int(size) for size in shape[1:])
    return ()


def loss_of(loss: Any) -> str:
    """A loss by the name Keras has for it as a text, however it was given; several joined by commas."""
    if isinstance(loss, dict | list | tuple):
        parts = loss.values() if isinstance(loss, dict) else loss
        return ", ".join(map(loss_of, parts))
    return "" if loss is None else snake_case(name_of(loss))


def name_of(value: Any) -> str:
    """The name of a function, a class or an object, or the text that names one."""
    if isinstance(value, str):
        return value
    return str(getattr(value, "__name__", "") or type(value).__name__)


def rate_of(optimizer: Any) -> tuple[float | None, bool]:
    """The learning rate as it was written, or else what the optimizer trains with; and whether it was written."""
    written = getattr(optimizer, "_grader_written_rate", None)
    if written is not None:
        return number(written), True
    rate = getattr(optimizer, "_learning_rate", None)
    if rate is None:
        rate = getattr(optimizer, "learning_rate", None)
    initial = getattr(rate, "initial_learning_rate", rate)
    return number(initial), False


def number(value: Any) -> float | None:
    """A finite number, without the noise of float32; None for anything else."""
    try:
        found = float(value)
    except Exception:  # whatever a student's object raises
        return None
    return float(f"{found:.7g}") if math.isfinite(found) else None


def _is_shown(layer: Any) -> bool:
    return type(layer).__name__ != "InputLayer"


def _layer(layer: Any) -> LayerRead:
    inner = getattr(layer, "layer", None)  # of wrappers such as TimeDistributed
    wrapped = inner if hasattr(inner, "weights") else None
    core = layer if wrapped is None else wrapped
    kind = type(layer).__name__
    return LayerRead(
        class_name=kind if wrapped is None else f"{kind}({type(wrapped).__name__})",
        units=_whole(getattr(core, "units", None)),
        filters=_whole(getattr(core, "filters", None)),
        kernel_size=_sizes(getattr(core, "kernel_size", None) or getattr(core, "pool_size", None)),
        rate=number(core.rate) if hasattr(core, "rate") else None,
        activation=_activation(core),
        output_shape=_output_shape(layer),
        parameters=int(layer.count_params()) if layer.built else None,
        regularizer=tuple(_regularizers(core)),
    )


def _activation(layer: Any) -> str:
    if not hasattr(layer, "activation"):
        return ""
    name = name_of(layer.activation)
    return "" if name == "linear" and type(layer).__name__ != "Activation" else name


def _output_shape(layer: Any) -> tuple[int | None, ...] | None:
    try:
        shape = layer.output.shape
        return tuple(None if size is None else int(size) for size in shape[1:])
    except Exception:  # not built, several outputs, or called more than once
        return None


def _regularizers(layer: Any) -> Iterator[Regularizer]:
    for setting, target in _TARGETS:
        found = getattr(layer, setting, None)
        if found is not None:
            factors = [(norm, number(getattr(found, norm, 0))) for norm in ("l1", "l2")]
            used = [(norm, factor) for norm, factor in factors if factor]
            yield Regularizer(
                target=target,
                norm="_".join(norm for norm, _ in used) or name_of(found).lower(),
                factors=tuple(factor for _, factor in used),
            )


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except Exception:  # a tuple, None, or whatever a student's layer has there
        return None


def _sizes(value: Any) -> tuple[int, ...]:
    if isinstance(value, Sequence) and all(isinstance(size, int) for size in value):
        return tuple(value)
    return (value,) if isinstance(value, int) else ()
