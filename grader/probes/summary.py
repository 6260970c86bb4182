"""What an opened network looks like, as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.probes.facts import loss, optimiser, regularisers
from grader.probes.fingerprint import fingerprint, keras_weights
from grader.probes.insides import expected_scaling, is_untrained
from grader.probes.network import Network, flat_layers
from grader.probes.opening import OpenedNetwork
from grader.probes.repair.base import OLD_HARD_SIGMOID
from grader.records.evidence import LayerSummary, ModelSummary
from grader.records.probe import OpenModel

_SETTINGS = (
    "units", "filters", "kernel_size", "strides", "pool_size", "padding", "rate", "target_shape",
)  # fmt: skip
_MAX_LAYERS = 500


def summarise(opened: OpenedNetwork, ports: Network, request: OpenModel) -> ModelSummary:
    """Layers, shapes, parameters and how it was trained; nested networks are flattened into their layers."""
    network, saved = opened.network, opened.saved
    regularised = regularisers(saved.config)
    kind, learning_rate = optimiser(saved.training)
    return ModelSummary(
        file=request.file,
        format=request.format,
        keras_version=saved.keras_version,
        backend=saved.backend,
        inputs=ports.inputs,
        outputs=ports.outputs,
        repairs=opened.repairs,
        parameters=int(network.count_params()),
        trainable_parameters=sum(_size(weight) for weight in network.trainable_weights),
        layers=tuple(
            _layer(layer, regularised.get(str(layer.name), {}))
            for layer in flat_layers(network)[:_MAX_LAYERS]
        ),
        expects=expected_scaling(network),
        untrained=is_untrained(network),
        optimiser=kind,
        learning_rate=learning_rate,
        loss=loss(saved.training),
        size_bytes=Path(request.path).stat().st_size,
        fingerprint=fingerprint(keras_weights(network, saved.config)),
    )


def _layer(layer: Any, regularised: Mapping[str, str]) -> LayerSummary:
    return LayerSummary(
        name=str(layer.name),
        type=type(layer).__name__,
        output_shape=_output_shape(layer),
        parameters=int(layer.count_params()) if layer.built else 0,
        settings={**_settings(layer), **regularised},
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
    """Numbers, or pairs of them one behind the other."""
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
