"""Fingerprints that identify a model's weights: a digest of all weights, and a sketch of each kernel."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.probe.init_norm import expected_init_norm
from grader.evidence.models.probe.loaded_model import flat_layers
from grader.evidence.models.probe.repair.base import INNER_LAYERS, described
from grader.evidence.models.record import (
    MAX_KERNELS,
    SKETCH_SIZE,
    KernelSketch,
    WeightFingerprint,
)

_ROWS = 8192
"""How many rows of `SKETCH_SIZE` numbers are projected at once."""

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Weight:
    """One array of a model."""

    role: str
    """Its name in its layer: ``kernel``, ``recurrent_kernel``, ``bias``."""
    array: NDArray[Any]
    settings: Settings = field(default_factory=dict)
    """The saved settings of its layer, which name the initializer."""


def fingerprint(weights: Sequence[Weight]) -> WeightFingerprint | None:
    """The fingerprint of a model with these weights; None if it has no weights.

    The digest covers the shapes and float32 bytes of all weights, sorted by their own digests: it stays the same
    when a model is saved in another format or its layers are renamed. The optimizer's state is not part of it.
    """
    if not weights:
        return None
    with np.errstate(over="ignore"):
        arrays = [np.ascontiguousarray(weight.array, dtype="<f4") for weight in weights]
    digest = hashlib.sha256(b"".join(sorted(map(_digest, arrays))))
    kernels = [
        (array, weight)
        for array, weight in zip(arrays, weights, strict=True)
        if array.ndim > 1 and array.size
    ][-MAX_KERNELS:]  # the last layers are the ones most often retrained
    finite = all(np.isfinite(array).all() for array, _ in kernels)
    sketches = tuple(_sketch(array, weight) for array, weight in kernels) if finite else ()
    return WeightFingerprint(digest=digest.hexdigest(), kernels=sketches)


def keras_weights(model: Any, config: Any) -> list[Weight]:
    """The weights of an opened Keras model, layer by layer.

    Args:
        model: A Keras model.
        config: Its config as saved, which names the initializers.
    """
    settings = _settings_by_layer(config)
    return [
        Weight(str(weight.name), np.asarray(weight), settings.get(str(layer.name), {}))
        for layer in flat_layers(model)
        for weight in layer.weights
    ]


def _settings_by_layer(config: Any) -> dict[str, Settings]:
    found: dict[str, Settings] = {}
    for layer in described(config):
        settings = layer.get("config")
        if isinstance(settings, dict) and isinstance(settings.get("name"), str):
            found.setdefault(settings["name"].replace("/", "_"), dict(_with_inner(settings)))
    return found


def _with_inner(settings: Settings) -> Iterator[tuple[str, Any]]:
    """The settings of a wrapped layer, then those of the wrapper, which take precedence."""
    for name in INNER_LAYERS:
        inner = settings.get(name)
        if isinstance(inner, dict) and isinstance(inner.get("config"), dict):
            yield from _with_inner(inner["config"])
    yield from settings.items()


def _digest(array: NDArray[np.float32]) -> bytes:
    digest = hashlib.sha256(str(array.shape).encode())
    digest.update(array.data if array.size else b"")
    return digest.digest()


def _sketch(array: NDArray[np.float32], weight: Weight) -> KernelSketch:
    """Sum the kernel's blocks with random signs, which approximately preserves angles and distances."""
    flat = array.reshape(-1)
    total, squares = np.zeros(SKETCH_SIZE), 0.0
    for start in range(0, flat.size, step := _ROWS * SKETCH_SIZE):
        block = flat[start : start + step]
        squares += float(np.square(block, dtype=np.float64).sum())  # alike on any number of cores
        signed = np.zeros(-(-block.size // SKETCH_SIZE) * SKETCH_SIZE, np.float32)
        np.multiply(block, _signs(start // step)[: block.size], out=signed[: block.size])
        total += signed.reshape(-1, SKETCH_SIZE).sum(axis=0, dtype=np.float64)
    norm = float(np.sqrt(squares))
    return KernelSketch(
        shape=array.shape,
        norm=norm,
        expected_init_norm=expected_init_norm(array.shape, weight.role, weight.settings),
        sketch=(total / (norm or 1.0)).astype("<f2").tobytes(),
    )


@lru_cache(maxsize=4)
def _signs(block: int) -> NDArray[np.float32]:
    """Random signs for one block of a kernel, from a generator whose stream NumPy guarantees to keep."""
    words = np.random.Philox(key=block).random_raw(-(-_ROWS * SKETCH_SIZE // 64))
    bits = np.unpackbits(words.astype("<u8").view(np.uint8))[: _ROWS * SKETCH_SIZE]
    return bits.astype(np.float32) * 2 - 1


#: Computed once, before processes are forked; the first block is enough for most kernels.
_signs(0)
