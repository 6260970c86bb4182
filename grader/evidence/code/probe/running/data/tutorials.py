"""`tensorflow.examples.tutorials.mnist`, which came with TensorFlow 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.running.data.patching import new_module
from grader.evidence.code.probe.running.data.served import ServedData, ServedSplit


class DataSet:
    """Images and labels, given out batch by batch.

    Args:
        images: Shape (n, 784), or (n, 28, 28, 1); values from 0 to 1.
        labels: Shape (n,), or (n, 10).
    """

    def __init__(self, images: NDArray[np.float32], labels: NDArray[Any]) -> None:
        self.images = images
        self.labels = labels
        self.num_examples = len(labels)
        self.epochs_completed = 0
        self._order: NDArray[np.intp] = np.arange(self.num_examples)
        self._at = 0

    def next_batch(
        self, batch_size: int, fake_data: bool = False, shuffle: bool = True
    ) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """The next images with their labels, in another order in every epoch."""
        if self._at == 0 and shuffle:
            np.random.shuffle(self._order)  # noqa: NPY002 - the code may have seeded these numbers
        chosen = self._order[self._at : self._at + batch_size]
        self._at += batch_size
        if self._at >= self.num_examples:
            self._at = 0
            self.epochs_completed += 1
        return self.images[chosen], self.labels[chosen]


class Datasets(NamedTuple):
    """What `read_data_sets` gives."""

    train: DataSet
    validation: DataSet
    test: DataSet


def install(data: ServedData, used: Callable[[str], None]) -> None:
    """Make the module importable.

    Args:
        data: Where the images are from.
        used: Told when they are read.
    """

    def read_data_sets(
        train_dir: str,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: Any = None,
        reshape: bool = True,
        validation_size: int = 5_000,
        seed: int | None = None,
        source_url: str = "",
    ) -> Datasets:
        used("tensorflow.examples")
        name = "fashion-mnist" if "fashion" in f"{train_dir}{source_url}".lower() else "mnist"
        train, test = data.original(name, "train"), data.original(name, "test")

        def part(split: ServedSplit, rows: slice) -> DataSet:
            images = split.images[rows].astype(np.float32)
            images /= 255
            labels = split.labels[rows].astype(np.uint8)
            shape = (784,) if reshape else (28, 28, 1)
            return DataSet(images.reshape(-1, *shape), np.eye(10)[labels] if one_hot else labels)

        return Datasets(
            part(train, slice(validation_size, None)),
            part(train, slice(0, validation_size)),
            part(test, slice(None)),
        )

    package = "tensorflow.examples.tutorials.mnist"
    module = new_module(f"{package}.input_data", read_data_sets=read_data_sets)
    new_module(package, input_data=module)
