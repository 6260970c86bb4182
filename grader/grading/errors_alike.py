"""How often two networks give the same wrong answer, beside what is usual for two such networks of the class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Networks the usual agreement is taken from: with fewer there is nothing to compare with.
LEAST_NETWORKS = 5

_ROUNDS = 20
#: Standard deviations of the log odds are taken to be at least this, however alike the class happens to be.
_LEAST_SPREAD = 0.2

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Agreements:
    """What n networks have in common on one dataset; matrices of shape (n, n)."""

    common: NDArray[np.int64]
    """Images to which both give the same wrong answer; on the diagonal, all wrong answers of one network."""
    expected: Matrix | None
    """How many two networks of this accuracy usually have in common here; None in a class too small to say."""
    unusual: Matrix | None
    """By how many standard deviations of the class the log odds of `share` exceed what is expected."""

    @property
    def either(self) -> NDArray[np.int64]:
        """Images that one of both, or both, get wrong."""
        wrong = np.diagonal(self.common)
        either: NDArray[np.int64] = np.add.outer(wrong, wrong) - self.common
        return either

    @property
    def share(self) -> Matrix:
        """Of the images that either gets wrong, the share to which both give the same wrong answer."""
        share: Matrix = self.common / np.maximum(self.either, 1)
        return share


def agreements(
    answers: NDArray[np.integer[Any]], labels: NDArray[np.integer[Any]], kin: NDArray[np.intp]
) -> Agreements:
    """Compare the wrong answers of every pair of networks.

    Good networks have few errors and share the hardest, poor ones have many; some kinds of network agree with all
    others more than some other kinds do. So the log odds of the share of errors in common are taken for a sum: one
    term for the class, one for each of the two networks, all by medians, which copies do not move.

    Args:
        answers: Shape (n, images).
        labels: Shape (images,).
        kin: Shape (n,), equal for networks that are the same or nearly so; only one of each is compared with.
    """
    common = _common_errors(answers, labels)
    found = Agreements(common=common, expected=None, unusual=None)
    one_of_each = np.unique(kin, return_index=True)[1]
    if len(one_of_each) < LEAST_NETWORKS:
        return found
    odds = np.log((common + 0.5) / (found.either - common + 0.5))
    usual = _usual_odds(odds, kin, one_of_each)
    share = 1 / (1 + np.exp(-usual))
    wrong = np.diagonal(common)
    excess = odds - usual
    upper = np.triu_indices(len(one_of_each), 1)
    typical = excess[np.ix_(one_of_each, one_of_each)][upper]
    spread = max(1.4826 * float(np.median(np.abs(typical))), _LEAST_SPREAD)
    chance = 1 / np.sqrt(np.maximum(found.either * share * (1 - share), 1e-9))
    return Agreements(
        common=common,
        expected=np.add.outer(wrong, wrong) * share / (1 + share),
        unusual=excess / np.maximum(spread, chance),
    )


def _common_errors(
    answers: NDArray[np.integer[Any]], labels: NDArray[np.integer[Any]]
) -> NDArray[np.int64]:
    """To how many images each pair gives the same wrong answer, shape (n, n)."""
    wrong = answers != labels
    by_image = np.ascontiguousarray(answers.T)
    common = np.zeros((len(answers), len(answers)), np.int64)
    for place, missed in enumerate(wrong):
        images = np.flatnonzero(missed)
        same = by_image[images, place:] == answers[place, images][:, np.newaxis]
        common[place, place:] = np.count_nonzero(same, axis=0)
    return np.maximum(common, common.T)


def _usual_odds(odds: Matrix, kin: NDArray[np.intp], one_of_each: NDArray[np.intp]) -> Matrix:
    """What is usual for each pair: Tukey's median polish, with one term for a network."""
    columns = odds[:, one_of_each]
    others = np.where(kin[:, np.newaxis] == kin[one_of_each], np.nan, columns)
    level, term = 0.0, np.zeros(len(odds))
    for _ in range(_ROUNDS):
        term = term + np.nanmedian(others - level - np.add.outer(term, term[one_of_each]), axis=1)
        level += float(
            np.nanmedian((others - level - np.add.outer(term, term[one_of_each]))[one_of_each])
        )
    usual: Matrix = level + np.add.outer(term, term)
    return usual
