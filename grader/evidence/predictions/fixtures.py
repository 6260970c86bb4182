"""What hidden tests see of predictions: a function that looks them up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.datasets.secret_images import PREFIX, image_digest
from grader.evidence.fixtures import FixtureEvidence, FixtureRequest
from grader.evidence.predictions.record import PredictionsNeed, RankedPredictions


class UndeclaredImagesError(LookupError):
    """A test asks for predictions that were not collected, since no mark of it says so."""


@dataclass(frozen=True)
class ImagePredictions:
    """What a model predicts on images."""

    # What an assertion says shows values by their `repr`, and thousands of them say nothing.
    ranked: NDArray[np.integer[Any]] = field(repr=False)
    """Shape (N, k); each row the k best classes, best first, k = min(5, classes); k = 1 of labels alone."""
    best_score: NDArray[np.floating[Any]] = field(repr=False)
    """Shape (N,); the score of the best class; NaN of labels alone."""
    labels: NDArray[np.integer[Any]] | None = field(repr=False)
    """Shape (N,); of the dataset; None of images a test draws."""

    @property
    def classes(self) -> NDArray[np.integer[Any]]:
        """Shape (N,); the best class of each image."""
        return self.ranked[:, 0]

    def accuracy(self, labels: NDArray[np.integer[Any]] | None = None, *, top: int = 1) -> float:
        """Share of the images whose label is among the `top` best classes.

        Args:
            labels: Shape (N,); None takes those of the dataset.
            top: How many classes count, 1 to k.

        Raises:
            ValueError: There are no labels, or fewer classes are kept.
        """
        right = self.labels if labels is None else np.asarray(labels)
        if right is None or right.shape != (len(self.ranked),):
            raise ValueError(
                f"accuracy needs one label for each of the {len(self.ranked)} images a test draws"
            )
        if not 1 <= top <= self.ranked.shape[1]:
            raise ValueError(f"top is a number of classes from 1 to {self.ranked.shape[1]}")
        return float((self.ranked[:, :top] == right[:, np.newaxis]).any(axis=1).mean())


@dataclass(frozen=True)
class PredictFunction:
    """Looks predictions up; nothing is predicted any more."""

    found: dict[str, RankedPredictions] = field(repr=False)
    """By dataset."""
    images: dict[str, str] = field(repr=False)
    """Digest of images to the dataset made of them."""

    def __call__(self, images: NDArray[np.uint8] | str) -> ImagePredictions:
        """What the model predicts.

        Args:
            images: Those that a function of the test's mark ``images`` returns, uint8 of shape (N, height, width) or
                (N, height, width, 3); or the name of a dataset in that mark.

        Raises:
            UndeclaredImagesError: The mark names neither; says which mark to add.
        """
        if isinstance(images, str):
            name, missing = images, f'@pytest.mark.images("{images}")'
        else:
            name = self.images.get(image_digest(np.asarray(images)), "")
            missing = '@pytest.mark.images("f"), where f is the function that returns these images'
        if name not in self.found:
            raise UndeclaredImagesError(
                f"predict was asked about images that were not collected: add {missing}; "
                "a function must return the same images each time"
            )
        found = self.found[name]
        return ImagePredictions(
            ranked=found.ranked,
            best_score=found.best_score,
            labels=None if name.startswith(PREFIX) else found.labels,
        )


def predict_needs(request: FixtureRequest) -> tuple[PredictionsNeed, ...]:
    """Predictions on all images of the mark, resized where the lab resizes images for this artefact.

    Raises:
        ValueError: There is no mark.
    """
    if not request.images:
        raise ValueError(
            'predict needs @pytest.mark.images("..."): the name of a function of the file, or of a dataset'
        )
    resizing = any(isinstance(need, PredictionsNeed) and need.resizing for need in request.others)
    return tuple(
        PredictionsNeed(artefact=request.artefact, dataset=name, resizing=resizing)
        for name in request.images
    )


def predict_function(evidence: FixtureEvidence) -> PredictFunction:
    """The function that looks predictions up."""
    found: dict[str, RankedPredictions] = {
        need.dataset: evidence.get(need)
        for need in evidence.needs
        if isinstance(need, PredictionsNeed)
    }
    return PredictFunction(found, dict(evidence.images))
