"""Predictions of an opened model on a dataset's test images, as evidence."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grader.datasets.pool import LoadedDataset
from grader.evidence.models.failures import bad_output
from grader.evidence.models.outputs import scores
from grader.evidence.models.session import EvaluationSession
from grader.evidence.predictions.interface import ModelInterface, Preprocessing
from grader.evidence.predictions.ranking import predictions_of
from grader.evidence.predictions.record import Predictions
from grader.records.evidence import Failure
from grader.records.message import Count

if TYPE_CHECKING:
    from grader.evidence.base import Arrays

#: Images predicted a second time, in another order and another batch.
_REPEATED = 50

#: How far both predictions of an image may differ, as a share of the largest of its outputs.
_TOLERANCE = 1e-3


def predict_test_images(
    session: EvaluationSession, interface: ModelInterface, dataset: LoadedDataset, *, seed: str
) -> tuple[Predictions, Arrays] | Failure:
    """Predict the test images with the preprocessing that was chosen on calibration images.

    Args:
        session: The opened model and the dataset.
        interface: As `choose_interface` found it.
        dataset: The dataset's images.
        seed: The order in which the images are sent is drawn from it; nothing a model could know.
    """
    outputs = _predict_shuffled(session, interface.preprocessing, dataset.images(), seed)
    if isinstance(outputs, Failure):
        return outputs
    classes = session.target.classes
    return predictions_of(scores(outputs, interface.output, classes), interface, dataset)


def _predict_shuffled(
    session: EvaluationSession, preprocessing: Preprocessing, images: NDArray[np.uint8], seed: str
) -> NDArray[np.float32] | Failure:
    """Outputs of shape (N, width) in the images' order; they are sent in another one.

    Some images are predicted twice, in another batch: a prediction must depend on its image alone.
    """
    order = np.random.default_rng(_number(seed)).permutation(len(images))
    shuffled = session.predict(preprocessing, images[order])
    if isinstance(shuffled, Failure):
        return shuffled
    outputs = np.empty_like(shuffled)
    outputs[order] = shuffled
    again = order[::-1][:_REPEATED]
    repeated = session.predict(preprocessing, images[again])
    if isinstance(repeated, Failure):
        return repeated
    differing = _differing(outputs[again], repeated)
    if differing:
        count, sent = Count(value=differing), Count(value=len(again))
        return bad_output(session.file, "batch-dependent", count=count, images=sent)
    return outputs


def _differing(one: NDArray[np.float32], other: NDArray[np.float32]) -> int:
    """In how many rows two outputs for the same images differ by more than rounding."""
    largest = np.abs(one).max(axis=1)
    return int((np.abs(one - other).max(axis=1) > _TOLERANCE * (largest + 1e-6)).sum())


def _number(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
