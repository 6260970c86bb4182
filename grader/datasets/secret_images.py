"""Images a hidden test draws, as a dataset that only models are asked about. They have no labels here."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Calibration, Dataset, Location, Split, SplitName, Visibility
from grader.errors import DataUnavailableError

#: What the name of such a dataset begins with.
PREFIX = "hidden-tests/"

#: Hexadecimal digits of a digest in such a name.
_DIGITS = 16


def image_digest(images: NDArray[np.uint8]) -> str:
    """SHA-256 over shape and pixels: the same images give the same digest anywhere.

    Args:
        images: Shape (N, height, width) or (N, height, width, 3).
    """
    sha = hashlib.sha256(repr(images.shape).encode())
    sha.update(np.ascontiguousarray(images).data)
    return sha.hexdigest()


class SecretImages(Dataset):
    """Images of the form of a known dataset, whose preprocessing holds for them too.

    The labels of its only split are zeros that stand for none: which classes are right is known to the test alone.

    Args:
        images: Shape (N, height, width) or (N, height, width, 3).
        like: The dataset whose models predict them.
    """

    title = "images of hidden tests"
    splits = ("test",)
    visibility: Visibility = "secret"

    def __init__(self, images: NDArray[np.uint8], like: Dataset) -> None:
        basis = f"{image_digest(images)} {like.name}"
        self.name = f"{PREFIX}{hashlib.sha256(basis.encode()).hexdigest()[:_DIGITS]}"
        self.class_names = like.class_names
        self.image_shape = images.shape[1:]
        self.like = like.name
        self._images = images
        self._model_dataset = like

    def locate(self, split: SplitName) -> Location | None:
        """None: they are in no file."""
        return None

    def load(self, split: SplitName) -> Split:
        """The images.

        Raises:
            DataUnavailableError: `split` is not ``"test"``.
        """
        if split != "test":
            raise DataUnavailableError(f"'{self.name}' has no {split} split", hint="use test")
        return Split(self._images, np.zeros(len(self._images), np.uint8))

    def calibration(self) -> Calibration | None:
        """That of the dataset they are like."""
        return self._model_dataset.calibration()
