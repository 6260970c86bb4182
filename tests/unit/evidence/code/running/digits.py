"""Made-up images in the sizes of MNIST and CIFAR-10."""

from __future__ import annotations

from functools import cache

import numpy as np

from grader.evidence.code.probe.running.data.served import ServedSplit


@cache
def made_up(rows: int, shape: tuple[int, ...], seed: int) -> ServedSplit:
    """Images of noise, each unlike all others, that are not to be written to."""
    numbers = np.random.default_rng(seed)
    images = numbers.integers(0, 256, (rows, *shape), np.uint8)
    labels = numbers.integers(0, 10, rows, np.uint8)
    images.flags.writeable = labels.flags.writeable = False
    return ServedSplit(images, labels)


def digits() -> dict[tuple[str, str], ServedSplit]:
    """Both splits of MNIST."""
    return {
        ("mnist", "train"): made_up(60_000, (28, 28), 1),
        ("mnist", "test"): made_up(10_000, (28, 28), 2),
    }


def pictures() -> dict[tuple[str, str], ServedSplit]:
    """The test images of CIFAR-10."""
    return {("cifar10", "test"): made_up(10_000, (32, 32, 3), 3)}
