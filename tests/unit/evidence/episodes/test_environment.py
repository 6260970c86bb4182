"""Episodes side by side are those that Gymnasium plays one after the other."""

from __future__ import annotations

import gymnasium
import numpy as np
from numpy.typing import NDArray

from grader.evidence.episodes.environment import Start, play_episodes
from grader.records.evidence import Failure
from tests.factory_episodes import BALANCES


def by_weights(*weights: float):  # type: ignore[no-untyped-def]
    def act(states: NDArray[np.float32], _: NDArray[np.intp]) -> NDArray[np.intp]:
        return (states @ np.array(weights) > 0).astype(np.intp)

    return act


def test_an_episode_is_the_one_of_its_seed() -> None:
    """Step for step, whatever is played beside it."""
    played = play_episodes("CartPole-v1", [Start(3), Start(5)], by_weights(0, 0, 1, 0))
    assert not isinstance(played, Failure)
    env = gymnasium.make("CartPole-v1")
    state, _ = env.reset(seed=5)
    states, ended = [state], False
    while not ended:
        state, _, ended, _, _ = env.step(int(state[2] > 0))
        states.append(state)

    assert np.array_equal(played[1].states, np.array(states))
    assert played[1].steps == len(states) - 1


def test_episodes_end_after_500_steps() -> None:
    """That is full, whatever the state then is."""
    played = play_episodes("CartPole-v1", [Start(1)], by_weights(*BALANCES))
    assert not isinstance(played, Failure)

    assert (played[0].steps, played[0].ending) == (500, "full")


def test_endings_say_what_happened() -> None:
    """To which side the pole fell, or the cart left the track."""
    starts = [
        Start(state=(0, 0, 0.2, 1)),
        Start(state=(0, 0, -0.2, -1)),
        Start(state=(2.39, 2, 0, 0)),
        Start(state=(-2.39, -2, 0, 0)),
    ]
    played = play_episodes("CartPole-v1", starts, by_weights(0, 0, 1, 0))
    assert not isinstance(played, Failure)

    assert [item.ending for item in played] == [
        "pole-right", "pole-left", "track-right", "track-left",
    ]  # fmt: skip


def test_the_first_failure_ends_all_episodes() -> None:
    """What a model says while it plays is no episode."""
    asked = []

    def act(states: NDArray[np.float32], places: NDArray[np.intp]) -> Failure:
        asked.append(len(states))
        return Failure(reason="crashed")

    assert play_episodes("CartPole-v1", [Start(1), Start(2)], act) == Failure(reason="crashed")
    assert asked == [2]
