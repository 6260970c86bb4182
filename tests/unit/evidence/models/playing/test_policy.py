"""How models are read as policies: which inputs take a state, and which action outputs mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from grader.evidence.models.playing.policy import Policy, find_inputs, find_policies
from grader.evidence.models.record import Port
from grader.records.evidence import Failure
from tests.factory_episodes import LinearClient, policy_summary, port

STATES = np.array([[0, 0, 0.1, 0], [0, 0, -0.1, 0], [0, 0, 0.2, 0]], np.float32)


def found(
    inputs: Sequence[Port] = (port(4),), outputs: Sequence[Port] = (port(2),), **more: str
) -> list[Policy]:
    summary = policy_summary(inputs, outputs, more.get("activation", "linear"))
    policies = find_policies(LinearClient(), summary, more.get("output", ""))
    assert not isinstance(policies, Failure)
    return policies


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ([port(4)], [port(2)]),
        ([port(1, 4)], [port(2)]),
        ([port(None, 4)], [port(1, 2)]),
        ([port(4)], [port(3)]),
        ([port(4)], [port(1)]),
        ([port(5)], [port(1)]),
        ([port(6)], [port(1)]),
        ([port(4), port(1)], [port(1)]),
        ([port(4), port(2)], [port(1)]),
    ],
)
def test_models_of_every_shape_act_alike(inputs: list[Port], outputs: list[Port]) -> None:
    """A number for each action, with the state's value before them or beside them, or for each action given."""
    policy = found(inputs, outputs)[0]
    client = policy.client
    assert isinstance(client, LinearClient)

    assert list(policy.actions(STATES)) == [1, 0, 1]
    assert client.asked[0][0][1:] == tuple(extent or 1 for extent in inputs[0].shape[1:])


def test_the_state_and_the_advantages_are_found_in_any_place() -> None:
    """The action may come first, and the advantages of a dueling model after the value of the state."""
    layout = found([port(1), port(4)], [port(1)])[0].layout
    dueling = found(outputs=[port(1, name="value"), port(2, name="advantages")])

    assert [item.shape for item in layout.inputs(STATES)] == [(6, 1), (6, 4)]
    assert [(policy.output, policy.output_name) for policy in dueling] == [(1, "advantages")]


def test_each_action_is_told_in_turn() -> None:
    """As its place, or as one number for each action of which one is 1."""
    place = found([port(4), port(1)], [port(1)])[0].layout.inputs(STATES[:1])
    one_hot = found([port(6)], [port(1)])[0].layout.inputs(STATES[:1])

    assert place[1].tolist() == [[0], [1]]
    assert one_hot[0][:, 4:].tolist() == [[1, 0], [0, 1]]


def test_a_share_means_the_second_action_above_a_half() -> None:
    """A sigmoid gives shares; any other single number is compared with zero."""
    assert found(outputs=[port(1)], activation="sigmoid")[0].threshold == 0.5
    assert found(outputs=[port(1, dtype="int64")])[0].threshold == 0.5
    assert found(outputs=[port(1)], activation="tanh")[0].threshold == 0


def test_an_output_that_is_named_is_taken() -> None:
    """Two heads of a double model are tried both, and one where the student says which."""
    heads = [port(2, name="first"), port(2, name="second")]

    assert [policy.output_name for policy in found(outputs=heads)] == ["first", "second"]
    assert [policy.output for policy in found(outputs=heads, output="second")] == [1]
    wrong = find_policies(LinearClient(), policy_summary(outputs=heads), "third")
    assert isinstance(wrong, Failure)
    assert wrong.why == ("no-such-output",)


@pytest.mark.parametrize(
    ("inputs", "outputs", "why"),
    [
        ([port(3)], [port(2)], "policy-inputs"),
        ([port(84, 84, 4)], [port(2)], "policy-inputs"),
        ([port(4), port(4), port(1)], [port(1)], "policy-inputs"),
        ([port(4)], [port(10)], "policy-outputs"),
        ([port(5)], [port(2)], "policy-outputs"),
    ],
)
def test_what_cannot_play_is_said(inputs: list[Port], outputs: list[Port], why: str) -> None:
    """With the shapes that were found."""
    failed = find_policies(LinearClient(), policy_summary(inputs, outputs), "")

    assert isinstance(failed, Failure)
    assert (failed.reason, failed.why, failed.fault) == ("no-policy", (why,), "submission")


def test_a_failure_of_the_model_is_passed_on() -> None:
    """Such as outputs that are no numbers."""
    policy = found()[0]
    assert isinstance(policy.client, LinearClient)
    policy.client.failure = Failure(reason="bad-output")

    assert policy.actions(STATES) == Failure(reason="bad-output")


def test_inputs_that_fit_nothing_have_no_layout() -> None:
    """A model without inputs among them."""
    assert find_inputs([]) is None
