"""The public datasets that are served to student code, as they lie in memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from grader import datasets
from grader.datasets.base import Split, SplitName
from grader.errors import DataError
from grader.sandbox import SealedMemfd

#: Public datasets with public labels: no other may ever reach student code.
SERVABLE = frozenset({"mnist", "cifar10", "cifar100", "svhn"})

_SPLITS: tuple[SplitName, ...] = ("train", "test")


@dataclass(frozen=True)
class ServedSplit:
    """One split, ready to be sent."""

    split: str
    shape: tuple[int, ...]
    """Of the images."""
    data: SealedMemfd
    """Images, then labels, uint8."""


class ServedDatasets:
    """The grader's public datasets, read once and served to every run. May be used by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[str, tuple[ServedSplit, ...]] = {}

    def splits(self, name: str) -> tuple[ServedSplit, ...]:
        """The splits of a dataset of the grader's own that are on this machine."""
        with self._lock:
            if name not in self._read:
                self._read[name] = tuple(self._splits(name))
            return self._read[name]

    def _splits(self, name: str) -> list[ServedSplit]:
        dataset = datasets.get(name)
        found = []
        for split in _SPLITS:
            try:
                read = dataset.load(split)
            except DataError:
                continue
            if not isinstance(read, Split):
                continue
            data = (
                np.ascontiguousarray(read.images).tobytes() + read.labels.astype(np.uint8).tobytes()
            )
            found.append(ServedSplit(split, read.images.shape, SealedMemfd(data)))
        return found


#: One for the process, since it holds whole datasets.
SERVED = ServedDatasets()
