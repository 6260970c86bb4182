"""What hidden tests see of the episodes a model plays."""

from __future__ import annotations

import math
from typing import Any

from grader.evidence.episodes.record import (
    STATE,
    Episodes,
    EpisodesNeed,
    PolicyAtStates,
    StatesNeed,
)
from grader.evidence.fixtures import FixtureEvidence, FixtureRequest


def episodes_needs(request: FixtureRequest) -> tuple[EpisodesNeed, ...]:
    """The episodes that the lab's own checks look at.

    Raises:
        ValueError: None of them looks at any.
    """
    asked = [need for need in request.others if isinstance(need, EpisodesNeed)]
    if not asked:
        raise ValueError(f"no check of the lab looks at episodes of '{request.artefact}'")
    return (asked[0],)


def played_episodes(evidence: FixtureEvidence) -> Episodes:
    """The episodes."""
    found: Episodes = evidence.get(evidence.needs[0])
    return found


def states_needs(request: FixtureRequest) -> tuple[StatesNeed, ...]:
    """What the model does in the states of the mark ``states``: ``[[0, 0, 0.1, 0], ...]``.

    Raises:
        ValueError: There is no mark, or a state is no list of four numbers.
    """
    given = request.marks.get("states", ())
    states = list(given[0]) if len(given) == 1 and isinstance(given[0], list | tuple) else []
    if not states:
        raise ValueError("policy needs @pytest.mark.states([[0, 0, 0.1, 0], ...]): the states")
    return (
        StatesNeed(
            artefact=request.artefact,
            states=tuple(number for state in states for number in _numbers(state)),
        ),
    )


def _numbers(state: Any) -> list[float]:
    """The numbers of one state."""
    numbers = list(state) if isinstance(state, list | tuple) else []
    plain = [
        float(item)
        for item in numbers
        if isinstance(item, int | float) and not isinstance(item, bool) and math.isfinite(item)
    ]
    if len(plain) != STATE or len(numbers) != STATE:
        raise ValueError(f"a state of the mark states is four numbers, not {state!r}")
    return plain


def policy_at_states(evidence: FixtureEvidence) -> PolicyAtStates:
    """The actions, and how long the model plays from there."""
    found: PolicyAtStates = evidence.get(evidence.needs[0])
    return found
