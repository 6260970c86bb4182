"""`load_data` of every dataset of Keras, without a download."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.evidence.code.probe.known_datasets import KNOWN
from grader.evidence.code.probe.running.data import stand_ins
from grader.evidence.code.probe.running.data.patching import replace_everywhere
from grader.evidence.code.probe.running.data.served import ServedData
from grader.evidence.code.probe.running.shims.numpy_names import as_numbers

Loader = Callable[..., Any]

#: Packages that come with the datasets of Keras.
_SOURCES = ("keras.src.datasets", "tf_keras.src.datasets")
_MODULE = re.compile(r"(?:\w+\.)*datasets\.(\w+)")

#: Mean and standard deviation of the house prices: thousands of dollars, and dollars.
_BOSTON, _CALIFORNIA = (22.5, 9.2), (206_856.0, 115_396.0)


def install(data: ServedData) -> None:
    """Replace the loaders of Keras and tf-keras, under all names they are reached by.

    Args:
        data: What they give.
    """
    loaders = _loaders(data)
    for name in loaders:
        _import_sources(name)
    for name, load in loaders.items():
        replace_everywhere("load_data", load, _is_dataset(name))
    for name in ("imdb", "reuters"):
        index = _word_index(data, name)
        replace_everywhere("get_word_index", index, _is_dataset(name))


def _import_sources(name: str) -> None:
    """Import what a loader is defined in, so that whoever imports it later finds the one that is served."""
    for package in _SOURCES:
        if package.partition(".")[0] in sys.modules:
            try:
                importlib.import_module(f"{package}.{name}")
            except ImportError:
                continue


def _is_dataset(name: str) -> Callable[[str], bool]:
    def is_one(module: str) -> bool:
        found = _MODULE.fullmatch(module)
        return found is not None and found.group(1) == name and "keras" in module

    return is_one


def _loaders(data: ServedData) -> dict[str, Loader]:
    def images(name: str) -> tuple[Any, Any]:
        return tuple(data.get(name, "train")), tuple(data.get(name, "test"))

    def mnist(path: str = "mnist.npz") -> Any:
        return images("mnist")

    def fashion_mnist() -> Any:
        return images("fashion-mnist")

    def cifar10() -> Any:
        return _with_columns(images("cifar10"))

    def cifar100(label_mode: str = "fine") -> Any:
        if label_mode not in ("fine", "coarse"):
            raise ValueError(
                '`label_mode` must be one of `"fine"`, `"coarse"`. '
                f"Received: label_mode={label_mode}."
            )
        splits = images("cifar100")
        if label_mode == "fine":
            return _with_columns(splits)
        return _with_columns((x, data.coarse_labels(y)) for x, y in splits)

    return {
        "mnist": mnist,
        "fashion_mnist": fashion_mnist,
        "cifar10": cifar10,
        "cifar100": cifar100,
        "imdb": _texts(data, "imdb"),
        "reuters": _texts(data, "reuters"),
        "boston_housing": _boston(data),
        "california_housing": _california(data),
    }


def _with_columns(splits: Any) -> Any:
    """CIFAR's labels are a column, one of which still counts as a number, as in `int(y[i])`."""
    return tuple((x, as_numbers(y.reshape(-1, 1))) for x, y in splits)


def _texts(data: ServedData, name: str) -> Loader:
    def load_data(
        path: str = "",
        num_words: int | None = None,
        skip_top: int = 0,
        maxlen: int | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        data.tell(name)
        known = KNOWN[name]
        num_words = kwargs.pop("nb_words", num_words)
        return tuple(
            stand_ins.word_sequences(
                f"{name}/{split}", rows, known.classes, num_words=num_words, maxlen=maxlen
            )
            for split, rows in (("train", known.train), ("test", known.test))
        )

    return load_data


def _word_index(data: ServedData, name: str) -> Callable[..., dict[str, int]]:
    def get_word_index(path: str = "") -> dict[str, int]:
        data.tell(name)
        return stand_ins.word_index("word")

    return get_word_index


def _parts(data: Any, values: Any, test_split: float) -> Any:
    """As Keras splits them: the last share is for testing."""
    training = int(len(data) * (1 - test_split))
    return (data[:training], values[:training]), (data[training:], values[training:])


def _boston(data: ServedData) -> Loader:
    def load_data(path: str = "", test_split: float = 0.2, seed: int = 113) -> Any:
        data.tell("boston-housing")
        return _parts(*stand_ins.table("boston-housing", 506, 13, _BOSTON), test_split)

    return load_data


def _california(data: ServedData) -> Loader:
    def load_data(
        version: str = "large", path: str = "", test_split: float = 0.2, seed: int = 113
    ) -> Any:
        data.tell("california-housing")
        rows = 600 if version == "small" else 20_640
        x, y = stand_ins.table("california-housing", rows, 8, _CALIFORNIA)
        return _parts(x.astype(np.float32), y.astype(np.float32), test_split)

    return load_data
