"""Digits nobody has seen: scikit-learn's, turned, moved and drawn with a thicker pen."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from grader import datasets
from grader.datasets.base import Split

#: Every so many images of the dataset is taken.
STEP = 10


@cache
def moved_digits() -> NDArray[np.uint8]:
    """Shape (150, 28, 28), ink 255 on ground 0; the same each time."""
    random = np.random.default_rng(20_261)
    images = _published().images[::STEP]
    return np.stack([_moved(image, random) for image in images])


def labels() -> NDArray[np.uint8]:
    """Shape (150,); the digit in each image."""
    return _published().labels[::STEP]


@cache
def _published() -> Split:
    return datasets.get("digits").load("test")


def _moved(image: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    turned = ndimage.rotate(image, random.uniform(-12, 12), reshape=False, order=1)
    shifted = ndimage.shift(turned, random.uniform(-1.5, 1.5, 2), order=1)
    return np.clip(1.2 * shifted.astype(float), 0, 255).astype(np.uint8)
