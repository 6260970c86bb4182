"""Hidden tests of project-cartpole: what a policy that was copied, or knows a few episodes, does not do."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = [pytest.mark.exercise("solves"), pytest.mark.looks_at("model")]

#: States as a model meets them while it balances, and the same seen in a mirror.
NEAR = [
    [0.3, 0.1, 0.05, 0.2],
    [-0.6, 0.4, 0.08, 0.1],
    [0.9, -0.2, 0.02, 0.4],
    [-0.2, -0.5, 0.1, -0.1],
    [0.0, 0.3, 0.12, 0.3],
    [0.5, 0.5, -0.03, -0.4],
    [-0.8, 0.2, 0.06, 0.5],
    [0.1, -0.7, 0.09, 0.9],
    [0.7, 0.0, -0.1, -0.3],
    [-0.4, 0.6, 0.04, 0.7],
]
MIRRORED = [[-number for number in state] for state in NEAR]

#: States in which one action alone saves the pole.
TILTED = [
    [0.0, 0.0, 0.15, 0.6],
    [0.2, 0.1, 0.14, 0.9],
    [-0.3, 0.2, 0.16, 0.5],
    [0.0, 0.0, -0.15, -0.6],
    [-0.2, -0.1, -0.14, -0.9],
    [0.3, -0.2, -0.16, -0.5],
]

#: Starts that no seed of the environment gives: it begins within 0.05 of zero.
FAR = [
    [0.8, 0.0, 0.03, 0.0],
    [-0.8, 0.0, -0.03, 0.0],
    [0.0, 0.5, 0.0, -0.4],
    [0.4, -0.4, 0.05, 0.3],
    [0.0, 0.0, 0.08, 0.0],
    [-0.5, 0.3, 0.0, 0.2],
]


@pytest.mark.points(2)
@pytest.mark.states(TILTED)
def test_tilted_poles_are_caught(policy):
    """The cart is pushed to the side to which the pole falls."""
    right = [int(state[2] > 0) for state in TILTED]
    assert list(policy.actions) == right


@pytest.mark.points(2)
@pytest.mark.states(NEAR + MIRRORED)
def test_mirrored_states_have_mirrored_actions(policy):
    """In most states seen in a mirror the other action is taken: a policy that is not has learnt a side."""
    given, mirrored = np.split(np.array(policy.actions), 2)
    assert np.mean(given != mirrored) >= 0.7


@pytest.mark.points(3)
@pytest.mark.states(FAR)
def test_balances_from_other_starts(policy):
    """The pole is balanced for 200 steps from states in which no episode of the environment begins."""
    assert np.median(policy.steps) >= 200


@pytest.mark.points(1)
def test_no_episode_ends_at_once(episodes):
    """Each of the graded episodes lasts longer than a policy of one action alone."""
    assert min(episodes.returns) > 30
