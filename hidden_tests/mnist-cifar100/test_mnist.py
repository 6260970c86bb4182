"""Hidden tests of the MNIST exercise of mnist-cifar100."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from grader import datasets
from grader.datasets.base import Split

pytestmark = pytest.mark.exercise("mnist")


@cache
def moved_digits() -> NDArray[np.uint8]:
    """Shape (500, 28, 28): test images of MNIST, turned and moved; the same each time."""
    random = np.random.default_rng(20_262)
    images = _published().images
    return np.stack([_moved(image, random) for image in images])


@cache
def _published() -> Split:
    return datasets.get("mnist").load("test")[:500]


def _moved(image: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    turned = ndimage.rotate(image, random.uniform(-10, 10), reshape=False, order=1)
    return ndimage.shift(turned, random.uniform(-1, 1, 2), order=1)


@pytest.mark.points(2)
@pytest.mark.images("moved_digits")
def test_moved_digits(predict):
    """The MNIST model reads digits that were turned and moved a little."""
    assert predict(moved_digits()).accuracy(_published().labels) >= 0.7


@pytest.mark.points(2)
@pytest.mark.images("mnist")
def test_every_digit(predict):
    """The MNIST model reads at least three of four examples of each digit."""
    predicted = predict("mnist")
    for digit in range(10):
        recall = np.mean(predicted.classes[predicted.labels == digit] == digit)
        assert recall >= 0.75, f"digit {digit}: {recall:.3f}"
