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
from grader.evidence.episodes.record import Environment, PolicyReading
from grader.evidence.models.playing.clock import Clock
from grader.evidence.models.playing.policy import Policy
from grader.records.evidence import Failure

#: Episodes of each way to read a model, and where their seeds begin after the first that is graded.
PRACTICE, SEEDS_LATER = 10, 1_000_000

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
    seed: int,
    clock: Clock,
) -> tuple[ReadPolicy, PolicyReading] | Failure:
    """Choose how a model is read: the usual way, unless another balances clearly longer in practice.

    Args:
        policies: The ways to read its outputs, the likeliest first.
        declared: What the student declares is done to states; None where nothing is declared.
        environment: What is played.
        seed: Of the first graded episode.
        clock: Says when practice has taken too long.
    """
    scalings = NORMALIZATIONS if declared is None else (declared,)
    usual = ReadPolicy(policies[0], scalings[0])
    seeds = range(seed + SEEDS_LATER, seed + SEEDS_LATER + PRACTICE)
    if len(policies) == len(scalings) == 1:
        return usual, _described(usual, "usual" if declared is None else "declared", {})
    tried = _practise([usual], environment, seeds, clock)
    if not isinstance(tried, Failure) and tried[usual.name].mean() < GOOD:
        for policy in policies:
            ways = [ReadPolicy(policy, scaling) for scaling in scalings]
            found = _practise(ways, environment, seeds, clock)
            if isinstance(found, Failure):
                return found
            tried |= found
    if isinstance(tried, Failure):
        return tried
    every = {
        way.name: way
        for policy in policies
        for way in (ReadPolicy(policy, scaling) for scaling in scalings)
    }
    best = max(tried, key=lambda name: tried[name].mean())
    if best == usual.name or not _is_better(tried[best], tried[usual.name]):
        return usual, _described(usual, "usual" if declared is None else "declared", tried)
    return every[best], _described(every[best], "practice", tried)


def _practise(
    ways: Sequence[ReadPolicy], environment: Environment, seeds: Sequence[int], clock: Clock
) -> dict[str, NDArray[np.float64]] | Failure:
    """Steps of each episode of several ways to read one output, played side by side; by their names."""
    starts = [Start(seed) for _ in ways for seed in seeds]

    def act(states: NDArray[np.float32], places: NDArray[np.intp]) -> NDArray[np.intp] | Failure:
        scaled = np.empty_like(states)
        for number, way in enumerate(ways):
            rows = places // len(seeds) == number
            scaled[rows] = way.scaling.apply(states[rows])
        return ways[0].policy.actions(scaled)

    played = play_episodes(environment, starts, clock.checked(act))
    if isinstance(played, Failure):
        return played
    steps = np.array([item.steps for item in played], np.float64).reshape(len(ways), len(seeds))
    return {way.name: row for way, row in zip(ways, steps, strict=True)}


def _is_better(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether episodes of the same seeds last longer, beyond chance."""
    gain = one - other
    error = float(gain.std(ddof=1)) / len(gain) ** 0.5
    return bool(gain.mean() > max(_STEPS, _ERRORS * error))


def _described(
    way: ReadPolicy, source: str, tried: dict[str, NDArray[np.float64]]
) -> PolicyReading:
    return PolicyReading(
        form=way.policy.form,
        output=way.policy.output_name,
        scaling=way.scaling.name,
        source=source,  # type: ignore[arg-type]
        practice={name: round(float(steps.mean()), 1) for name, steps in tried.items()},
        practice_episodes=PRACTICE if tried else 0,
    )
