"""How a model does with one preprocessing on images whose labels are known, and which preprocessing does best."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.candidates import simplicity
from grader.evidence.models.outputs import log_scores
from grader.evidence.predictions.interface import OutputFormat, Preprocessing

#: By how many standard errors a preprocessing has to read more of the same images than another to be better, and by
#: how many it has to be surer where neither reads more.
READS_MORE, SURER = 1.5, 1.0

#: By how many standard errors it reads fewer, or is less sure while it reads fewer at all, when it is out.
READS_FEWER, LESS_SURE = 4.0, 3.0

#: What, by so many standard errors, reads at most such a share of images more is not worth trying on more.
HOPED, NEGLIGIBLE = 4.0, 0.002

#: Where the best reads such a share of so many images, little is left to gain: only what reads no fewer and is surer is
#: tried further.
GOOD, GLANCE = 0.95, 300

#: Images, and steps in a range, by which the sharpness is found that makes the labels likeliest.
_TEMPERED = 3_000
_STEPS = 16
_LEAST_SHARP, _SHARPEST = math.log(1e-3), math.log(1e3)


@dataclass(frozen=True)
class Trial:
    """How a model did on the calibration images with one preprocessing; arrays of shape (N,)."""

    hits: NDArray[np.bool_]
    """Which images were classified correctly."""
    sureness: NDArray[np.float64]
    """Log-probability of the right class of each image.

    The model's log-probabilities are first multiplied by the one factor that makes all labels together likeliest
    (temperature scaling, Guo et al. 2017, https://arxiv.org/abs/1706.04599): a preprocessing that only makes a
    model surer of everything gains nothing by it.
    """

    @classmethod
    def of(
        cls,
        scores: NDArray[np.float32],
        output_format: OutputFormat,
        labels: NDArray[np.integer[Any]],
    ) -> Trial:
        """From scores of shape (N, classes) and labels of shape (N,)."""
        hits = scores.argmax(axis=1) == labels
        return cls(hits=hits, sureness=_scaled(log_scores(scores, output_format), labels))

    @property
    def right(self) -> int:
        """How many images were classified correctly."""
        return int(self.hits.sum())

    @property
    def accuracy(self) -> float:
        """Share of the images classified correctly."""
        return float(self.hits.mean())

    @property
    def mean_sureness(self) -> float:
        """Mean of `sureness`."""
        return float(self.sureness.mean())

    def reads_more(self, other: Trial, errors: float = READS_MORE) -> bool:
        """Whether it reads more of the same images than `other`, beyond chance (McNemar's test)."""
        more, error = self._read_beyond(other)
        return more > errors * error

    def surer_than(self, other: Trial, errors: float = SURER) -> bool:
        """Whether it is surer of the same images than `other`, beyond chance."""
        gain = self.sureness - other.sureness
        return float(gain.mean()) > errors * float(gain.std()) / math.sqrt(len(gain))

    def is_behind(self, best: Trial) -> bool:
        """Whether it is clearly worse than the best on the same images."""
        fewer, error = best._read_beyond(self)
        return fewer > READS_FEWER * error or (fewer > 0 and best.surer_than(self, LESS_SURE))

    def may_beat(self, best: Trial, *, usual: bool) -> bool:
        """Whether it may turn out, on more images, to read more of them than the best by an amount that counts.

        Args:
            best: On the same images.
            usual: Whether it is the usual preprocessing, which is not dropped at a glance.
        """
        images = len(self.hits)
        fewer, error = best._read_beyond(self)
        if not usual and images >= GLANCE and best.accuracy >= GOOD:
            return fewer <= 0 and self.mean_sureness > best.mean_sureness
        # Images read alike so far are no proof that the next one is.
        return HOPED * math.sqrt(error**2 + 1) - fewer > NEGLIGIBLE * images

    def _read_beyond(self, other: Trial) -> tuple[int, float]:
        """How many more images it reads than `other`, and the standard error of that number."""
        gained = int((self.hits & ~other.hits).sum())
        lost = int((other.hits & ~self.hits).sum())
        return gained - lost, math.sqrt(gained + lost)


def best_preprocessing(
    trials: Mapping[Preprocessing, Trial], usual: Preprocessing
) -> Preprocessing:
    """The preprocessing a model does best with.

    The one that reads most images; of those that read as many within the error, the surest; of those that are as
    sure within the error, the usual one or else the simplest. One that reads fewer images than the usual one is
    never chosen.

    Args:
        trials: On the same images; not empty. Their order has no influence.
        usual: Taken unless another is better; it may be missing from `trials` where it does not work.
    """
    least = trials[usual].right if usual in trials else 0
    fair = {item: trial for item, trial in trials.items() if trial.right >= least}

    def simplest(item: Preprocessing) -> tuple[bool, tuple[int, ...]]:
        return item != usual, simplicity(item)

    ordered = sorted(fair, key=simplest)
    most = max(ordered, key=lambda item: (fair[item].right, fair[item].mean_sureness))
    level = [item for item in ordered if not fair[most].reads_more(fair[item])]
    surest = max(level, key=lambda item: fair[item].mean_sureness)
    return next(item for item in level if not fair[surest].surer_than(fair[item]))


def still_open(
    trials: Mapping[Preprocessing, Trial], usual: Preprocessing, most: int
) -> list[Preprocessing]:
    """The best preprocessing, and those that may prove better on more images; the best alone where none may.

    Args:
        trials: On the same images.
        usual: It is compared as long as any are, unless it is clearly worse.
        most: How many others than the best there are at most, besides the usual one.
    """
    if not trials:
        return []
    best = best_preprocessing(trials, usual)
    level = [item for item in trials if item != best and not trials[item].is_behind(trials[best])]
    others = [item for item in level if trials[item].may_beat(trials[best], usual=item == usual)]
    others.sort(key=lambda item: (item != usual, -trials[item].mean_sureness))
    kept = [usual] if others and usual in level and usual not in others else []
    return [best, *kept, *others[:most]]


def _scaled(
    log_scores: NDArray[np.float64], labels: NDArray[np.integer[Any]]
) -> NDArray[np.float64]:
    """Log-probabilities of the labels, shape (N,), at the sharpness at which their sum is largest.

    It is found on the first images, which are enough for one number. Their sum is concave in it, so the sign of its
    derivative leads there.
    """
    low, high = _LEAST_SHARP, _SHARPEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _gains_by_sharpness(log_scores[:_TEMPERED], labels[:_TEMPERED], math.exp(middle)):
            low = middle
        else:
            high = middle
    sharp = math.exp((low + high) / 2) * log_scores
    found: NDArray[np.float64] = sharp[np.arange(len(labels)), labels] - _log_sum(sharp)
    return found


def _gains_by_sharpness(
    log_scores: NDArray[np.float64], labels: NDArray[np.integer[Any]], factor: float
) -> bool:
    sharp = factor * log_scores
    probabilities = np.exp(sharp - _log_sum(sharp)[:, np.newaxis])
    expected = (probabilities * log_scores).sum(axis=1)
    return bool((log_scores[np.arange(len(labels)), labels] - expected).sum() > 0)


def _log_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the sum of exponentials, shape (N,)."""
    largest = values.max(axis=1)
    total: NDArray[np.float64] = largest + np.log(
        np.exp(values - largest[:, np.newaxis]).sum(axis=1)
    )
    return total
