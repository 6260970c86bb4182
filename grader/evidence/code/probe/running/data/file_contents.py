"""The bytes of the files in which datasets are published."""

from __future__ import annotations

import gzip
import io
import re
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.known_datasets import KNOWN
from grader.evidence.code.probe.running.data.file_names import (
    ARCHIVE,
    base_name,
    dataset_in,
)
from grader.evidence.code.probe.running.data.old_pickles import old_pickle
from grader.evidence.code.probe.running.data.served import ServedData
from grader.evidence.code.probe.running.data.tables import labelled_rows

_IDX = re.compile(r".*?(train|t10k|test)-(images|labels)[-.]idx\d[-.]ubyte(\.gz)?")
_CIFAR_BATCH = re.compile(r"(data_batch_([1-5])|test_batch)")
_PICKLED_MNIST = re.compile(r"mnist\.pkl(\.gz)?")

#: Images of one file of CIFAR-10.
_BATCH = 10_000

_CIFAR10_NAMES = [
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
]


def content_of(path: Any, data: ServedData) -> bytes | None:
    """What a published file holds; None for a name that is none.

    Args:
        path: As the code writes it.
        data: The datasets.
    """
    form = _form_of(path)
    return None if form is None else form.make(data, form.dataset, form.found)


def is_published(path: Any) -> bool:
    """Whether a name is that of a published file, which `content_of` makes."""
    return _form_of(path) is not None


def class_names(name: str) -> list[str]:
    """What the classes of a dataset are called, as far as it matters to code that draws them."""
    if name == "cifar10":
        return _CIFAR10_NAMES
    if name in ("mnist", "svhn"):
        return list("0123456789")
    return [f"class {number}" for number in range(KNOWN[name].classes)]


def npz_members(data: ServedData, name: str) -> dict[str, NDArray[Any]]:
    """The arrays in an archive as Keras distributes them."""
    train, test = data.get(name, "train"), data.get(name, "test")
    return {
        "x_train": train.images,
        "y_train": train.labels,
        "x_test": test.images,
        "y_test": test.labels,
    }


def planes(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colour images as CIFAR's files hold them: a row each, all of red before green and blue."""
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2)).reshape(len(images), -1)


def _npz(data: ServedData, name: str, found: re.Match[str]) -> bytes:
    content = io.BytesIO()
    members: dict[str, Any] = dict(npz_members(data, name))
    np.savez(content, **members)
    return content.getvalue()


def _idx(data: ServedData, name: str, found: re.Match[str]) -> bytes:
    part, what, compressed = found.groups()
    split = data.original(name, "train" if part == "train" else "test")
    values = split.images if what == "images" else split.labels.astype(np.uint8)
    header = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return _zipped(header + values.tobytes(), compressed)


def _pickled_mnist(data: ServedData, name: str, found: re.Match[str]) -> bytes:
    """50,000 training, 10,000 validation and 10,000 test images, from 0 to 1."""
    train, test = data.original("mnist", "train"), data.original("mnist", "test")
    parts = []
    for split, rows in (
        (train, slice(0, 50_000)),
        (train, slice(50_000, None)),
        (test, slice(None)),
    ):
        images = split.images[rows].reshape(-1, 784).astype(np.float32)
        images /= 256
        parts.append((images, split.labels[rows].astype(np.int64)))
    return _zipped(old_pickle(tuple(parts)), found.group(1))


def _cifar10_batch(data: ServedData, name: str, found: re.Match[str]) -> bytes:
    number = found.group(2)
    split = data.original("cifar10", "train" if number else "test")
    start = (int(number) - 1) * _BATCH if number else 0
    rows = slice(start, start + _BATCH)
    return old_pickle(
        {
            b"batch_label": f"training batch {number} of 5" if number else "testing batch 1 of 1",
            b"labels": split.labels[rows].tolist(),
            b"data": planes(split.images[rows]),
            b"filenames": [f"image_{place:06}.png" for place in range(_BATCH)],
        }
    )


def _cifar10_meta(data: ServedData, name: str, found: re.Match[str]) -> bytes:
    return old_pickle(
        {
            b"num_cases_per_batch": _BATCH,
            b"label_names": class_names("cifar10"),
            b"num_vis": 3_072,
        }
    )


def _cifar100(data: ServedData, name: str, found: re.Match[str]) -> bytes:
    split = data.original("cifar100", found.group())
    return old_pickle(
        {
            b"batch_label": f"{found.group()}ing batch 1 of 1",
            b"fine_labels": split.labels.tolist(),
            b"coarse_labels": data.coarse_labels(split.labels).tolist(),
            b"data": planes(split.images),
        }
    )


def _cifar100_meta(data: ServedData, name: str, found: re.Match[str]) -> bytes:
    return old_pickle(
        {
            b"fine_label_names": class_names("cifar100"),
            b"coarse_label_names": [f"group {number}" for number in range(20)],
        }
    )


def _table_text(data: ServedData, name: str, found: re.Match[str]) -> bytes:
    """A line for each image: its label and its values, without a heading."""
    values = labelled_rows(data, name, found.group())
    # Each value takes four bytes, so that a hundred megabytes are written by looking them up.
    cells = np.frombuffer(b"".join(b"%3d," % value for value in range(256)), "S4")
    text = cells[values].view("S1").reshape(len(values), -1)
    text[:, -1] = b"\n"
    return text.tobytes()


def _zipped(content: bytes, compressed: Any) -> bytes:
    return gzip.compress(content, compresslevel=0) if compressed else content


_Maker = Callable[[ServedData, str, re.Match[str]], bytes]


class _Form(NamedTuple):
    """What a file name stands for."""

    make: _Maker
    dataset: str
    found: re.Match[str]


def _form_of(path: Any) -> _Form | None:
    dataset, file = dataset_in(path), base_name(path)
    if dataset is None:
        return None
    for pattern, names, make in _FORMS:
        found = pattern.fullmatch(file)
        if found is not None and (not names or dataset in names):
            return _Form(make, dataset, found)
    return None


#: Names of files, the datasets that have such (all where none is named), and what makes their content.
_FORMS: tuple[tuple[re.Pattern[str], frozenset[str], _Maker], ...] = (
    (_IDX, frozenset(), _idx),
    (ARCHIVE, frozenset(), _npz),
    (re.compile(r".*(train|test).*\.csv"), frozenset(), _table_text),
    (_PICKLED_MNIST, frozenset({"mnist"}), _pickled_mnist),
    (_CIFAR_BATCH, frozenset({"cifar10"}), _cifar10_batch),
    (re.compile(r"batches\.meta"), frozenset({"cifar10"}), _cifar10_meta),
    (re.compile(r"(train|test)"), frozenset({"cifar100"}), _cifar100),
    (re.compile(r"meta"), frozenset({"cifar100"}), _cifar100_meta),
)
