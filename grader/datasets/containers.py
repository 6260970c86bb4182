"""Readers of the file formats that image datasets come in.

Every reader takes the path of a file or folder and gives back a `Split`. None runs code from a
file, none writes to disk, and none reads more than `MAX_BYTES` into memory. They raise whatever
the format's library raises, or ValueError; `grader.datasets.files` turns that into a DataError.
"""

from __future__ import annotations

import io
import math
import pickle
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Split

#: More than any of these datasets takes in memory, less than would fill a laptop.
MAX_BYTES = 1 << 30

Pixels = NDArray[np.uint8]


def read_npz(path: Path, *, images: str, labels: str) -> Split:
    """Read two plain arrays of an ``.npz`` file.

    Args:
        path: The file; arrays of Python objects in it are refused.
        images: Key of the images.
        labels: Key of the labels.
    """
    arrays = _npz_arrays(path, images, labels)
    return Split(arrays[images], arrays[labels].reshape(-1))


def read_delta_npz(path: Path) -> Split:
    """Read an ``.npz`` file whose RGB pixels are stored as differences.

    The array ``x_delta`` of shape (3, N, height, width) holds differences (modulo 256) along
    rows, columns and, for red and blue, to green; ``y`` of shape (N,) holds the labels.
    """
    arrays = _npz_arrays(path, "x_delta", "y")
    planes = arrays["x_delta"]
    for axis in (2, 3):
        planes = np.cumsum(planes, axis=axis, dtype=np.uint8)
    planes[0] += planes[1]
    planes[2] += planes[1]
    return Split(np.ascontiguousarray(planes.transpose(1, 2, 3, 0)), arrays["y"].reshape(-1))


def read_cifar_pickles(path: Path, members: Sequence[str], *, labels: str) -> Split:
    """Read batches of CIFAR's "python version" from a folder or a tar archive.

    Args:
        path: Folder or archive.
        members: File names of the batches, in order.
        labels: Key of the labels in a batch, such as ``"fine_labels"``.
    """
    rows, classes = [], []
    for name, raw in read_members(path, members).items():
        batch = load_pickled_arrays(io.BytesIO(raw))
        if not isinstance(batch.get("data"), np.ndarray) or labels not in batch:
            raise ValueError(f"{name} holds no 'data' and '{labels}'")
        rows.append(batch["data"])
        classes.append(np.asarray(batch[labels]))
    return Split(_from_planes(np.concatenate(rows)), as_labels(np.concatenate(classes)))


def read_cifar_binary(path: Path, members: Sequence[str], *, label_bytes: int) -> Split:
    """Read batches of CIFAR's "binary version" from a folder or a tar archive.

    Args:
        path: Folder or archive.
        members: File names of the batches, in order.
        label_bytes: Label bytes before the 3,072 pixels of an image; the last is the label.
    """
    raw = b"".join(read_members(path, members).values())
    rows = np.frombuffer(raw, np.uint8).reshape(-1, label_bytes + 3072)
    return Split(_from_planes(rows[:, label_bytes:]), rows[:, label_bytes - 1].copy())


def read_svhn_mat(path: Path) -> Split:
    """Read SVHN's MATLAB file, in which the digit 0 is stored as label 10."""
    from scipy.io import loadmat

    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"it takes more than {MAX_BYTES:,} bytes")
    arrays = loadmat(path, variable_names=("X", "y"))
    if missing := [key for key in ("X", "y") if key not in arrays]:
        raise ValueError(f"it lacks the array {missing[0]}")
    labels = as_labels(arrays["y"])
    images = np.ascontiguousarray(arrays["X"].transpose(3, 0, 1, 2))
    return Split(images, np.where(labels == 10, 0, labels).astype(np.uint8))


def read_members(path: Path, members: Sequence[str]) -> Mapping[str, bytes]:
    """Read named files of a folder, or of a tar archive without unpacking it.

    Args:
        path: Folder or (compressed) tar archive; folders within the archive do not matter.
        members: File names wanted.

    Returns:
        The contents by name, in the order of `members`.
    """
    found = _folder_members(path, members) if path.is_dir() else _tar_members(path, members)
    if missing := [name for name in members if name not in found]:
        raise ValueError(f"it lacks {', '.join(missing)}")
    return {name: found[name] for name in members}


