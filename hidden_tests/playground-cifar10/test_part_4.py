"""Hidden tests of part 4 of playground-cifar10: what a model that was copied, or knows the test images, does not do."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from grader import datasets
from grader.datasets.base import Split

pytestmark = [pytest.mark.exercise("part-4-cifar10"), pytest.mark.looks_at("cifar10-model")]


@cache
def pictures() -> NDArray[np.uint8]:
    """Shape (600, 32, 32, 3): the first test images of CIFAR-10."""
    return _published().images


@cache
def mirrored_pictures() -> NDArray[np.uint8]:
    """The same, left and right exchanged."""
    return np.ascontiguousarray(pictures()[:, :, ::-1])


@cache
def moved_pictures() -> NDArray[np.uint8]:
    """The same, up to two pixels away in each direction, with the border continued; the same each time."""
    random = np.random.default_rng(20_263)
    padded = np.pad(pictures(), ((0, 0), (2, 2), (2, 2), (0, 0)), mode="edge")
    offsets = random.integers(0, 5, (len(padded), 2))
    return np.stack(
        [image[y : y + 32, x : x + 32] for image, (y, x) in zip(padded, offsets, strict=True)]
    )


@cache
def darker_pictures() -> NDArray[np.uint8]:
    """The same, a fifth darker."""
    return (pictures() * 0.8).astype(np.uint8)


@cache
def _published() -> Split:
    return datasets.get("cifar10").load("test")[:600]


@pytest.mark.points(2)
@pytest.mark.images("mirrored_pictures")
def test_mirrored_pictures(predict):
    """Le modèle reconnaît des images dont la gauche et la droite sont échangées."""
    assert predict(mirrored_pictures()).accuracy(_published().labels) >= 0.45


@pytest.mark.points(2)
@pytest.mark.images("pictures", "moved_pictures")
def test_same_class_when_moved(predict):
    """Le modèle donne le plus souvent la même classe quand l'image est déplacée de deux pixels au plus."""
    given, moved = predict(pictures()), predict(moved_pictures())
    assert len(np.unique(given.classes)) == 10
    assert np.mean(given.classes == moved.classes) >= 0.5


@pytest.mark.points(1)
@pytest.mark.images("darker_pictures")
def test_darker_pictures(predict):
    """Le modèle reconnaît des images un peu plus sombres."""
    assert predict(darker_pictures()).accuracy(_published().labels) >= 0.4


@pytest.mark.points(1)
@pytest.mark.images("cifar10")
def test_every_class(predict):
    """Le modèle reconnaît au moins une image sur quatre de chaque classe."""
    predicted = predict("cifar10")
    for label in range(10):
        recall = np.mean(predicted.classes[predicted.labels == label] == label)
        assert recall >= 0.25, f"class {label}: {recall:.3f}"
