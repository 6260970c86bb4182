"""Figures of one model and of two on the same texts, with what chance makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.texts.record import ModelPredictions
from grader.records.section import Interval

#: Samples drawn with replacement for the interval of an F1, and the seed of the draws.
_SAMPLES, _SEED = 2_000, 0


def macro_f1(confusion: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """The mean over all classes of the F1 of each; a class that is neither there nor predicted has 0.

    Args:
        confusion: Shape (..., classes, classes), rows are labels, columns predictions.

    Returns:
        Shape (...).
    """
    hits = np.diagonal(confusion, axis1=-2, axis2=-1).astype(np.float64)
    named = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    f1 = 2 * hits / np.maximum(named, 1)
    mean: NDArray[np.float64] = f1.mean(axis=-1)
    return mean


def macro_f1_interval(confusion: NDArray[np.integer[Any]]) -> Interval:
    """A 95 % interval of `macro_f1` by the percentiles of a bootstrap over the texts; the same at every call.

    Args:
        confusion: Shape (classes, classes).
    """
    texts = int(confusion.sum())
    drawn = np.random.default_rng(_SEED).multinomial(
        texts, confusion.ravel() / texts, size=_SAMPLES
    )
    scores = macro_f1(drawn.reshape(_SAMPLES, *confusion.shape))
    low, high = np.quantile(scores, (0.025, 0.975))
    return Interval(low=float(low), high=float(high))


@dataclass(frozen=True)
class Comparison:
    """Two models on the same texts; the first is at least as accurate as the second."""

    first: ModelPredictions
    second: ModelPredictions

    @property
    def texts(self) -> int:
        """How many texts there are."""
        return len(self.first.labels)

    @property
    def only_first(self) -> int:
        """Texts that the first alone predicts as their labels say."""
        return int(np.count_nonzero(self.first.is_right & ~self.second.is_right))

    @property
    def only_second(self) -> int:
        """Texts that the second alone predicts as their labels say."""
        return int(np.count_nonzero(~self.first.is_right & self.second.is_right))

    @property
    def discordant(self) -> int:
        """Texts that one of them alone predicts as their labels say."""
        return self.only_first + self.only_second

    @property
    def disagreement(self) -> float:
        """Share of the texts for which they predict different classes, whatever the labels are."""
        return float(np.mean(self.first.predicted != self.second.predicted))

    @property
    def p_value(self) -> float:
        """Of McNemar's exact test: how often two equally good models would differ so much, or more.

        Under that hypothesis each text that one of them alone gets right is as likely the first's as the second's.
        Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
        percentages", Psychometrika 12 (1947); exact by the binomial distribution.
        """
        if self.discordant == 0:
            return 1.0
        from scipy.stats import binomtest  # takes longer to import than all other checks to judge

        return float(binomtest(self.only_first, self.discordant, 0.5).pvalue)

    @property
    def difference(self) -> float:
        """Accuracy of the first less that of the second."""
        return (self.only_first - self.only_second) / self.texts

    @property
    def difference_interval(self) -> Interval:
        """A 95 % interval of the difference of accuracies of all texts of this kind.

        Source: D. G. Bonett, R. M. Price, "Adjusted Wald confidence interval for a difference of binomial proportions
        based on paired data", Journal of Educational and Behavioral Statistics 37 (2012).
        """
        size = self.texts + 2
        first, second = (self.only_first + 1) / size, (self.only_second + 1) / size
        deviation = ((first + second - (first - second) ** 2) / size) ** 0.5
        margin = NormalDist().inv_cdf(0.975) * deviation
        middle = first - second
        return Interval(low=max(-1.0, middle - margin), high=min(1.0, middle + margin))


def adjusted_p_values(p_values: Sequence[float]) -> list[float]:
    """Of several comparisons, each as if it had been the only one: adjusted by Holm's method.

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6
    (1979).

    Args:
        p_values: One a comparison.
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted
