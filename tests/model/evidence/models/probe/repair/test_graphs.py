"""Functional models of every version: connections, operations of TensorFlow between layers, nested models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from tests.model.evidence.models.probe.eras import (
    Saved,
    check_alike,
    functional,
    keras_1,
    keras_2,
    opened,
    randomise,
    refused,
    sequential,
    write_hdf5,
)
from tests.model.models import layers

pytestmark = pytest.mark.slow

Graph = dict[str, Any]


def several() -> keras.Model:
    """Two inputs, a layer called twice, two outputs."""
    first, second = keras.Input((6,), name="first"), keras.Input((4,), name="second")
    shared = layers.Dense(5, activation="relu", name="shared")
    one, two = shared(first), shared(layers.Dense(6, name="wide")(second))
    both = layers.Concatenate(name="both")([one, two])
    return randomise(
        keras.Model(
            [first, second], [layers.Dense(3, name="a")(both), layers.Dense(2, name="b")(one)]
        )
    )


def nested() -> keras.Model:
    """A stack called twice, and a model of two outputs within one."""
    stack = keras.Sequential(
        [keras.Input((6,)), layers.Dense(5), layers.BatchNormalization(), layers.Dense(6)],
        name="stack",
    )
    source = keras.Input((6,), name="source")
    middle = layers.BatchNormalization(name="norm")(source)
    inner = keras.Model(
        source, [layers.Dense(3, name="x")(middle), layers.Dense(6, name="y")(middle)], name="inner"
    )
    inputs = keras.Input((6,), name="inputs")
    left, right = inner(stack(stack(inputs)))
    merged = layers.Concatenate(name="merged")([left, right])
    return randomise(keras.Model(inputs, layers.Dense(2, name="end")(merged)))


@pytest.mark.parametrize("make", [several, nested])
@pytest.mark.parametrize(
    ("writer", "version"),
    [(keras_1(), "1.2.2"), (keras_2(), "2.1.6"), (keras_2(tensorflow=True), "2.2.4-tf")],
    ids=["1.2", "2.1", "2.2-tf"],
)
def test_connections(tmp_path: Path, make: Any, writer: Any, version: str) -> None:
    """Shared layers, several inputs and outputs, and models within models come back the same."""
    model = make()
    saved = functional(model, writer, bare=version < "2.2.3")

    check_alike(write_hdf5(tmp_path / "m.h5", saved, version=version), model)


def test_frozen_layers_within_a_model(tmp_path: Path) -> None:
    """Frozen weights are saved after the others, and are matched by name."""
    inner = keras.Sequential([keras.Input((5,)), layers.Dense(5), layers.Dense(5), layers.Dense(5)])
    model = randomise(keras.Sequential([keras.Input((5,)), inner, layers.Dense(2)]))
    saved = sequential(model, keras_2())
    first, *others = (saved.weights[inner.name][start : start + 2] for start in (0, 2, 4))
    saved.weights[inner.name] = [*others[0], *others[1], *first]

    check_alike(write_hdf5(tmp_path / "m.h5", saved, version="2.2.4"), model)


def source(shape: tuple[int, ...]) -> Graph:
    config = {"name": "in", "batch_input_shape": [None, *shape]}
    return {"class_name": "InputLayer", "name": "in", "config": config, "inbound_nodes": []}


def operation(name: str, function: str, node: Any, *, kind: str = "TFOpLambda") -> Graph:
    config = {"name": name, "trainable": True, "dtype": "float32", "function": function}
    return {"class_name": kind, "name": name, "config": config, "inbound_nodes": [node]}


def graph_model(*graph: Graph, shape: tuple[int, ...] = (4, 6, 2)) -> Saved:
    config = {"name": "m", "layers": [source(shape), *graph], "input_layers": [["in", 0, 0]]}
    config["output_layers"] = [[graph[-1]["name"], 0, 0]]
    return Saved({"class_name": "Functional", "config": config})


IN = ["in", 0, 0]
X = np.random.default_rng(0).uniform(0.1, 2, (3, 4, 6, 2)).astype(np.float32)


PADS = [[0, 0], [1, 1], [2, 1], [0, 0]]
ALL = (1, 2, 3)


def whole(start: int | None = None, stop: int | None = None, step: int | None = None) -> Graph:
    return {"start": start, "stop": stop, "step": step}


@pytest.mark.parametrize(
    ("function", "named", "expected"),
    [
        ("math.truediv", {"y": 255.0, "name": None}, X / 255),
        ("__operators__.add", {"y": 1.0, "name": None}, X + 1),
        ("math.add", {"y": IN}, X + X),
        ("math.subtract", {"y": 0.5}, X - 0.5),
        ("math.multiply", {"y": 3.0}, X * 3),
        ("math.pow", {"y": 2}, X**2),
        ("math.maximum", {"y": 1.0}, np.maximum(X, 1)),
        ("math.negative", {}, -X),
        ("math.log", {}, np.log(X)),
        ("nn.relu", {"name": None}, np.maximum(X, 0)),
        ("nn.leaky_relu", {"alpha": 0.3}, X),
        ("clip_by_value", {"clip_value_min": 0.5, "clip_value_max": 1.0}, np.clip(X, 0.5, 1)),
        ("cast", {"dtype": "float32"}, X),
        ("reshape", {"shape": [-1, 48]}, X.reshape(3, 48)),
        ("expand_dims", {"axis": 1}, X[:, np.newaxis]),
        ("compat.v1.transpose", {"perm": [0, 3, 1, 2]}, X.transpose(0, 3, 1, 2)),
        ("math.reduce_mean", {"axis": [1, 2], "keepdims": True}, X.mean((1, 2), keepdims=True)),
        ("math.reduce_max", {"axis": 1}, X.max(1)),
        ("tile", {"multiples": [1, 1, 1, 2]}, np.tile(X, (1, 1, 1, 2))),
        ("compat.v1.gather", {"indices": [1, 3], "axis": 1}, X[:, [1, 3]]),
        ("compat.v1.pad", {"paddings": PADS}, np.pad(X, PADS)),
        ("nn.max_pool2d", {"ksize": 2, "strides": 2, "padding": "VALID"}, X.reshape(3, 2, 2, 3, 2, 2).max((2, 4))),
        ("math.l2_normalize", {"axis": [1, 2]}, X / np.sqrt((X**2).sum((1, 2), keepdims=True))),
        ("image.per_image_standardization", {}, (X - X.mean(ALL, keepdims=True)) / X.std(ALL, keepdims=True)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_operations_between_layers(
    tmp_path: Path, function: str, named: dict[str, Any], expected: Any
) -> None:
    """Functions of TensorFlow that tf.keras 2.4 and later kept as layers compute what they did."""
    saved = graph_model(operation("op", function, [*IN, named]))
    found = opened(write_hdf5(tmp_path / "m.h5", saved, version="2.5.0"))

    np.testing.assert_allclose(found.model(X, training=False), expected, rtol=1e-5, atol=1e-6)


def test_operations_on_several_tensors_and_numbers(tmp_path: Path) -> None:
    """Lists of tensors, numbers before tensors, slices and shapes stand in forms of their own."""
    places = [whole(), whole(1, -1), {"class_name": "__ellipsis__"}, 3]
    item, slicing = "__operators__.getitem", "SlicingOpLambda"
    graph = [
        operation("minus", "math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": IN}]),
        operation("joined", "concat", [[*IN, {"axis": -1}], ["minus", 0, 0, {"axis": -1}]]),
        operation("part", item, ["joined", 0, 0, {"slice_spec": places}], kind=slicing),
        operation("size", "compat.v1.shape", ["part", 0, 0, {"out_type": "int32"}]),
        operation("count", item, ["size", 0, 0, {"slice_spec": 0}], kind=slicing),
        operation("flat", "reshape", ["part", 0, 0, {"shape": [["count", 0, 0], 12]}]),
    ]
    found = opened(write_hdf5(tmp_path / "m.h5", graph_model(*graph), version="2.9.0"))
    expected = np.concatenate([X, 1 - X], axis=-1)[:, 1:-1, ..., 3].reshape(3, 12)

    np.testing.assert_allclose(found.model(X, training=False), expected, atol=1e-6)


def node(name: str, op: str, inputs: list[str], constants: Graph, **attributes: Any) -> Graph:
    """A node of TensorFlow's graph, as tf.keras 2.0 to 2.3 saved it."""
    definition = {"name": name, "op": op, "input": inputs, "attr": attributes}
    config = {"name": name, "dtype": "float32", "node_def": definition, "constants": constants}
    nodes = [[[one, 0, 0, {}] for one in inputs]]
    return {
        "class_name": "TensorFlowOpLayer",
        "name": name,
        "config": config,
        "inbound_nodes": nodes,
    }


