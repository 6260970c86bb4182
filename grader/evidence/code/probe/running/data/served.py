"""The splits that are served to running code: the grader's own, and stand-ins for the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.known_datasets import KNOWN
from grader.evidence.code.probe.running.data.stand_ins import class_images

#: More rows than this are not kept: the extra images of SVHN take 1.6 GB.
_KEPT_ROWS = 300_000


class ServedSplit(NamedTuple):
    """Images with their labels, in the dataset's own order."""

    images: NDArray[np.uint8]
    """Shape (N, height, width) for grey images, (N, height, width, 3) for RGB; values 0 to 255."""
    labels: NDArray[np.integer[Any]]
    """Shape (N,); the class index of every image."""


class ServedData:
    """The datasets at hand, in their published sizes.

    A split of which only an excerpt is at hand is served with its rows repeated. A split that is not at hand is
    served as blurred spots, of another place for every class, in the real shape.

    Args:
        splits: What is at hand by (dataset, split), such as ``("mnist", "train")``; arrays may be read-only.
        on_stand_in: Told once the name of every dataset that is not at hand: ``fashion-mnist``; of an excerpt,
            with its split: ``cifar10/train``.
    """

    def __init__(
        self,
        splits: Mapping[tuple[str, str], ServedSplit],
        on_stand_in: Callable[[str], None],
    ) -> None:
        self._at_hand = dict(splits)
        self._whole: dict[tuple[str, str], ServedSplit] = {}
        self._on_stand_in = on_stand_in
        self._told: set[str] = set()

    def get(self, name: str, split: str) -> ServedSplit:
        """A copy of a split that may be written to.

        Args:
            name: A dataset of images, as the grader spells it.
            split: ``train`` or ``test``; of SVHN ``extra`` too.

        Raises:
            KeyError: There is no such dataset or split.
        """
        rows = KNOWN[name].rows(split)
        if rows is None:
            raise KeyError(split)
        if rows > _KEPT_ROWS:
            self.tell(name)
            return self._made(name, split, rows)
        original = self.original(name, split)
        return ServedSplit(original.images.copy(), original.labels.copy())

    def original(self, name: str, split: str) -> ServedSplit:
        """A split as it is kept; not to be written to.

        Raises:
            KeyError: There is no such dataset or split.
        """
        key = (name, split)
        found = self._whole.get(key)
        if found is None:
            found = self._whole[key] = self._completed(name, split)
        return found

    def originals(self) -> Mapping[tuple[str, str], ServedSplit]:
        """The splits at hand, as far as they are, and whole the ones served so far, stand-ins among them."""
        return {**self._at_hand, **self._whole}

    def dimensions(self, name: str) -> tuple[int, int, int]:
        """Height, width and channels of a dataset's images."""
        height, width, *channels = KNOWN[name].shape
        return height, width, (channels[0] if channels else 1)

    def coarse_labels(self, fine: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
        """Labels of 20 groups of the classes of CIFAR-100. The published grouping is not at hand: a stand-in."""
        self.tell("cifar100 coarse labels")
        return fine // 5

    def tell(self, name: str) -> None:
        """Say that a stand-in is served for a dataset."""
        if name not in self._told:
            self._told.add(name)
            self._on_stand_in(name)

    def _completed(self, name: str, split: str) -> ServedSplit:
        rows = KNOWN[name].rows(split)
        if rows is None:
            raise KeyError(split)
        found: ServedSplit | None = self._at_hand.get((name, split))
        if found is None or not len(found.labels):
            self.tell(name)
            return self._made(name, split, rows)
        if len(found.labels) >= rows:
            return found
        self.tell(f"{name}/{split}")
        order = np.arange(rows) % len(found.labels)
        return ServedSplit(found.images[order], found.labels[order])

    def _made(self, name: str, split: str, rows: int) -> ServedSplit:
        known = KNOWN[name]
        images, labels = class_images(
            f"{name}/{split}", rows, known.shape, known.classes, places_of=name
        )
        return ServedSplit(images, labels)
