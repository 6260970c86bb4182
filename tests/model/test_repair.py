"""Networks of older Keras: rewritten by hand as it saved them, and opened with the same answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from grader.grading.asking import Conversation
from grader.probes.repair import REPAIRS
from grader.records.evidence import ModelSummary
from grader.sandbox import Sandbox
from tests.model.networks import layers, save

IMAGES = np.random.default_rng(3).integers(0, 256, (40, 28, 28), dtype=np.uint8)
Config = dict[str, Any]


def network() -> keras.Model:
    """A small convolutional network with everything old versions wrote differently."""
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(4, 3, activation="relu", name="conv"),
            layers.BatchNormalization(name="bn"),
            layers.MaxPooling2D(2, name="pool"),
            layers.Flatten(name="flat"),
            layers.Dropout(0.2, name="drop"),
            layers.Dense(10, activation="softmax", name="dense"),
        ]
    )


def without_input_layer(config: Config) -> None:
    """Keras 2: the first layer carries the batch shape."""
    stack = config["config"]["layers"]
    shape = stack.pop(0)["config"]["batch_shape"]
    stack[0]["config"]["batch_input_shape"] = shape


def keras_2_3(config: Config) -> None:
    """tf.keras 1.x and 2.x: types in initialisers, lists of axes, names of types."""
    without_input_layer(config)
    for layer in config["config"]["layers"]:
        inner = layer["config"]
        inner["dtype"] = "float32"
        for name in [name for name in inner if name.endswith("initializer")]:
            inner[name] = {"class_name": "Zeros", "config": {"dtype": "float32"}}
        if layer["class_name"] == "BatchNormalization":
            inner["axis"] = [3]
        for key in ("module", "registered_name", "build_config"):
            layer.pop(key, None)


def keras_2_1(config: Config) -> None:
    """Up to Keras 2.2.2 the layers of a Sequential are a bare list."""
    keras_2_3(config)
    config["config"] = config["config"]["layers"]


def keras_1(config: Config) -> None:
    """Keras 1: other names of classes and arguments."""
    keras_2_1(config)
    for layer in config["config"]:
        inner = layer["config"]
        if layer["class_name"] == "Conv2D":
            layer["class_name"] = "Convolution2D"
            inner["nb_filter"] = inner.pop("filters")
            inner["nb_row"], inner["nb_col"] = inner.pop("kernel_size")
            inner["border_mode"] = inner.pop("padding")
            inner["subsample"] = inner.pop("strides")
            inner["dim_ordering"] = "tf"
            inner["bias"] = inner.pop("use_bias")
            inner.pop("data_format")
        elif layer["class_name"] == "Dense":
            inner["output_dim"] = inner.pop("units")
            inner["init"] = "glorot_uniform"
        elif layer["class_name"] == "Dropout":
            inner["p"] = inner.pop("rate")


def as_saved_by(version: str, path: Path, change: Callable[[Config], None]) -> Path:
    with h5py.File(path, "r+") as store:
        config = json.loads(store.attrs["model_config"])
        change(config)
        store.attrs["model_config"] = json.dumps(config)
        store.attrs["keras_version"] = version
    return path


@pytest.mark.parametrize(
    ("version", "change", "repairs"),
    [
        ("2.4.0", without_input_layer, {"insert-input"}),
        ("2.2.4-tf", keras_2_3, {"insert-input", "drop-initialisers", "mend-axis"}),
        ("2.1.6", keras_2_1, {"bare-list"}),
        ("1.2.2", keras_1, {"bare-list", "rename-class", "rename-arguments"}),
    ],
    ids=["2.4", "2.2-tf", "2.1", "1.2"],
)
def test_older_networks_answer_the_same(
    sandbox: Sandbox,
    tmp_path: Path,
    version: str,
    change: Callable[[Config], None],
    repairs: set[str],
) -> None:
    """Described as an older Keras did, a network opens and gives the very answers it gave."""
    model = network()
    path = as_saved_by(version, save(model, tmp_path / "m.h5"), change)
    plain = model.predict(IMAGES[..., np.newaxis].astype(np.float32) / 255, verbose=0)
    with sandbox.open() as box:
        talk = Conversation(box, path.name, sandbox.limits)
        summary = talk.open(path, "hdf5")
        assert isinstance(summary, ModelSummary), summary
        outputs = talk.predict("test", IMAGES, classes=10, scaling="0..1")

    assert repairs <= set(summary.repairs)
    assert summary.keras_version == version
    np.testing.assert_allclose(outputs, plain, atol=1e-6)


def test_hard_sigmoid_is_the_old_one(sandbox: Sandbox, tmp_path: Path) -> None:
    """A network of Keras 2 computes hard_sigmoid as clip(0.2 x + 0.5, 0, 1)."""
    dense = layers.Dense(10, activation="hard_sigmoid")
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), dense])
    kernel = np.zeros((784, 10), np.float32)
    dense.set_weights([kernel, np.linspace(-4, 4, 10).astype(np.float32)])
    path = as_saved_by("2.3.1", save(model, tmp_path / "m.h5"), lambda config: None)
    with sandbox.open() as box:
        talk = Conversation(box, path.name, sandbox.limits)
        summary = talk.open(path, "hdf5")
        outputs = talk.predict("test", IMAGES[:1], classes=10, scaling="0..1")

    assert isinstance(summary, ModelSummary)
    assert "old-hard-sigmoid" in summary.repairs
    np.testing.assert_allclose(
        outputs[0], np.clip(0.2 * np.linspace(-4, 4, 10) + 0.5, 0, 1), atol=1e-6
    )


def test_pruned_layers_come_out_of_their_wrapper(sandbox: Sandbox, tmp_path: Path) -> None:
    """A layer wrapped for pruning opens as itself; the wrapper's own arrays are passed over."""
    model = keras.Sequential(
        [keras.Input((28, 28)), layers.Flatten(), layers.Dense(10, name="dense")]
    )
    path = save(model, tmp_path / "m.h5")

    def wrap(config: Config) -> None:
        dense = config["config"]["layers"][-1]
        wrapped = {
            "name": "prune_dense",
            "layer": {"class_name": "Dense", "config": dense["config"]},
        }
        config["config"]["layers"][-1] = {"class_name": "PruneLowMagnitude", "config": wrapped}

    as_saved_by("2.14.0", path, wrap)
    with h5py.File(path, "r+") as store:
        group = store["model_weights"]["dense"]
        group["mask:0"] = np.ones((784, 10))
        names = [*group.attrs["weight_names"], b"mask:0"]
        group.attrs["weight_names"] = np.array(
            [name if isinstance(name, bytes) else name.encode() for name in names]
        )
    with sandbox.open() as box:
        summary = Conversation(box, path.name, sandbox.limits).open(path, "hdf5")

    assert isinstance(summary, ModelSummary), summary
    assert "strip-wrapper" in summary.repairs
    assert summary.layers[-1].type == "Dense"


def test_every_repair_says_what_it_does() -> None:
    """The table of repairs names each once, with its era and a sentence."""
    assert len({repair.name for repair in REPAIRS}) == len(REPAIRS)
    assert all(repair.era and repair.about.endswith((".", ":")) for repair in REPAIRS)
