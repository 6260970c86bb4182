"""Many episodes of a Gymnasium environment played side by side, so that a policy is asked once for every step of all.

Gymnasium is imported when the first episode is: it comes with an extra.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.episodes.record import ANGLE, MOST_STEPS, STATE, TRACK, Ending, Environment
from grader.records.evidence import Failure

if TYPE_CHECKING:
    from gymnasium import Env

Act = Callable[[NDArray[np.float32], NDArray[np.intp]], NDArray[np.intp] | Failure]
"""States (N, 4) and the places of their episodes (N,) to actions (N,)."""


@dataclass(frozen=True)
class Start:
    """How an episode begins."""

    seed: int = 0
    """The environment is reset with it."""
    state: tuple[float, ...] | None = None
    """A state to begin in instead of the one that the seed gives."""


@dataclass(frozen=True)
class Played:
    """One episode."""

    states: NDArray[np.float32]
    """Shape (steps + 1, 4), the first state among them."""

    @property
    def steps(self) -> int:
        """How many were played."""
        return len(self.states) - 1

    @property
    def ending(self) -> Ending:
        """Why it ended."""
        position, _, angle, _ = self.states[-1]
        if abs(angle) > ANGLE:
            return "pole-left" if angle < 0 else "pole-right"
        if abs(position) > TRACK:
            return "track-left" if position < 0 else "track-right"
        return "full"


def play_episodes(
    environment: Environment, starts: Sequence[Start], act: Act
) -> list[Played] | Failure:
    """Play an episode from each start to its end.

    Args:
        environment: As Gymnasium calls it.
        starts: One for each episode.
        act: What the policy does; the first failure ends all episodes.
    """
    environments = [_make(environment) for _ in starts]
    count = len(starts)
    states = np.zeros((count, STATE), np.float32)
    for row, (env, start) in enumerate(zip(environments, starts, strict=True)):
        states[row] = _begin(env, start)
    history = np.zeros((MOST_STEPS + 1, count, STATE), np.float32)
    history[0] = states
    steps = np.zeros(count, np.intp)
    playing = np.arange(count)
    while len(playing):
        actions = act(states[playing], playing)
        if isinstance(actions, Failure):
            return actions
        goes_on = np.zeros(len(playing), bool)
        for row, (place, action) in enumerate(zip(playing, actions, strict=True)):
            states[place], _, ended, cut, _ = environments[place].step(int(action))
            steps[place] += 1
            goes_on[row] = not (ended or cut)
        history[steps[playing], playing] = states[playing]
        playing = playing[goes_on]
    return [Played(history[: steps[place] + 1, place].copy()) for place in range(count)]


def _make(environment: Environment) -> Env[Any, Any]:
    """One environment. What checks that environments keep to the interface would take most of the time."""
    import gymnasium

    return gymnasium.make(environment, disable_env_checker=True)


def _begin(env: Env[Any, Any], start: Start) -> NDArray[np.float32]:
    state, _ = env.reset(seed=start.seed)
    if start.state is None:
        return np.asarray(state, np.float32)
    env.unwrapped.state = np.array(start.state, np.float64)  # type: ignore[attr-defined]
    return np.array(start.state, np.float32)
