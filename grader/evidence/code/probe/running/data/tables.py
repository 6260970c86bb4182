"""Images in tables, a row each, as Kaggle distributes them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.running.data.file_names import (
    base_name,
    dataset_in,
    is_handed_in,
    text_of,
)
from grader.evidence.code.probe.running.data.patching import replace_everywhere, served_first
from grader.evidence.code.probe.running.data.served import ServedData

#: ``mnist_train_100.csv`` has so many rows.
_ROWS_TOLD = re.compile(r"_(\d+)\.csv")

#: Rows of the training table of Kaggle's Digit Recognizer; the others of MNIST are its test table.
_KAGGLE_TRAINING = 42_000

#: Arguments of `read_csv` that need nothing done, or are heeded.
_HEEDED = frozenset({"header", "nrows", "sep", "delimiter", "dtype", "encoding", "engine"})


def labelled_rows(data: ServedData, name: str, file: str) -> NDArray[np.uint8]:
    """Labels in the first column and the values of the images in the others.

    Args:
        data: The datasets.
        name: Which of them.
        file: Base name of the table, in lower case: ``mnist_test.csv``, ``mnist_train_100.csv``.
    """
    split = data.original(name, "test" if "test" in file else "train")
    told = _ROWS_TOLD.search(file)
    rows = slice(0, int(told.group(1)) if told else None)
    labels = split.labels[rows].astype(np.uint8)
    return np.column_stack([labels, split.images[rows].reshape(len(labels), -1)])


def install(data: ServedData, used: Callable[[str], None]) -> None:
    """Let `pandas.read_csv` give datasets whose tables are not there.

    Args:
        data: What they hold.
        used: Told when a table is served that is not there.
    """
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return

    def read_csv(filepath_or_buffer: Any, *args: Any, **kwargs: Any) -> Any:
        name, file = dataset_in(filepath_or_buffer), base_name(filepath_or_buffer)
        if name is None or not re.search(r"(train|test).*\.csv", file):
            return None
        if args or kwargs.keys() - _HEEDED or is_handed_in(filepath_or_buffer):
            return None
        values, titles = _table(data, name, text_of(filepath_or_buffer))
        values = values[: kwargs.get("nrows")].astype(kwargs.get("dtype") or np.int64)
        used(f"{name} files")
        without_titles = "header" in kwargs and kwargs["header"] is None
        return pandas.DataFrame(values, columns=None if without_titles else titles)

    replacement = served_first(pandas.read_csv, read_csv)
    replace_everywhere(
        "read_csv",
        replacement,
        lambda module: module == "pandas" or module.startswith("pandas.io.parsers"),
    )


def _table(data: ServedData, name: str, path: str) -> tuple[NDArray[np.uint8], list[str]]:
    """Values and titles of the table that a path names."""
    file = base_name(path)
    if name == "mnist" and file in ("train.csv", "test.csv"):
        return _digit_recognizer(data, file)
    values = labelled_rows(data, name, file)
    pixels = values.shape[1] - 1
    if name == "mnist":
        titles = [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)]
    else:
        titles = [f"pixel{number}" for number in range(1, pixels + 1)]
    return values, ["label", *titles]


def _digit_recognizer(data: ServedData, file: str) -> tuple[NDArray[np.uint8], list[str]]:
    """Kaggle's competition; its test table has no labels."""
    both = np.concatenate([labelled_rows(data, "mnist", part) for part in ("train", "test")])
    titles = [f"pixel{number}" for number in range(784)]
    if file == "train.csv":
        return both[:_KAGGLE_TRAINING], ["label", *titles]
    return both[_KAGGLE_TRAINING:, 1:], titles
