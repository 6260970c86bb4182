"""Find out how a model is read as a policy, in practice episodes whose seeds are never graded.

A model may balance longer with states it was not trained on, since any change of them is another policy. So another
scaling is taken only where the model can do little with states as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.evidence.episodes.environment import Start, play_episodes
from grader.evidence.episodes.normalization import NORMALIZATIONS, StateNormalization
from grader.evidence.episodes.record import Environment, PolicyReading, ReadingSource
from grader.evidence.models.playing.clock import Clock
from grader.evidence.models.playing.policy import Policy
from grader.records.evidence import Failure

#: Seeds of the episodes of each way to read a model; graded ones are at most 2**30 and some.
PRACTICE_SEEDS = range(2**31, 2**31 + 10)

#: Mean steps with which nothing else is tried: what was long taken as solving the environment.
GOOD = 195.0

#: By how many standard errors, and how many steps on average, another reading must be better than the usual one.
_ERRORS, _STEPS = 2.0, 5.0


@dataclass(frozen=True)
class ReadPolicy:
    """A policy with what is done to states first."""

    policy: Policy
    scaling: StateNormalization

    @property
    def name(self) -> str:
        """What tells it from others of one model."""
        return ", ".join(filter(None, (self.policy.output_name, self.scaling.name)))

    def act(self, states: NDArray[np.float32], _: NDArray[np.intp]) -> NDArray[np.intp] | Failure:
        """The greedy action in each state of shape (N, 4), whatever its episode."""
        return self.policy.actions(self.scaling.apply(states))


def choose_reading(
    policies: Sequence[Policy],
    declared: StateNormalization | None,
    environment: Environment,
    clock: Clock,
) -> tuple[ReadPolicy, PolicyReading] | Failure:
    """Choose how a model is read: the usual way, unless another balances clearly longer in practice.

    Args:
        policies: The ways to read its outputs, the likeliest first.
        declared: What the student declares is done to states; None where nothing is declared.
        environment: What is played.
        clock: Says when practice has taken too long.
    """
    scalings = NORMALIZATIONS if declared is None else (declared,)
    by_output = [[ReadPolicy(policy, scaling) for scaling in scalings] for policy in policies]
    usual, *others = [way for ways in by_output for way in ways]
    source: ReadingSource = "usual" if declared is None else "declared"
    if not others:
        return usual, _described(usual, source, {})
    tried = _practise([usual], environment, clock)
    if isinstance(tried, Failure):
        return tried
    for ways in by_output if tried[usual].mean() < GOOD else ():
        found = _practise(ways, environment, clock)
        if isinstance(found, Failure):
            return found
        tried |= found
    best = max(tried, key=lambda way: tried[way].mean())
    if not _is_better(tried[best], tried[usual]):
        return usual, _described(usual, source, tried)
    return best, _described(best, "practice", tried)


def _practise(
    ways: Sequence[ReadPolicy], environment: Environment, clock: Clock
) -> dict[ReadPolicy, NDArray[np.float64]] | Failure:
    """Steps of each episode of several ways to read one output, played side by side."""
    episodes = len(PRACTICE_SEEDS)
    starts = [Start(seed) for _ in ways for seed in PRACTICE_SEEDS]

    def act(states: NDArray[np.float32], places: NDArray[np.intp]) -> NDArray[np.intp] | Failure:
        scaled = np.empty_like(states)
        for number, way in enumerate(ways):
            rows = places // episodes == number
            scaled[rows] = way.scaling.apply(states[rows])
        return ways[0].policy.actions(scaled)

    played = play_episodes(environment, starts, clock.checked(act))
    if isinstance(played, Failure):
        return played
    steps = np.array([item.steps for item in played], np.float64).reshape(len(ways), episodes)
    return dict(zip(ways, steps, strict=True))


def _is_better(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether episodes of the same seeds last longer, beyond chance."""
    gain = one - other
    error = float(gain.std(ddof=1)) / len(gain) ** 0.5
    return bool(gain.mean() > max(_STEPS, _ERRORS * error))


def _described(
    way: ReadPolicy, source: ReadingSource, tried: dict[ReadPolicy, NDArray[np.float64]]
) -> PolicyReading:
    return PolicyReading(
        form=way.policy.form,
        output=way.policy.output_name,
        scaling=way.scaling.name,
        source=source,
        practice={item.name: round(float(steps.mean()), 1) for item, steps in tried.items()},
        practice_episodes=len(PRACTICE_SEEDS) if tried else 0,
    )
