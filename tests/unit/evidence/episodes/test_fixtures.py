"""What hidden tests ask of episodes and policies."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence.episodes.fixtures import episodes_needs, states_needs
from grader.evidence.episodes.record import EpisodesNeed, StatesNeed
from grader.evidence.fixtures import FixtureRequest


def test_the_states_of_the_mark_are_asked_about() -> None:
    """Four numbers each, one after the other."""
    request = FixtureRequest(artefact="model", marks={"states": ([[0, 0, 0.1, 0], [1, 2, 3, 4]],)})

    assert states_needs(request) == (
        StatesNeed(artefact="model", states=(0, 0, 0.1, 0, 1, 2, 3, 4)),
    )


@pytest.mark.parametrize(
    "marks",
    [{}, {"states": ()}, {"states": ([],)}, {"states": ([[0, 0, 0]],)}, {"states": ([[0, 0, 0, "a"]],)},
     {"states": ([[0, 0, 0, float("nan")]],)}, {"states": ([0, 0, 0, 0],)}],
)  # fmt: skip
def test_a_mark_that_is_wrong_says_how_to_write_it(marks: dict[str, Any]) -> None:
    """The text goes to whoever wrote the test."""
    with pytest.raises(ValueError, match="states"):
        states_needs(FixtureRequest(artefact="model", marks=marks))


def test_the_episodes_are_those_the_lab_is_judged_on() -> None:
    """A test plays none of its own; a lab without any has none to look at."""
    need = EpisodesNeed(artefact="model", seed=9)

    assert episodes_needs(FixtureRequest(artefact="model", others=(need,))) == (need,)
    with pytest.raises(ValueError, match="no check of the lab"):
        episodes_needs(FixtureRequest(artefact="model"))
