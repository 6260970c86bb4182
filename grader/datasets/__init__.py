"""The image datasets the grader knows, found by name.

Importing this package imports no dataset and no NumPy; `get` imports the one asked for. To add a
dataset, write ``grader/datasets/<name>.py`` that ends in ``DATASET = ...`` and add its line below.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from grader.errors import UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

    from grader.datasets.base import Dataset, Visibility

#: (name, "module:attribute") of every dataset.
_DATASETS = (
    ("mnist", "grader.datasets.mnist:DATASET"),
    ("cifar10", "grader.datasets.cifar10:DATASET"),
    ("cifar100", "grader.datasets.cifar100:DATASET"),
    ("svhn", "grader.datasets.svhn:DATASET"),
    ("digits", "grader.datasets.digits:DATASET"),
    ("handwritten", "grader.datasets.handwritten:DATASET"),
)


def names() -> tuple[str, ...]:
    """The names of all datasets, sorted."""
    return tuple(sorted(_table()))


def get(name: str) -> Dataset:
    """The dataset of that name; nothing is read from disk yet.

    Args:
        name: One of `names`, such as ``"mnist"``.

    Raises:
        UnknownNameError: No dataset has that name.
    """
    table = _table()
    if name not in table:
        raise UnknownNameError("dataset", name, table)
    module, _, attribute = table[name].partition(":")
    dataset: Dataset = getattr(import_module(module), attribute)
    return dataset


def handwritten_folder(
    folder: Path, *, visibility: Visibility = "secret", name: str = "handwritten"
) -> Dataset:
    """A course's own folder of digit pictures as a dataset; nothing is read from disk yet.

    Args:
        folder: Holds ``labels.csv``, or files named after their label.
        visibility: Whether students may see exact results.
        name: Kebab-case id.
    """
    from grader.datasets.handwritten import Handwritten

    return Handwritten(folder, visibility=visibility, name=name)


def _table() -> dict[str, str]:
    table = dict(_DATASETS)
    if len(table) != len(_DATASETS):
        raise ValueError("two datasets have the same name")
    return table
