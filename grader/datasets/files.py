"""Datasets that lie in files: found in the search folders, read, and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grader.datasets.base import Dataset, Location, Split, SplitName
from grader.datasets.locations import DATA_VARIABLE, search_folders
from grader.errors import DataError, DataUnavailableError


@dataclass(frozen=True)
class Container:
    """One form in which the images of a split may lie in a search folder."""

    path: str
    """File or folder, relative to the search folder."""

    read: Callable[[Path], Split]
    """Reads the split from the file or folder at that path."""


@dataclass(frozen=True)
class Download:
    """A file on an official server."""

    url: str
    """Where it is."""

    filename: str
    """What it is called in a search folder."""

    sha256: str
    """SHA-256 of its content, in hexadecimal."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """A split as it was published: the forms it comes in and what is known of its content."""

    containers: tuple[Container, ...]
    """The forms it is known in, first choice first."""

    download: Download
    """The official file that brings it."""

    sizes: tuple[int, ...]
    """Number of images; after the official one, those of known excerpts."""

    first_labels: tuple[int, ...] = ()
    """The labels of the first images."""

    mean: tuple[float, ...] = ()
    """Mean of every channel over all images, pixels from 0 to 1."""

    digest: str = ""
    """`Split.digest` of a copy that was proved to hold exactly the published data."""


class FileDataset(Dataset):
    """A public dataset, read from the first search folder that holds one of its containers.

    Args:
        name: Kebab-case id, as on the command line.
        title: One line for people.
        class_names: What each label stands for, in the order of the labels.
        image_shape: (height, width) for grey, (height, width, 3) for RGB.
        train: The training split.
        test: The test split.
    """

    def __init__(
        self,
        *,
        name: str,
        title: str,
        class_names: Sequence[str],
        image_shape: tuple[int, ...],
        train: Published,
        test: Published,
    ) -> None:
        self.name = name
        self.title = title
        self.class_names = tuple(class_names)
        self.image_shape = image_shape
        self.published: dict[SplitName, Published] = {"train": train, "test": test}

    def locate(self, split: SplitName) -> Location | None:
        """Find the files of `split` on this machine without reading them; None if absent."""
        found = self._find(split)
        return found[0] if found else None

    def load(self, split: SplitName) -> Split:
        """Read one split.

        Returns:
            Images of shape (N, *image_shape), values 0 to 255, and labels of shape (N,).

        Raises:
            DataUnavailableError: The split is not on this machine; the hint says how to get it.
            DataError: The files are there but damaged or of another shape.
        """
        found = self._find(split)
        if found is None:
            raise self._unavailable(split)
        location, container = found
        with damage_named(location.path, self.name):
            data = container.read(location.path)
            self._check(data, split)
        return data

    def _find(self, split: SplitName) -> tuple[Location, Container] | None:
        for folder in search_folders():
            for container in self.published[split].containers:
                path = folder.path / container.path
                if path.exists():
                    return Location(path, folder.origin), container
        return None

    def _check(self, data: Split, split: SplitName) -> None:
        images, labels = data.images, data.labels
        for what, array in (("images", images), ("labels", labels)):
            if array.dtype != np.uint8:
                raise ValueError(f"its {what} are {array.dtype}, not uint8")
        if images.shape[1:] != self.image_shape or labels.shape != images.shape[:1]:
            raise ValueError(
                f"images {images.shape} and labels {labels.shape}"
                f" where images (N, {', '.join(map(str, self.image_shape))}) are expected"
            )
        if not len(labels) or labels.max() >= len(self.class_names):
            raise ValueError(f"labels are not all in 0 to {len(self.class_names) - 1}")
        sizes = self.published[split].sizes
        if split == "test" and len(data) not in sizes:
            raise ValueError(f"{len(data):,} test images where {sizes[0]:,} are expected")

    def _unavailable(self, split: SplitName) -> DataUnavailableError:
        return DataUnavailableError(
            f"the {split} split of dataset '{self.name}' is not on this machine",
            hint=f"run `grader data fetch {self.name}`, or put"
            f" {self.published[split].containers[0].path} into a folder named in {DATA_VARIABLE}",
        )


@contextmanager
def damage_named(path: Path, name: str, hint: str = "") -> Iterator[None]:
    """Turn whatever a damaged file makes a library raise into a DataError that names the file.

    Args:
        path: The file or folder being read.
        name: The dataset.
        hint: What to do; where nothing is given, to download it.

    Raises:
        DataError: Reading failed.
    """
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        # Six libraries read these files, and hardly two share a base class for what they raise.
        what = str(error) or type(error).__name__
        raise DataError(
            f"{path} is no usable file of dataset '{name}': {what}",
            hint=hint
            or f"remove or replace it; `grader data fetch {name}` brings the official file",
        ) from error
