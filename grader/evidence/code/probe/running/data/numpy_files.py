"""Datasets in the files that NumPy and SciPy read."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.running.data.file_contents import npz_members
from grader.evidence.code.probe.running.data.file_names import (
    ARCHIVE,
    base_name,
    dataset_in,
    is_handed_in,
)
from grader.evidence.code.probe.running.data.patching import replace_everywhere, served_first
from grader.evidence.code.probe.running.data.served import ServedData
from grader.evidence.code.probe.running.data.tables import labelled_rows
from grader.evidence.code.probe.running.places import code_mentions

_ARRAY = re.compile(r".*(train|test).*\.npy")
_IMAGES = re.compile(r"(^|[-_.])x([-_.]|\d|$)|image|data|feature")
_LABELS = re.compile(r"(^|[-_.])y([-_.]|\d|$)|label|target")
_SVHN = re.compile(r".*?(train|test|extra)_32x32(\.mat)?")
#: Under names that only their folder, or the code, tells whose they are.
_SVHN_RENAMED = re.compile(r".*?(train|test|extra).*\.mat")
_HOUSE_NUMBERS = re.compile(r"svhn|house.?numbers", re.IGNORECASE)
_MNIST_MAT = re.compile(r"mnist-original(\.mat)?")


class Members(dict[str, NDArray[Any]]):
    """What `numpy.load` gives for an archive."""

    @property
    def files(self) -> list[str]:
        """The names of the arrays."""
        return list(self)

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Members:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def install(data: ServedData, used: Callable[[str], None]) -> None:
    """Let `numpy.load`, `loadtxt`, `genfromtxt` and `scipy.io.loadmat` give datasets whose files are not there.

    Args:
        data: What they hold.
        used: Told when a file is served that is not there.
    """

    def load(file: Any, *args: Any, **kwargs: Any) -> Any:
        name = _absent(file)
        if name is None:
            return None
        found = (
            Members(npz_members(data, name))
            if ARCHIVE.fullmatch(base_name(file))
            else _array(data, name, base_name(file))
        )
        if found is not None:
            used(f"{name} files")
        return found

    def read_text(file: Any, *args: Any, **kwargs: Any) -> Any:
        name = _absent(file)
        if name is None or not base_name(file).endswith(".csv"):
            return None
        if kwargs.keys() - {"delimiter", "skiprows", "skip_header", "dtype"}:
            return None
        used(f"{name} files")
        return labelled_rows(data, name, base_name(file)).astype(kwargs.get("dtype", np.float64))

    def loadmat(file_name: Any, *args: Any, **kwargs: Any) -> Any:
        if is_handed_in(file_name):
            return None
        of_svhn = dataset_in(file_name) == "svhn" or code_mentions(_HOUSE_NUMBERS)
        found = _matlab(data, base_name(file_name), _SVHN_RENAMED if of_svhn else _SVHN)
        if found is not None:
            used(f"{dataset_in(file_name) or 'svhn'} files")
        return found

    for name, serve in (("load", load), ("loadtxt", read_text), ("genfromtxt", read_text)):
        replacement = served_first(getattr(np, name), serve)
        replace_everywhere(name, replacement, lambda module: module == "numpy")
    _install_loadmat(loadmat)


def _install_loadmat(loadmat: Callable[..., Any]) -> None:
    try:
        import scipy.io
    except ImportError:
        return
    replacement = served_first(scipy.io.loadmat, loadmat)
    replace_everywhere("loadmat", replacement, lambda module: module.startswith("scipy.io"))


def _absent(file: Any) -> str | None:
    """The dataset a path speaks of where no such file was handed in."""
    name = dataset_in(file)
    return name if name is not None and not is_handed_in(file) else None


def _array(data: ServedData, name: str, file: str) -> NDArray[Any] | None:
    found = _ARRAY.fullmatch(file)
    if found is None:
        return None
    split = data.get(name, found.group(1))
    stem = file.removesuffix(".npy")
    if _LABELS.search(stem):
        return split.labels
    return split.images if _IMAGES.search(stem) else None


def _matlab(data: ServedData, file: str, house_numbers: re.Pattern[str]) -> dict[str, Any] | None:
    heading = {"__header__": b"MATLAB 5.0 MAT-file", "__version__": "1.0", "__globals__": []}
    svhn = _SVHN.fullmatch(file) or house_numbers.fullmatch(file)
    if svhn is not None:
        images, labels = data.get("svhn", svhn.group(1))
        # The digit 0 is class 10 there.
        column = np.where(labels == 0, 10, labels).astype(np.uint8).reshape(-1, 1)
        return {**heading, "X": images.transpose(1, 2, 3, 0), "y": column}
    if _MNIST_MAT.fullmatch(file):
        digits, values = sorted_digits(data)
        return {**heading, "data": digits.T, "label": values.reshape(1, -1)}
    return None


def sorted_digits(data: ServedData) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """MNIST as mldata.org had it: the training images by their label, then the test images by theirs.

    Returns:
        Images of shape (70000, 784) and labels of shape (70000,).
    """
    images, labels = [], []
    for part in ("train", "test"):
        split = data.original("mnist", part)
        order = np.argsort(split.labels, kind="stable")
        images.append(split.images.reshape(len(order), -1)[order])
        labels.append(split.labels[order])
    return np.concatenate(images), np.concatenate(labels).astype(np.float64)
