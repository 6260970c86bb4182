"""Saved models play CartPole: of one input and two, plain, dueling and exported, each in its sandbox."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from grader.evidence.episodes.record import Episodes, EpisodesNeed
from grader.evidence.models.client import ModelClient
from grader.evidence.models.playing.play import PolicyPlayer
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.record import ModelFormat, ModelSummary
from grader.records.evidence import Failure
from grader.sandbox import Sandboxes
from tests.factory_episodes import BALANCES
from tests.model.models import edit_hdf5_config, layers, save

NEED = EpisodesNeed(artefact="model", episodes=10, seed=3)


def play(sandboxes: Sandboxes, path: Path, form: ModelFormat = "hdf5") -> Episodes | Failure:
    with sandboxes.open(PROFILE) as box:
        client = ModelClient(box, path.name, sandboxes.limits)
        summary = client.open(path, form)
        assert isinstance(summary, ModelSummary), summary
        found = PolicyPlayer(client, summary, None).answer(NEED)
        assert not hasattr(found, "actions")
        return found  # type: ignore[return-value]


def returns(found: Episodes | Failure) -> tuple[int, ...]:
    assert isinstance(found, Episodes), found
    return found.returns


def balancing(model: keras.Model, name: str) -> keras.Model:
    """Give the layer of that name the weights of a policy that balances."""
    kernel = np.array(BALANCES)[:, None] / 2
    units = model.get_layer(name).units
    columns = np.hstack([-kernel, kernel]) if units == 2 else kernel
    model.get_layer(name).set_weights([columns, np.zeros(units)])
    return model


def test_a_model_of_two_outputs_plays(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """Through the sandbox, all steps of all episodes."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2, name="q")])

    assert returns(play(sandboxes, save(balancing(model, "q"), tmp_path / "m.h5"))) == (500,) * 10


def test_a_model_of_state_and_action_plays(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """It is given each action in turn, in an input of its own."""
    state, action = keras.Input((4,), name="state"), keras.Input((1,), name="action")
    sign = layers.Rescaling(2.0, offset=-1.0)(action)
    value = layers.Multiply()([layers.Dense(1, name="q")(state), sign])
    model = balancing(keras.Model([state, action], value), "q")

    found = play(sandboxes, save(model, tmp_path / "m.keras"), "keras-zip")

    assert returns(found) == (500,) * 10


def dueling() -> keras.Model:
    """As students write it: two Lambda layers, whose code stands in the file."""
    state = keras.Input((4,))
    value, advantage = layers.Dense(1, name="v")(state), layers.Dense(2, name="q")(state)
    wide = layers.Lambda(lambda s: keras.ops.expand_dims(s[:, 0], -1), output_shape=(1,))(value)
    centred = layers.Lambda(
        lambda a: a[:, :] - keras.ops.mean(a[:, :], axis=1, keepdims=True), output_shape=(2,)
    )(advantage)
    return balancing(keras.Model(state, layers.Add()([wide, centred])), "q")


def dueling_in_one() -> keras.Model:
    """As keras-rl writes it: one layer with the value and the advantages, and one Lambda."""
    state = keras.Input((4,))
    both = layers.Dense(3, name="both")(state)
    head = layers.Lambda(
        lambda a: (
            keras.ops.expand_dims(a[:, 0], -1)
            + a[:, 1:]
            - keras.ops.mean(a[:, 1:], axis=1, keepdims=True)
        ),
        output_shape=(2,),
    )(both)
    model = keras.Model(state, head)
    kernel = np.array(BALANCES)[:, None] / 2
    weights = np.hstack([np.ones((4, 1)), -kernel, kernel])
    model.get_layer("both").set_weights([weights, np.zeros(3)])
    return model


@pytest.mark.parametrize("build", [dueling, dueling_in_one])
@pytest.mark.parametrize(("name", "form"), [("m.h5", "hdf5"), ("m.keras", "keras-zip")])
def test_dueling_models_play_without_their_code(
    build: object, name: str, form: ModelFormat, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """The Lambda layers of the head are replaced by what such a head computes; nothing in them is run."""
    path = save(build(), tmp_path / name)  # type: ignore[operator]
    with sandboxes.open(PROFILE) as box:
        summary = ModelClient(box, name, sandboxes.limits).open(path, form)

    assert isinstance(summary, ModelSummary)
    assert "dueling-head" in summary.repairs
    assert returns(play(sandboxes, path, form)) == (500,) * 10


def test_other_lambdas_are_refused(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """Code that names anything else is no dueling head, wherever it stands."""
    state = keras.Input((4,))
    doubled = layers.Lambda(lambda x: keras.ops.sin(x), output_shape=(2,))(layers.Dense(2)(state))
    path = save(keras.Model(state, doubled), tmp_path / "m.h5")
    with sandboxes.open(PROFILE) as box:
        refused = ModelClient(box, "m.h5", sandboxes.limits).open(path, "hdf5")

    assert isinstance(refused, Failure)
    assert (refused.reason, refused.why) == ("refused", ("lambda",))


def test_names_with_spaces_play(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """Keras 2 let models be called anything, and so do other backends of Keras 3; TensorFlow's graphs do not."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2, name="q")], name="plain")
    path = save(balancing(model, "q"), tmp_path / "m.h5")

    def rename(config: dict) -> None:  # type: ignore[type-arg]
        config["config"]["name"] = "CartPole DQN model"

    edit_hdf5_config(path, rename)

    assert returns(play(sandboxes, path)) == (500,) * 10