def test_nodes_of_a_graph(tmp_path: Path) -> None:
    """Nodes with constants in the places of tensors, and with settings in attributes."""
    mean = {"keep_dims": {"b": True}}
    masks = {"begin_mask": {"i": "1"}, "end_mask": {"i": "1"}, "shrink_axis_mask": {"i": "2"}}
    graph = [
        node("scaled", "RealDiv", ["in"], {"1": 127.5}),
        node("shifted", "Sub", ["scaled"], {"1": 1.0}),
        node("one_minus", "Sub", ["shifted"], {"0": 1.0}),
        node("joined", "ConcatV2", ["shifted", "one_minus"], {"2": 3}),
        node("mean", "Mean", ["joined"], {"1": [2]}, **mean),
        node("part", "StridedSlice", ["mean"], {"1": [0, 2], "2": [0, 3], "3": [1, 1]}, **masks),
    ]
    graph[1]["config"]["node_def"] = json.dumps(graph[1]["config"]["node_def"])
    found = opened(write_hdf5(tmp_path / "m.h5", graph_model(*graph), version="2.4.0"))
    shifted = X / 127.5 - 1
    joined = np.concatenate([shifted, 1 - shifted], axis=3)

    np.testing.assert_allclose(
        found.model(X, training=False), joined.mean(2, keepdims=True)[:, 2], atol=1e-6
    )


