"""Episodes of an environment: the needs, and what is stored of what a model played."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec

from grader.evidence.need import Need
from grader.records.base import Record

Environment = Literal["CartPole-v1"]
"""As Gymnasium calls it."""

#: Numbers of a state, actions, and steps after which an episode of CartPole-v1 is cut off.
STATE, ACTIONS, MOST_STEPS = 4, 2, 500

#: Past these CartPole-v1 ends an episode: the position of the cart, and the angle of the pole in radians.
TRACK, ANGLE = 2.4, 0.20943951

Ending = Literal["full", "pole-left", "pole-right", "track-left", "track-right"]
"""``full``: all steps were played. Else the pole fell to a side, or the cart left the track there."""

Form = Literal["values", "advantages", "single", "of-action"]
"""What an output is: a number for each action; one for the state, then one for each action; a single number, large for
the second action; a number for the state and the action that the model is given."""

ReadingSource = Literal["usual", "practice", "declared"]
"""How a reading is known: the usual one balances well, or no other does better; another does better in practice; the
student declares it."""

_State = tuple[float, float, float, float]


class PolicyReading(Record, frozen=True, kw_only=True):
    """How states are given to a model, and how its outputs are read as actions."""

    form: Form
    output: str = ""
    """The name of the output that is used, where there are several."""
    scaling: str = "raw"
    """What is done to states first; ``declared`` by the student."""
    source: ReadingSource = "usual"
    practice: dict[str, float] = {}
    """Mean steps of the practice episodes by what was tried."""
    practice_episodes: int = 0
    """Of each."""


class Episode(Record, frozen=True, kw_only=True):
    """One episode."""

    seed: int
    """What the environment was reset with: ``env.reset(seed=...)``."""
    steps: int
    """The return, since every step is rewarded with 1."""
    ending: Ending
    last: _State
    """The last state: position and speed of the cart, angle and angular speed of the pole."""


class Episodes(Record, frozen=True, kw_only=True):
    """The episodes a model played greedily; the states of one of them are stored beside."""

    environment: Environment
    reading: PolicyReading
    played: Annotated[tuple[Episode, ...], msgspec.Meta(min_length=1)]
    film: tuple[_State, ...] = ()
    """A few states of the shortest episode, from the first to the last."""
    film_steps: tuple[int, ...] = ()
    """After how many steps these are."""
    filmed: int = 0
    """The place of that episode in `played`."""

    @property
    def returns(self) -> tuple[int, ...]:
        """The steps of each episode."""
        return tuple(episode.steps for episode in self.played)


class EpisodesNeed(Need[Episodes], frozen=True):
    """A check looks at episodes that are played."""

    kind: ClassVar[str] = "episodes"

    environment: Environment = "CartPole-v1"
    episodes: int = 100
    seed: int = 0
    """Of the first episode; the others have those that follow."""


class PolicyAtStates(Record, frozen=True, kw_only=True):
    """What a model does in some states."""

    states: tuple[_State, ...]
    actions: tuple[int, ...]
    """0 pushes the cart to the left, 1 to the right."""
    steps: tuple[int, ...]
    """How many steps it plays from there, at most 500."""


class StatesNeed(Need[PolicyAtStates], frozen=True):
    """A hidden test looks at what a model does in states it has chosen."""

    kind: ClassVar[str] = "episodes"
    about: ClassVar[str] = "states"

    environment: Environment = "CartPole-v1"
    states: tuple[float, ...] = ()
    """Four numbers for each state, one after the other."""
