"""What a training leaves, as bytes and back: a head of JSON, then raw arrays and files. Nothing is pickled."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.records.base import Record

_LENGTH = struct.Struct("!Q")

Array = NDArray[np.generic]
#: Settings of a callback that are numbers or truth values.
Settings = dict[str, int | float | bool | None]


class RandomState(Record, frozen=True, kw_only=True):
    """Where Python's and NumPy's global generators of random numbers stand."""

    python: tuple[int, tuple[int, ...], float | None]
    numpy: tuple[tuple[int, ...], int, int, float]


@dataclass(frozen=True)
class LeftByTraining:
    """What a training leaves."""

    weights: Sequence[Array]
    """Of the model, in Keras' order."""
    optimizer: Sequence[Array]
    """Variables of the optimizer, in Keras' order."""
    history: Mapping[str, Array]
    """Name of a series to its values, an epoch each, float64."""
    epochs: Sequence[int]
    """Numbers of the epochs that were run."""
    params: Mapping[str, int | str | None]
    """Of the history, as Keras gives them."""
    seconds: float
    """It took."""
    random: RandomState | None = None
    """After it."""
    callbacks: Sequence[Settings] = ()
    """Of each callback that was given."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Those it wrote, by their paths."""


class _ArrayHead(Record, frozen=True, kw_only=True):
    shape: tuple[int, ...]
    dtype: str


class _Head(Record, frozen=True, kw_only=True):
    weights: tuple[_ArrayHead, ...]
    optimizer: tuple[_ArrayHead, ...]
    history: dict[str, _ArrayHead]
    epochs: tuple[int, ...]
    params: dict[str, int | str | None]
    seconds: float
    random: RandomState | None
    callbacks: tuple[Settings, ...]
    files: dict[str, int]


def as_bytes(left: LeftByTraining) -> bytes:
    """What a training left, as bytes."""
    head = _Head(
        weights=tuple(map(_head_of, left.weights)),
        optimizer=tuple(map(_head_of, left.optimizer)),
        history={name: _head_of(array) for name, array in left.history.items()},
        epochs=tuple(left.epochs),
        params=dict(left.params),
        seconds=left.seconds,
        random=left.random,
        callbacks=tuple(left.callbacks),
        files={name: len(data) for name, data in left.files.items()},
    )
    encoded = msgspec.json.encode(head)
    arrays = (*left.weights, *left.optimizer, *left.history.values())
    return b"".join(
        [
            _LENGTH.pack(len(encoded)),
            encoded,
            *(np.ascontiguousarray(array).tobytes() for array in arrays),
            *left.files.values(),
        ]
    )


def from_bytes(data: bytes | memoryview) -> LeftByTraining:
    """What a training left.

    Raises:
        ValueError: The bytes are not of `as_bytes`.
    """
    try:
        return _decoded(memoryview(data))
    except (struct.error, TypeError, msgspec.DecodeError) as error:
        raise ValueError(f"nothing that was kept of a training: {error}") from error


def _decoded(data: memoryview) -> LeftByTraining:
    (length,) = _LENGTH.unpack(data[: _LENGTH.size])
    head = msgspec.json.decode(data[_LENGTH.size : _LENGTH.size + length], type=_Head)
    rest = _Rest(data[_LENGTH.size + length :])
    left = LeftByTraining(
        weights=[rest.array(item) for item in head.weights],
        optimizer=[rest.array(item) for item in head.optimizer],
        history={name: rest.array(item) for name, item in head.history.items()},
        epochs=head.epochs,
        params=head.params,
        seconds=head.seconds,
        random=head.random,
        callbacks=head.callbacks,
        files={name: bytes(rest.take(size)) for name, size in head.files.items()},
    )
    if rest.data:
        raise ValueError(f"{len(rest.data)} bytes too many")
    return left


@dataclass
class _Rest:
    """Bytes that are taken from the front."""

    data: memoryview

    def take(self, size: int) -> memoryview:
        if not 0 <= size <= len(self.data):
            raise ValueError(f"{size} bytes are not there")
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def array(self, head: _ArrayHead) -> Array:
        dtype = np.dtype(head.dtype)
        found: Array = np.frombuffer(
            self.take(int(np.prod(head.shape, dtype=np.int64)) * dtype.itemsize), dtype
        )
        return found.reshape(head.shape)


def _head_of(array: Array) -> _ArrayHead:
    if array.dtype.hasobject:
        raise ValueError("an array of objects")
    return _ArrayHead(shape=array.shape, dtype=array.dtype.name)
