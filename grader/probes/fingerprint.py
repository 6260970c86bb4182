"""What tells a network's weights from others': a digest of all of them, and a sketch of each kernel."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.probes.drawing import drawn_norm
from grader.probes.network import flat_layers
from grader.probes.repair.base import INNER_LAYERS, described
from grader.records.evidence import MAX_KERNELS, SKETCH_SIZE, KernelSketch, WeightFingerprint

_ROWS = 8192
"""Rows of `SKETCH_SIZE` numbers projected at once."""

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Weight:
    """One array of a network."""

    role: str
    """What its layer calls it: ``kernel``, ``recurrent_kernel``, ``bias``."""
    array: NDArray[Any]
    settings: Settings = field(default_factory=dict)
    """Of its layer as saved; the initialiser is looked up there."""


def fingerprint(weights: Sequence[Weight]) -> WeightFingerprint | None:
    """The fingerprint of a network with these weights; None where it has none.

    The digest is over the shapes and float32 bytes of all of them, in an order of their own: it stays the same
    when a network is saved in another format or its layers are renamed, and does not look at the optimiser.
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
    ][-MAX_KERNELS:]  # the last ones are trained anew most often
    finite = all(np.isfinite(array).all() for array, _ in kernels)
    sketches = tuple(_sketch(array, weight) for array, weight in kernels) if finite else ()
    return WeightFingerprint(digest=digest.hexdigest(), kernels=sketches)


def keras_weights(network: Any, config: Any) -> list[Weight]:
    """The weights of an opened Keras network, layer by layer.

    Args:
        network: A Keras model.
        config: Its description as saved, which says how weights were drawn.
    """
    settings = _settings_by_layer(config)
    return [
        Weight(str(weight.name), np.asarray(weight), settings.get(str(layer.name), {}))
        for layer in flat_layers(network)
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
    """The settings of what a layer wraps, then its own, which count first."""
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
    """Add up blocks of the kernel under random signs: angles and distances are kept, nearly."""
    flat = array.reshape(-1)
    total, squares = np.zeros(SKETCH_SIZE), 0.0
    for start in range(0, flat.size, step := _ROWS * SKETCH_SIZE):
        block = flat[start : start + step]
        squares += float(np.dot(block, block))
        signed = np.zeros(-(-block.size // SKETCH_SIZE) * SKETCH_SIZE, np.float32)
        np.multiply(block, _signs(start // step)[: block.size], out=signed[: block.size])
        total += signed.reshape(-1, SKETCH_SIZE).sum(axis=0, dtype=np.float64)
    norm = float(np.sqrt(squares))
    return KernelSketch(
        shape=array.shape,
        norm=norm,
        drawn=drawn_norm(array.shape, weight.role, weight.settings),
        sketch=(total / (norm or 1.0)).astype("<f2").tobytes(),
    )


@lru_cache(maxsize=4)
def _signs(block: int) -> NDArray[np.float32]:
    """Signs for one block of every kernel: from a generator whose stream NumPy does not change."""
    words = np.random.Philox(key=block).random_raw(-(-_ROWS * SKETCH_SIZE // 64))
    bits = np.unpackbits(words.astype("<u8").view(np.uint8))[: _ROWS * SKETCH_SIZE]
    return bits.astype(np.float32) * 2 - 1


#: Enough for most kernels. Found out before processes are forked, it is found out once.
_signs(0)