def load_pickled_arrays(stream: BinaryIO) -> dict[str, Any]:
    """Unpickle a dictionary of numbers, text, lists and plain arrays, and nothing else.

    Python 2 text is read as bytes; keys become str.

    Raises:
        pickle.UnpicklingError: The pickle names anything that could run code.
    """
    batch = _ArrayUnpickler(stream, encoding="bytes").load()
    if not isinstance(batch, dict):
        raise pickle.UnpicklingError("it holds no dictionary")
    return {
        key.decode() if isinstance(key, bytes) else str(key): _value(value)
        for key, value in batch.items()
    }


def as_labels(values: NDArray[Any]) -> Pixels:
    """Labels of any whole-number type as uint8 of shape (N,).

    Raises:
        ValueError: A label is not a whole number from 0 to 255.
    """
    flat = values.reshape(-1)
    labels = flat.astype(np.uint8)
    if not np.array_equal(labels, flat):
        raise ValueError("labels are not whole numbers from 0 to 255")
    return labels


def _npz_arrays(path: Path, *keys: str) -> dict[str, Pixels]:
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
            raise ValueError(f"unpacked it takes more than {MAX_BYTES:,} bytes")
    with np.load(path, allow_pickle=False) as archive:
        if missing := [key for key in keys if key not in archive]:
            raise ValueError(f"it lacks the array{'s'[: len(missing) > 1]} {', '.join(missing)}")
        return {key: archive[key] for key in keys}


def _folder_members(path: Path, members: Sequence[str]) -> dict[str, bytes]:
    files = [path / name for name in members if (path / name).is_file()]
    if sum(file.stat().st_size for file in files) > MAX_BYTES:
        raise ValueError(f"it takes more than {MAX_BYTES:,} bytes")
    return {file.name: file.read_bytes() for file in files}


def _tar_members(path: Path, members: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    seen = 0
    # Stream mode: an archive that unpacks to terabytes is given up at the first such header.
    with tarfile.open(path, "r|*") as archive:
        for entry in archive:
            seen += entry.size
            if seen > MAX_BYTES:
                raise ValueError(f"unpacked it takes more than {MAX_BYTES:,} bytes")
            name = entry.name.rpartition("/")[2]
            content = archive.extractfile(entry) if entry.isfile() and name in members else None
            if content is not None:
                found[name] = content.read()
            if len(found) == len(members):
                break
    return found


def _from_planes(rows: Pixels) -> Pixels:
    """Rows of a red, a green and a blue plane as images of shape (N, 32, 32, 3)."""
    return np.ascontiguousarray(rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))


class _ArrayUnpickler(pickle.Unpickler):
    """Lets through only what a pickled array of numbers names, each replaced by a stand-in.

    Not even NumPy's own reconstruction runs on bytes of the file: its C code trusts them.
    """

    def find_class(self, module: str, name: str) -> Any:
        match module, name:
            case (("numpy.core.multiarray" | "numpy._core.multiarray"), "_reconstruct"):
                return _Array
            case "numpy", "dtype":
                return _Dtype
            case "numpy", "ndarray":
                return None
            case "_codecs", "encode":
                return _encode
        raise pickle.UnpicklingError(f"it names {module}.{name}, which could run code")


class _Dtype:
    """Stands in for `numpy.dtype`; byte order comes with the state."""

    def __init__(self, code: str | bytes, *_: object) -> None:
        self.code = code.decode() if isinstance(code, bytes) else str(code)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order = state[1].decode() if isinstance(state[1], bytes) else str(state[1])
        self.code = order.replace("|", "") + self.code


class _Array:
    """Stands in for an empty array that its state then fills."""

    value: NDArray[Any]

    def __init__(self, *_: object) -> None:
        self.value = np.empty(0, np.uint8)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, shape, dtype, fortran, raw = state
        kind = np.dtype(dtype.code)
        if kind.kind not in "uif" or len(raw) != math.prod(shape) * kind.itemsize:
            raise pickle.UnpicklingError("an array's type or size is not what it says")
        self.value = np.frombuffer(raw, kind).reshape(shape, order="F" if fortran else "C")


def _encode(text: str, encoding: str) -> bytes:
    """What Python 3 writes for bytes in the pickles of Python 2."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"text in the encoding {encoding!r}")
    return text.encode("latin1")


def _value(value: Any) -> Any:
    return value.value if isinstance(value, _Array) else value