@pytest.mark.parametrize("function", ["nn.dropout", "linalg.svd"])
def test_unknown_operations_are_named(tmp_path: Path, function: str) -> None:
    """An operation that draws random numbers, or is not among the known ones, is named to staff."""
    path = write_hdf5(
        tmp_path / "m.h5", graph_model(operation("op", function, [*IN, {}])), version="2.5.0"
    )
    failure = refused(path)

    assert failure.reason == "unsupported"
    assert function in failure.detail


def test_what_hangs_beside_the_model_is_left_out(tmp_path: Path) -> None:
    """Losses and metrics hang on layers that lead to no output: they need not be known."""
    graph = [
        operation("drawn", "random.normal", [*IN, {}]),
        operation("loss", "", ["drawn", 0, 0, {}], kind="AddLoss"),
        operation("op", "math.multiply", [*IN, {"y": 2.0}]),
    ]
    found = opened(write_hdf5(tmp_path / "m.h5", graph_model(*graph), version="2.5.0"))

    np.testing.assert_allclose(found.model(X, training=False), 2 * X, atol=1e-6)


def test_calls_keep_whether_they_train(tmp_path: Path) -> None:
    """A layer called with `training=False`, or inputs given by name, come back as they were."""
    dense = {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 2}}
    dense["inbound_nodes"] = [[[*IN, {"training": False, "mask": None}]]]
    saved = graph_model(dense, shape=(5,))
    kernel = np.arange(10, dtype=np.float32).reshape(5, 2)
    saved.weights["d"] = [("d/kernel:0", kernel), ("d/bias:0", np.ones(2, np.float32))]
    saved.config["config"]["input_layers"] = {"given": IN}
    found = opened(write_hdf5(tmp_path / "m.h5", saved, version="2.6.0"))
    x = np.ones((3, 5), np.float32)

    np.testing.assert_allclose(found.model(x, training=False), x @ kernel + 1)


def test_graphs_that_keras_3_wrote_into_hdf5(tmp_path: Path) -> None:
    """Operations of Keras 3 open where Keras 3 itself does not take them back."""
    inputs = keras.Input((4, 4, 1))
    middle = ops.relu(layers.Flatten()(inputs / 255.0) - 0.5)
    cut = ops.mean(ops.reshape(middle, (-1, 4, 4)), axis=1)[:, 1:]
    model = randomise(keras.Model(inputs, layers.Dense(3)(cut)))
    model.save(tmp_path / "m.h5")

    check_alike(tmp_path / "m.h5", model)
