"""Hidden tests of the CIFAR-100 exercise of mnist-cifar100."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from grader import datasets
from grader.datasets.base import Split


@cache
def mirrored_pictures() -> NDArray[np.uint8]:
    """Shape (1000, 32, 32, 3): test images of CIFAR-100, left and right exchanged."""
    return np.ascontiguousarray(_published().images[:, :, ::-1])


@cache
def _published() -> Split:
    return datasets.get("cifar100").load("test")[:1000]


@pytest.mark.points(2)
@pytest.mark.exercise("cifar100")
@pytest.mark.images("mirrored_pictures")
def test_mirrored_pictures(predict):
    """The CIFAR-100 model recognises pictures whose left and right are exchanged."""
    predicted = predict(mirrored_pictures())
    assert predicted.accuracy(_published().labels, top=5) >= 0.6
