"""Have an opened model play episodes, and record what came of them."""

from __future__ import annotations

import importlib.util

import numpy as np
from numpy.typing import NDArray

from grader.evidence.episodes.environment import Start, play_episodes
from grader.evidence.episodes.normalization import StateNormalization
from grader.evidence.episodes.record import (
    STATE,
    Environment,
    Episode,
    Episodes,
    EpisodesNeed,
    PolicyAtStates,
    PolicyReading,
    StatesNeed,
)
from grader.evidence.models.client import ModelClient
from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.playing.clock import Clock
from grader.evidence.models.playing.policy import find_policies
from grader.evidence.models.playing.practice import ReadPolicy, choose_reading
from grader.evidence.models.record import ModelSummary
from grader.records.evidence import Failure
from grader.records.message import Name

#: Pictures of a film.
_FRAMES = 8


class PolicyPlayer:
    """Plays with one model; how it is read is found out once.

    Args:
        client: The process that has it open.
        summary: What is known of it.
        declared: What the student declares about it.
    """

    def __init__(
        self, client: ModelClient, summary: ModelSummary, declared: ModelDeclaration | None
    ) -> None:
        self._client = client
        self._summary = summary
        self._declared = declared
        self._readings: dict[Environment, tuple[ReadPolicy, PolicyReading] | Failure] = {}

    def answer(self, need: EpisodesNeed | StatesNeed) -> Episodes | PolicyAtStates | Failure:
        """What a need asks for."""
        if importlib.util.find_spec("gymnasium") is None:
            return missing_gymnasium()
        if need.environment not in self._readings:
            self._readings[need.environment] = self._choose(need.environment)
        reading = self._readings[need.environment]
        if isinstance(reading, Failure):
            return reading
        way, described = reading
        if isinstance(need, EpisodesNeed):
            return self._play(need, way, described)
        return self._from_states(need, way)

    def _choose(self, environment: Environment) -> tuple[ReadPolicy, PolicyReading] | Failure:
        declared = self._declared or ModelDeclaration()
        policies = find_policies(self._client, self._summary, declared.output)
        if isinstance(policies, Failure):
            return policies
        scaling = declared_scaling(declared)
        return choose_reading(policies, scaling, environment, Clock(self._client))

    def _play(
        self, need: EpisodesNeed, way: ReadPolicy, described: PolicyReading
    ) -> Episodes | Failure:
        starts = [Start(need.seed + place) for place in range(need.episodes)]
        played = play_episodes(need.environment, starts, Clock(self._client).checked(way.act))
        if isinstance(played, Failure):
            return played
        filmed = min(range(len(played)), key=lambda place: played[place].steps)
        steps = _film_steps(played[filmed].steps)
        return Episodes(
            environment=need.environment,
            reading=described,
            played=tuple(
                Episode(
                    seed=start.seed,
                    steps=item.steps,
                    ending=item.ending,
                    last=_state(item.states[-1]),
                )
                for start, item in zip(starts, played, strict=True)
            ),
            film=tuple(_state(played[filmed].states[step]) for step in steps),
            film_steps=steps,
            filmed=filmed,
        )

    def _from_states(self, need: StatesNeed, way: ReadPolicy) -> PolicyAtStates | Failure:
        states = np.array(need.states, np.float32).reshape(-1, STATE)
        act = Clock(self._client).checked(way.act)
        actions = act(states, np.arange(len(states)))
        if isinstance(actions, Failure):
            return actions
        starts = [Start(state=_state(state)) for state in states]
        played = play_episodes(need.environment, starts, act)
        if isinstance(played, Failure):
            return played
        return PolicyAtStates(
            states=tuple(map(_state, states)),
            actions=tuple(map(int, actions)),
            steps=tuple(item.steps for item in played),
        )


def missing_gymnasium() -> Failure:
    """The failure where Gymnasium is not installed: nothing the student can do about it."""
    return Failure(
        reason="missing-package",
        fault="grader",
        detail="pip install 'grader[cartpole]'",
        values={"package": Name(text="gymnasium")},
    )


def declared_scaling(declared: ModelDeclaration) -> StateNormalization | None:
    """What ``submission.toml`` says is done to states; None where it says nothing."""
    if not declared.state_offset and not declared.state_scale:
        return None
    return StateNormalization(
        "declared",
        offset=declared.state_offset or (0.0,) * STATE,
        scale=declared.state_scale or (1.0,) * STATE,
    )


def _film_steps(steps: int) -> tuple[int, ...]:
    """Steps of the pictures of a film, from the first state to the last, each once."""
    return tuple(dict.fromkeys(round(steps * place / (_FRAMES - 1)) for place in range(_FRAMES)))


def _state(state: NDArray[np.float32]) -> tuple[float, float, float, float]:
    position, speed, angle, angular_speed = (round(float(number), 5) for number in state)
    return position, speed, angle, angular_speed
