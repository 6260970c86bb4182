"""What a dataset is: named splits of uint8 images with labels, and where their files come from."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SplitName = Literal["train", "test"]
Visibility = Literal["public", "secret"]

#: Called during a download with (bytes so far, bytes in all or None when unknown).
Progress = Callable[[int, int | None], None]

#: How many training images serve to find out which input scaling a network expects.
CALIBRATION_SIZE = 1_000


@dataclass(frozen=True)
class Split:
    """Images with their labels, in the dataset's own order."""

    images: NDArray[np.uint8]
    """Shape (N, height, width) for grey images, (N, height, width, 3) for RGB; values 0 to 255."""

    labels: NDArray[np.uint8]
    """Shape (N,); the class index of every image."""

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, rows: slice) -> Split:
        return Split(self.images[rows], self.labels[rows])

    @cached_property
    def digest(self) -> str:
        """SHA-256 over shape, pixels and labels: the same data give the same digest anywhere."""
        sha = hashlib.sha256(repr(self.images.shape).encode())
        sha.update(np.ascontiguousarray(self.images).data)
        sha.update(np.ascontiguousarray(self.labels).data)
        return sha.hexdigest()


@dataclass(frozen=True)
class Location:
    """Where the files of one split were found."""

    path: Path
    """The file or folder that is read."""

    origin: Literal["GRADER_DATA", "keras-cache", "grader-cache", "embedded", "course"]
    """Which of the places a dataset is looked for in order held it."""


class Dataset(ABC):
    """A named set of labelled images.

    Subclasses say what the set is in class attributes and how it is read in `_read`.
    """

    name: str
    """Kebab-case id, as on the command line."""
    title: str
    """One line for people."""
    class_names: tuple[str, ...]
    """What each label stands for, in the order of the labels."""
    image_shape: tuple[int, ...]
    """(height, width) for grey, (height, width, 3) for RGB."""
    splits: tuple[SplitName, ...] = ("train", "test")
    visibility: Visibility = "public"
    """Results on a secret set reach students only as rounded figures."""

    @abstractmethod
    def locate(self, split: SplitName) -> Location | None:
        """Find the files of `split` on this machine without reading them; None if absent."""

    @abstractmethod
    def load(self, split: SplitName) -> Split:
        """Read one split.

        Raises:
            DataUnavailableError: The split is not on this machine; the hint says how to get it.
            DataError: The files are there but damaged or of another shape.
        """

    def calibration(self) -> Split | None:
        """The public images on which an input scaling is chosen; None where there are none."""
        if "train" not in self.splits or self.locate("train") is None:
            return None
        return self.load("train")[:CALIBRATION_SIZE]
