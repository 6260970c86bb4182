"""A model plays: how its states are scaled is found in practice, and the episodes are those of the seeds."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

from grader.evidence.episodes.normalization import NORMALIZATIONS
from grader.evidence.episodes.record import Episodes, EpisodesNeed, PolicyAtStates, StatesNeed
from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.playing.play import PolicyPlayer
from grader.messages import catalogue, failure_text
from grader.records.evidence import Failure
from tests.factory_episodes import BALANCES, LinearClient, policy_summary, port

NEED = EpisodesNeed(artefact="model", episodes=10, seed=50)
BY_NAME = {item.name: item for item in NORMALIZATIONS}


def player(client: LinearClient, declared: ModelDeclaration | None = None, **more: Any) -> Any:
    return PolicyPlayer(client, policy_summary(**more), declared)


def played(client: LinearClient, declared: ModelDeclaration | None = None, **more: Any) -> Episodes:
    found = player(client, declared, **more).answer(NEED)
    assert isinstance(found, Episodes)
    return found


def test_a_model_that_balances_plays_all_steps() -> None:
    """Of every seed in a row, read the usual way."""
    found = played(LinearClient())

    assert found.returns == (500,) * 10
    assert [episode.seed for episode in found.played] == list(range(50, 60))
    assert (found.reading.source, found.reading.scaling) == ("usual", "raw")
    assert (found.film_steps[0], found.film_steps[-1], len(found.film)) == (0, 500, 8)


def test_the_same_model_plays_the_same() -> None:
    """Nothing is drawn."""
    assert played(LinearClient((0, 0, 1, 0))) == played(LinearClient((0, 0, 1, 0)))


@pytest.mark.parametrize("name", ["divided by limits", "angles in degrees"])
def test_the_scaling_a_model_was_trained_on_is_found(name: str) -> None:
    """Where it can do little with states as they are."""
    weights = np.array(BALANCES) * BY_NAME[name].scale
    found = played(LinearClient(weights))

    assert found.reading.source == "practice"
    assert found.returns == (500,) * 10


def test_a_scaling_that_does_better_by_chance_is_not_taken() -> None:
    """A model that passes with states as they are is judged with them; the others are not even tried."""
    found = played(LinearClient((-0.3, -0.2, 3.0, 1.0)))

    assert found.reading.scaling == "raw"
    assert list(found.reading.practice) == ["raw"]
    assert 195 < np.mean(found.returns) < 475


def test_what_the_student_declares_is_not_questioned() -> None:
    """Nothing else is tried, and no practice is needed."""
    client = LinearClient(np.array(BALANCES) * (2, 3, 0.2, 4))
    declared = ModelDeclaration(state_scale=(2, 3, 0.2, 4))
    found = played(client, declared)

    assert found.returns == (500,) * 10
    assert (found.reading.scaling, found.reading.source) == ("declared", "declared")


def test_the_better_head_of_a_double_model_plays() -> None:
    """The second output of this one is always the same action."""
    heads = (port(2, name="target"), port(2, name="online"))
    found = played(LinearClient(), outputs=heads[::-1])

    assert found.returns == (500,) * 10
    assert found.reading.output == "online"


def test_practice_and_graded_episodes_have_different_seeds() -> None:
    """How a model is read is never chosen on what is graded."""
    client = LinearClient((0, 0, 1, 0))
    first = player(client).answer(NEED)
    assert isinstance(first, Episodes)

    assert first.reading.practice["raw"] != float(np.mean(first.returns))


def test_states_are_answered_with_actions_and_steps() -> None:
    """What the model does there, and how long it plays on."""
    need = StatesNeed(artefact="model", states=(0, 0, 0.1, 0, 0, 0, -0.1, 0))
    found = player(LinearClient()).answer(need)
    assert isinstance(found, PolicyAtStates)

    assert (found.actions, found.steps) == ((1, 0), (500, 500))


def test_a_model_that_takes_too_long_is_stopped() -> None:
    """All requests together have the time of one model."""
    failed = player(LinearClient(timeout_s=-1)).answer(NEED)

    assert isinstance(failed, Failure)
    assert (failed.reason, failed.detail) == ("timed-out", "while episodes were played")


def test_a_failure_while_playing_answers_the_need() -> None:
    """Such as outputs that are no numbers."""
    client = LinearClient()
    client.failure = Failure(reason="bad-output")

    assert player(client).answer(NEED) == client.failure


@pytest.mark.parametrize("language", ["en", "fr"])
def test_without_gymnasium_nobody_loses_points(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure is ours, and says which package is missing."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    failed = player(LinearClient()).answer(NEED)

    assert isinstance(failed, Failure)
    assert failed.fault == "grader"
    assert "gymnasium" in failure_text(failed, catalogue(language)).message
