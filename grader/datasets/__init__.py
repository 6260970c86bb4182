"""The datasets of images and of texts that the grader knows, found by name.

Importing this package imports no dataset and no NumPy; `get` imports the one asked for. To add a
dataset, write ``grader/datasets/<name>.py`` that ends in ``DATASET = ...``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.registry import DATASETS

if TYPE_CHECKING:
    from pathlib import Path

    from grader.datasets.base import Dataset, LabelledDataset, Visibility
    from grader.datasets.texts import TextDataset


def names() -> tuple[str, ...]:
    """The names of all datasets, sorted."""
    return DATASETS.names()


def get(name: str) -> LabelledDataset:
    """The dataset of that name; nothing is read from disk yet.

    Args:
        name: One of `names`, such as ``"mnist"``.

    Raises:
        UnknownNameError: No dataset has that name.
    """
    dataset: LabelledDataset = DATASETS.get(name)
    return dataset


def course_reviews(
    folder: Path, *, visibility: Visibility = "secret", name: str = "reviews"
) -> TextDataset:
    """A course's own folder of reviews as a dataset; nothing is read from disk yet.

    Args:
        folder: Holds ``reviews.csv`` with the columns ``text`` and ``label``.
        visibility: Whether students may see exact results.
        name: Kebab-case id.
    """
    from grader.datasets.text_files import CourseReviews

    return CourseReviews(folder, visibility=visibility, name=name)


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
