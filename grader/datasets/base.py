"""What a dataset is: named splits of uint8 images, or of texts, with labels, and where their files come from."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

SplitName = Literal["train", "test"]
Visibility = Literal["public", "secret"]

#: Called during a download with (bytes so far, bytes in all or None when unknown).
Progress = Callable[[int, int | None], None]

#: At most so many training images serve to find out what a model expects; most models need a few hundred.
CALIBRATION_SIZE = 60_000

#: Images whose squares are summed at once.
_CHUNK = 5_000


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
class Calibration:
    """Public images with labels, on which the preprocessing a model expects is found."""

    split: Split
    mean: NDArray[np.float64]
    """Of every pixel and channel over all training images, 0 to 255; shape (height, width, channels)."""
    deviation: NDArray[np.float64]
    """Likewise, the standard deviation."""

    @classmethod
    def of(cls, training: Split, size: int = CALIBRATION_SIZE) -> Calibration:
        """The first `size` images of a training split, and statistics over all of it."""
        images = training.images
        mean = images.mean(axis=0, dtype=np.float64)
        squares = sum(
            np.einsum("n...,n...->...", chunk, chunk, dtype=np.float64)
            for start in range(0, len(images), _CHUNK)
            for chunk in (images[start : start + _CHUNK].astype(np.float32),)
        )
        deviation = np.sqrt(np.maximum(squares / len(images) - mean**2, 0))
        depth = images.shape[3] if images.ndim == 4 else 1
        shape = (*images.shape[1:3], depth)
        return cls(training[:size], mean.reshape(shape), deviation.reshape(shape))

    @property
    def overall(self) -> tuple[float, float]:
        """Mean and standard deviation of all numbers, 0 to 255."""
        mean = float(self.mean.mean())
        second = (self.deviation**2 + self.mean**2).mean()
        return mean, float(np.sqrt(max(second - mean**2, 0)))

    @property
    def channels(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of every channel, 0 to 255; shape (channels,)."""
        mean = self.mean.mean(axis=(0, 1))
        second = (self.deviation**2 + self.mean**2).mean(axis=(0, 1))
        return mean, np.sqrt(np.maximum(second - mean**2, 0))


@dataclass(frozen=True)
class Location:
    """Where the files of one split were found."""

    path: Path
    """The file or folder that is read."""

    origin: Literal["GRADER_DATA", "keras-cache", "grader-cache", "embedded", "course"]
    """Which of the places a dataset is looked for in order held it."""


class LabelledSplit(Protocol):
    """Examples with their labels, whatever the examples are."""

    @property
    def labels(self) -> NDArray[np.uint8]:
        """Shape (N,); the class index of every example."""

    @property
    def digest(self) -> str:
        """SHA-256 over examples and labels: the same data give the same digest anywhere."""

    def __len__(self) -> int: ...


class LabelledDataset(ABC):
    """A named set of labelled examples: images of a `Dataset`, texts of a `TextDataset`."""

    name: str
    """Kebab-case id, as on the command line."""
    title: str
    """One line for people."""
    class_names: tuple[str, ...]
    """What each label stands for, in the order of the labels."""
    splits: tuple[SplitName, ...] = ("train", "test")
    visibility: Visibility = "public"
    """Results on a secret set reach students only as rounded figures."""

    @abstractmethod
    def locate(self, split: SplitName) -> Location | None:
        """Find the files of `split` on this machine without reading them; None if absent."""

    @abstractmethod
    def load(self, split: SplitName) -> LabelledSplit:
        """Read one split.

        Raises:
            DataUnavailableError: The split is not on this machine; the hint says how to get it.
            DataError: The files are there but damaged or of another form.
        """


class Dataset(LabelledDataset):
    """A named set of labelled images.

    Subclasses say what the set is in class attributes and how it is read in `load`.
    """

    image_shape: tuple[int, ...]
    """(height, width) for grey, (height, width, 3) for RGB."""
    like: str = ""
    """Of images that students never get: name of the dataset whose models predict them; empty for all others."""

    @abstractmethod
    def load(self, split: SplitName) -> Split:
        """Read one split.

        Raises:
            DataUnavailableError: The split is not on this machine; the hint says how to get it.
            DataError: The files are there but damaged or of another shape.
        """

    def calibration(self) -> Calibration | None:
        """The public images on which an input contract is chosen; None where there are none."""
        if "train" not in self.splits or self.locate("train") is None:
            return None
        return Calibration.of(self.load("train"))
