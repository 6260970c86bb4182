"""Recurrent layers of every era, held against formulas written out in NumPy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.model.evidence.models.probe.eras import (
    Arrays,
    Saved,
    check_alike,
    keras_1,
    opened,
    randomise,
    refused,
    sequential,
    write_hdf5,
)
from tests.model.models import layers

pytestmark = pytest.mark.slow

Array = NDArray[Any]
STEPS, WIDTH, UNITS = 5, 3, 4
X = np.random.default_rng(1).normal(size=(6, STEPS, WIDTH)).astype(np.float32)


def hard(x: Array) -> Array:
    """What Keras 1 and 2 called hard_sigmoid."""
    return np.clip(0.2 * x + 0.5, 0, 1)


def soft(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def lstm(x: Array, kernel: Array, recurrent: Array, bias: Array, gate: Any) -> Array:
    """Gates in the order input, forget, cell, output; the last output."""
    h = c = np.zeros((len(x), UNITS))
    for step in range(x.shape[1]):
        i, f, g, o = np.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = gate(f) * c + gate(i) * np.tanh(g)
        h = gate(o) * np.tanh(c)
    return h


def gru(x: Array, kernel: Array, recurrent: Array, bias: Array, gate: Any) -> Array:
    """Gates in the order update, reset, candidate; two rows of biases: reset after the product."""
    h = np.zeros((len(x), UNITS))
    inner, outer = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    for step in range(x.shape[1]):
        into = np.split(x[:, step] @ kernel + inner, 3, axis=1)
        back = np.split(h @ recurrent + outer, 3, axis=1)
        z, r = gate(into[0] + back[0]), gate(into[1] + back[1])
        after = r * back[2] if bias.ndim == 2 else (r * h) @ recurrent[:, 2 * UNITS :]
        h = z * h + (1 - z) * np.tanh(into[2] + after)
    return h


def draw(gates: int, *bias: int) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(2)
    shapes = [(WIDTH, gates * UNITS), (UNITS, gates * UNITS), bias]
    kernel, recurrent, offsets = (rng.normal(size=shape).astype(np.float32) for shape in shapes)
    return kernel, recurrent, offsets


def answers(
    path: Path, kind: str, config: dict[str, Any], arrays: Arrays, *, version: str, repair: str
) -> Array:
    settings = {"name": "rnn", "batch_input_shape": [None, STEPS, WIDTH], **config}
    described = {"class_name": kind, "config": settings}
    inner = {"name": "s", "layers": [described]} if version > "2.2.2" else [described]
    saved = Saved({"class_name": "Sequential", "config": inner}, {"rnn": arrays})
    found = opened(write_hdf5(path / "m.h5", saved, version=version))

    assert repair in found.repairs
    return np.asarray(found.model(X, training=False))


def split_gates(kernel: Array, recurrent: Array, bias: Array, names: str, order: Any) -> Arrays:
    arrays: Arrays = []
    for name, place in zip(names, order, strict=True):
        for role, array in (("W", kernel), ("U", recurrent), ("b", bias)):
            part = np.split(array, len(names), axis=-1)[place]
            arrays.append((f"rnn_{role}_{name}:0", part))
    return arrays


OLD = {"output_dim": UNITS, "activation": "tanh", "inner_activation": "hard_sigmoid"}
NEW = {"units": UNITS, "activation": "tanh", "recurrent_activation": "hard_sigmoid"}


def test_lstm_of_keras_1(tmp_path: Path) -> None:
    """Twelve arrays, in the order input, cell, forget, output, and the old hard_sigmoid."""
    weights = draw(4, 4 * UNITS)
    arrays = split_gates(*weights, "icfo", (0, 2, 1, 3))
    config = {**OLD, "consume_less": "cpu", "forget_bias_init": "one"}
    outputs = answers(tmp_path, "LSTM", config, arrays, version="1.2.2", repair="join-gates")

    np.testing.assert_allclose(outputs, lstm(X, *weights, hard), atol=1e-6)


def test_gru_of_keras_1(tmp_path: Path) -> None:
    """Nine arrays, in the order update, reset, candidate."""
    weights = draw(3, 3 * UNITS)
    arrays = split_gates(*weights, "zrh", (0, 1, 2))
    config = {**OLD, "consume_less": "mem"}
    outputs = answers(tmp_path, "GRU", config, arrays, version="1.2.2", repair="join-gates")

    np.testing.assert_allclose(outputs, gru(X, *weights, hard), atol=1e-6)


def plain(*arrays: Array) -> Arrays:
    roles = ("kernel", "recurrent_kernel", "bias")
    return [(f"rnn/{role}:0", array) for role, array in zip(roles, arrays, strict=True)]


def test_lstm_of_keras_2(tmp_path: Path) -> None:
    """One array a role, and the old hard_sigmoid still."""
    weights = draw(4, 4 * UNITS)
    config = {**NEW, "implementation": 1, "unit_forget_bias": True, "time_major": False}
    outputs = answers(
        tmp_path, "LSTM", config, plain(*weights), version="2.2.4", repair="old-hard-sigmoid"
    )

    np.testing.assert_allclose(outputs, lstm(X, *weights, hard), atol=1e-6)


def test_gru_before_it_could_choose(tmp_path: Path) -> None:
    """Without `reset_after` a GRU resets before the product."""
    weights = draw(3, 3 * UNITS)
    outputs = answers(
        tmp_path, "GRU", dict(NEW), plain(*weights), version="2.1.6", repair="old-gru"
    )

    np.testing.assert_allclose(outputs, gru(X, *weights, hard), atol=1e-6)


def test_gru_that_resets_after(tmp_path: Path) -> None:
    """With `reset_after` there are two rows of biases."""
    weights = draw(3, 2, 3 * UNITS)
    config = {**NEW, "reset_after": True}
    outputs = answers(
        tmp_path, "GRU", config, plain(*weights), version="2.4.0", repair="old-hard-sigmoid"
    )

    np.testing.assert_allclose(outputs, gru(X, *weights, hard), atol=1e-6)


@pytest.mark.parametrize("gates", [4, 3], ids=["lstm", "gru"])
def test_layers_for_cudnn(tmp_path: Path, gates: int) -> None:
    """CuDNNLSTM and CuDNNGRU open as plain layers: kernels turned, two biases for every gate."""
    kernel, recurrent, bias = draw(gates, 2 * gates * UNITS)
    kind = "CuDNNLSTM" if gates == 4 else "CuDNNGRU"
    # A row of a gate's matrix for every unit, as cuDNN has them.
    inner = [part.reshape(UNITS, WIDTH).T for part in np.hsplit(kernel, gates)]
    matrices = np.hstack(inner), np.hstack([part.T for part in np.hsplit(recurrent, gates)])
    config = {"units": UNITS, "return_sequences": False}
    outputs = answers(
        tmp_path,
        kind,
        config,
        plain(kernel, recurrent, bias),
        version="2.2.4",
        repair="plain-gates",
    )
    if gates == 4:
        expected = lstm(X, *matrices, bias[: 4 * UNITS] + bias[4 * UNITS :], soft)
    else:
        expected = gru(X, *matrices, bias.reshape(2, -1), soft)

    np.testing.assert_allclose(outputs, expected, atol=1e-6)


def test_both_directions(tmp_path: Path) -> None:
    """Bidirectional keeps the forward weights before the backward ones; both take old activations along."""
    forward, backward = draw(4, 4 * UNITS), tuple(-array for array in draw(4, 4 * UNITS))
    inner = {"class_name": "LSTM", "config": {"name": "lstm", **NEW}}
    config = {"layer": inner, "merge_mode": "concat"}
    arrays = [*plain(*forward), *[(f"back/{name}", array) for name, array in plain(*backward)]]
    outputs = answers(
        tmp_path, "Bidirectional", config, arrays, version="2.3.1", repair="old-hard-sigmoid"
    )
    expected = np.hstack([lstm(X, *forward, hard), lstm(X[:, ::-1], *backward, hard)])

    np.testing.assert_allclose(outputs, expected, atol=1e-6)


def test_stacked_recurrent_layers_of_keras_1(tmp_path: Path) -> None:
    """Sequences, backwards reading and embeddings: `output_dim` stays what it is there."""
    model = keras.Sequential(
        [
            keras.Input((STEPS,)),
            layers.Embedding(9, 6),
            layers.GRU(5, return_sequences=True, reset_after=False),
            layers.SimpleRNN(4, return_sequences=True),
            layers.LSTM(3, go_backwards=True),
            layers.Dense(2),
        ]
    )
    saved = sequential(randomise(model), keras_1(), bare=True)
    found = opened(write_hdf5(tmp_path / "m.h5", saved, version="1.2.2"))
    words = np.random.default_rng(0).integers(0, 9, (4, STEPS))

    np.testing.assert_allclose(
        found.model(words, training=False), model(words, training=False), atol=1e-6
    )


def test_time_before_images_is_refused(tmp_path: Path) -> None:
    """A layer with time before batch cannot predict a batch of images."""
    settings = {"name": "rnn", "batch_input_shape": [None, STEPS, WIDTH], **NEW, "time_major": True}
    layer = {"class_name": "LSTM", "config": settings}
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": [layer]}}
    saved = Saved(config, {"rnn": plain(*draw(4, 4 * UNITS))})
    failure = refused(write_hdf5(tmp_path / "m.h5", saved, version="2.4.0"))

    assert failure.reason == "unsupported"
    assert "rnn" in failure.detail


def test_state_handed_on(tmp_path: Path) -> None:
    """A layer that starts from another's state took it along with the sequence."""
    inputs = keras.Input((STEPS, WIDTH))
    _, h, c = layers.LSTM(UNITS, return_state=True, name="first")(inputs)
    second = layers.LSTM(UNITS, name="second")(inputs, initial_state=[h, c])
    model = randomise(keras.Model(inputs, second))
    base = {"units": UNITS, "activation": "tanh", "recurrent_activation": "sigmoid"}

    def described(name: str, nodes: list[Any], **settings: Any) -> dict[str, Any]:
        config = {"name": name, **base, **settings}
        return {"class_name": "LSTM", "name": name, "config": config, "inbound_nodes": nodes}

    source = {
        "class_name": "InputLayer",
        "name": "in",
        "config": {"name": "in", "batch_input_shape": [None, STEPS, WIDTH]},
        "inbound_nodes": [],
    }
    graph = [
        source,
        described("first", [[["in", 0, 0, {}]]], return_state=True),
        described("second", [[["in", 0, 0, {}], ["first", 0, 1, {}], ["first", 0, 2, {}]]]),
    ]
    config = {"name": "m", "layers": graph, "input_layers": [["in", 0, 0]]}
    config["output_layers"] = [["second", 0, 0]]
    weights = {
        layer.name: [(f"{layer.name}/{weight.name}:0", weight.numpy()) for weight in layer.weights]
        for layer in model.layers
    }
    saved = Saved({"class_name": "Model", "config": config}, weights)

    check_alike(write_hdf5(tmp_path / "m.h5", saved, version="2.2.4"), model)
