"""What checks on episodes have in common: which episodes, and how uncertain their mean is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated

import msgspec
import numpy as np

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.episodes.record import Environment, Episodes, EpisodesNeed
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Number
from grader.records.result import CheckResult
from grader.records.section import Interval

#: Means that are drawn for an interval.
_RESAMPLED = 4_000


class EpisodesCheck(CheckKind, frozen=True, kw_only=True):
    """A check on episodes that the model of its first artefact plays greedily."""

    environment: Environment = "CartPole-v1"
    episodes: Annotated[int, msgspec.Meta(ge=10, le=1_000)] = 100
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**30)] = 0
    """Of the first episode; the others have those that follow."""

    def needs(self, exercise: Exercise) -> tuple[EpisodesNeed, ...]:
        """The episodes."""
        (artefact, *_) = exercise.artefacts_of(self)
        return (
            EpisodesNeed(
                artefact=artefact,
                environment=self.environment,
                episodes=self.episodes,
                seed=self.seed,
            ),
        )

    def judge(self, context: CheckContext) -> CheckResult:
        """Judge the episodes that were played."""
        (need,) = self.needs(context.exercise)
        found = context.evidence.get(need)
        if isinstance(found, Failure):
            return self.judge_failure(found)
        return self.judge_episodes(found)

    @abstractmethod
    def judge_episodes(self, episodes: Episodes) -> CheckResult:
        """Judge episodes, one at least."""


def mean_interval(values: Sequence[int]) -> Interval:
    """The 95 % bootstrap interval of a mean, by percentiles; the same each time.

    As in Efron & Tibshirani, *An Introduction to the Bootstrap* (1993), chapter 13.

    Args:
        values: One at least.
    """
    random = np.random.default_rng(0)
    drawn = np.asarray(values, float)[random.integers(len(values), size=(_RESAMPLED, len(values)))]
    low, high = np.quantile(drawn.mean(axis=1), [0.025, 0.975])
    return Interval(low=float(low), high=float(high))


def shown_steps(steps: float) -> Number:
    """A mean number of steps, to a tenth."""
    return Number(value=round(steps, 1))
