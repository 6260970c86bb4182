"""How often two models make the same wrong prediction, compared with what is expected in their class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: With fewer different models than this, the class says nothing about what to expect.
MIN_MODELS = 5

_ROUNDS = 20
#: Lower bound of the standard deviation of the log odds, for classes whose models are all very similar.
_MIN_DEVIATION = 0.2

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class ErrorAgreement:
    """The wrong predictions that n models have in common on one dataset; matrices of shape (n, n)."""

    common: NDArray[np.int64]
    """Images with the same wrong prediction by both; on the diagonal, all wrong predictions of one model."""
    expected: Matrix | None
    """How many two models of this accuracy are expected to have in common; None in a class that is too small."""
    unusual: Matrix | None
    """By how many standard deviations of the class the log odds of `share` exceed what is expected."""

    @property
    def either(self) -> NDArray[np.int64]:
        """Images that at least one of both gets wrong."""
        wrong = np.diagonal(self.common)
        either: NDArray[np.int64] = np.add.outer(wrong, wrong) - self.common
        return either

    @property
    def share(self) -> Matrix:
        """Of the images that either gets wrong, the share with the same wrong prediction by both."""
        share: Matrix = self.common / np.maximum(self.either, 1)
        return share


def error_agreement(
    predictions: NDArray[np.integer[Any]],
    labels: NDArray[np.integer[Any]],
    related: NDArray[np.intp],
) -> ErrorAgreement:
    """Compare the wrong predictions of every pair of models.

    Accurate models make few errors and share the hardest images, inaccurate ones make many; models of some
    architectures agree more with all others. So the log odds of the share of errors in common are modelled as a
    sum of one term for the class and one for each of the two models, estimated by medians, which copies do not
    shift.

    Args:
        predictions: Predicted classes, shape (n, images).
        labels: Shape (images,).
        related: Shape (n,), equal for models that are the same or nearly so; what is expected is estimated from
            one model of each group.
    """
    common = _common_errors(predictions, labels)
    counted = ErrorAgreement(common=common, expected=None, unusual=None)
    representatives = np.unique(related, return_index=True)[1]
    if len(representatives) < MIN_MODELS:
        return counted
    odds = np.log((common + 0.5) / (counted.either - common + 0.5))
    expected_odds = _expected_odds(odds, related, representatives)
    share = 1 / (1 + np.exp(-expected_odds))
    wrong = np.diagonal(common)
    excess = odds - expected_odds
    upper = np.triu_indices(len(representatives), 1)
    typical = excess[np.ix_(representatives, representatives)][upper]
    deviation = max(1.4826 * float(np.median(np.abs(typical))), _MIN_DEVIATION)
    chance = 1 / np.sqrt(np.maximum(counted.either * share * (1 - share), 1e-9))
    return ErrorAgreement(
        common=common,
        expected=np.add.outer(wrong, wrong) * share / (1 + share),
        unusual=excess / np.maximum(deviation, chance),
    )


def _common_errors(
    predictions: NDArray[np.integer[Any]], labels: NDArray[np.integer[Any]]
) -> NDArray[np.int64]:
    """On how many images each pair makes the same wrong prediction, shape (n, n)."""
    wrong = predictions != labels
    by_image = np.ascontiguousarray(predictions.T)
    common = np.zeros((len(predictions), len(predictions)), np.int64)
    for place, missed in enumerate(wrong):
        images = np.flatnonzero(missed)
        same = by_image[images, place:] == predictions[place, images][:, np.newaxis]
        common[place, place:] = np.count_nonzero(same, axis=0)
    return np.maximum(common, common.T)


def _expected_odds(
    odds: Matrix, related: NDArray[np.intp], representatives: NDArray[np.intp]
) -> Matrix:
    """The log odds expected of each pair: Tukey's median polish, with one term for a model."""
    columns = odds[:, representatives]
    others = np.where(related[:, np.newaxis] == related[representatives], np.nan, columns)
    level, term = 0.0, np.zeros(len(odds))
    for _ in range(_ROUNDS):
        residuals = others - level - np.add.outer(term, term[representatives])
        term = term + np.nanmedian(residuals, axis=1)
        residuals = others - level - np.add.outer(term, term[representatives])
        level += float(np.nanmedian(residuals[representatives]))
    expected: Matrix = level + np.add.outer(term, term)
    return expected
