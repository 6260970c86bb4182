"""Summarise an opened Keras model as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.evidence.models.probe.expected_input import expected_normalization, is_untrained
from grader.evidence.models.probe.fingerprint import fingerprint, keras_weights
from grader.evidence.models.probe.loaded_model import LoadedModel, flat_layers
from grader.evidence.models.probe.opening import OpenedModel
from grader.evidence.models.probe.repair.base import OLD_HARD_SIGMOID
from grader.evidence.models.probe.training_config import loss, optimizer, regularizers
from grader.evidence.models.protocol import OpenModel
from grader.evidence.models.record import LayerSummary, ModelSummary

_SETTINGS = (
    "units", "filters", "kernel_size", "strides", "pool_size", "padding", "rate", "target_shape",
)  # fmt: skip
_MAX_LAYERS = 500


def summarise(opened: OpenedModel, loaded: LoadedModel, request: OpenModel) -> ModelSummary:
    """List layers, shapes, parameters and training settings; nested models are replaced by their layers."""
    model, saved = opened.model, opened.saved
    regularized = regularizers(saved.config)
    kind, learning_rate = optimizer(saved.training)
    return ModelSummary(
        file=request.file,
        format=request.format,
        keras_version=saved.keras_version,
        backend=saved.backend,
        inputs=loaded.inputs,
        outputs=loaded.outputs,
        repairs=opened.repairs,
        parameters=int(model.count_params()),
        trainable_parameters=sum(_size(weight) for weight in model.trainable_weights),
        layers=tuple(
            _layer(layer, regularized.get(str(layer.name), {}))
            for layer in flat_layers(model)[:_MAX_LAYERS]
        ),
        expects=expected_normalization(model),
        untrained=is_untrained(model),
        optimizer=kind,
        learning_rate=learning_rate,
        loss=loss(saved.training),
        size_bytes=Path(request.path).stat().st_size,
        fingerprint=fingerprint(keras_weights(model, saved.config)),
    )


def _layer(layer: Any, regularized: Mapping[str, str]) -> LayerSummary:
    return LayerSummary(
        name=str(layer.name),
        type=type(layer).__name__,
        output_shape=_output_shape(layer),
        parameters=int(layer.count_params()) if layer.built else 0,
        settings={**_settings(layer), **regularized},
    )


def _settings(layer: Any) -> dict[str, str | int | float | tuple[int, ...]]:
    settings: dict[str, str | int | float | tuple[int, ...]] = {}
    for name in _SETTINGS:
        value = getattr(layer, name, None)
        if isinstance(value, list | tuple):
            settings[name] = _numbers(value)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            settings[name] = value
    activation = getattr(layer, "activation", None)
    if activation is not None:
        name = str(getattr(activation, "__name__", type(activation).__name__))
        settings["activation"] = "hard_sigmoid" if name == OLD_HARD_SIGMOID else name
    return settings


def _numbers(values: Any) -> tuple[int, ...]:
    """Flatten numbers or pairs of numbers into one tuple."""
    numbers: list[int] = []
    for value in values:
        numbers += _numbers(value) if isinstance(value, list | tuple) else [int(value)]
    return tuple(numbers)


def _output_shape(layer: Any) -> tuple[int | None, ...] | None:
    try:
        return _shape(layer.output.shape)
    except (AttributeError, ValueError, TypeError):
        return None


def _shape(shape: Any) -> tuple[int | None, ...]:
    return tuple(None if size is None else int(size) for size in shape)


def _size(weight: Any) -> int:
    size = 1
    for extent in weight.shape:
        size *= int(extent)
    return size
