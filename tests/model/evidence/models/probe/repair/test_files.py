"""How older Keras laid files out, and what is said of files that do not open."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from grader.messages import catalogue
from grader.records.evidence import Failure
from grader.records.message import Name
from tests.model.evidence.models.probe.eras import (
    Saved,
    archive_arrays,
    check_alike,
    functional,
    keras_2,
    opened,
    randomise,
    refused,
    sequential,
    snake_case,
    write_archive,
    write_hdf5,
)
from tests.model.models import edit_hdf5_config, layers, save

pytestmark = pytest.mark.slow


def image_model(data_format: str = "channels_last") -> keras.Sequential:
    shape = (1, 8, 8) if data_format == "channels_first" else (8, 8, 1)
    return randomise(
        keras.Sequential(
            [
                keras.Input(shape),
                layers.Conv2D(3, 3, activation="relu", data_format=data_format),
                layers.BatchNormalization(axis=1 if data_format == "channels_first" else -1),
                layers.MaxPooling2D(2, data_format=data_format),
                layers.Flatten(),
                layers.Dense(4),
                layers.LeakyReLU(negative_slope=0.1),
                layers.Dense(3, activation="softmax"),
            ]
        )
    )


@pytest.mark.parametrize(
    ("version", "tensorflow", "bare", "repairs"),
    [
        ("2.0.8", False, True, ["bare-list", "insert-input"]),
        ("2.3.1", False, False, ["insert-input", "rename-slope"]),
        ("2.2.4-tf", True, False, ["insert-input", "drop-initialisers", "fix-axis"]),
        ("", False, True, ["bare-list"]),
    ],
    ids=["2.0", "2.3", "2.2-tf", "unnamed"],
)
def test_stacks_of_keras_2(
    tmp_path: Path, version: str, tensorflow: bool, bare: bool, repairs: list[str]
) -> None:
    """A Sequential of every format of Keras 2 predicts as before, whether or not the file states its version."""
    model = image_model()
    saved = sequential(model, keras_2(tensorflow=tensorflow), bare=bare)

    check_alike(write_hdf5(tmp_path / "m.h5", saved, version=version), model, *repairs)


@pytest.mark.parametrize("theano", [False, True])
def test_channels_first(tmp_path: Path, theano: bool) -> None:
    """Models with the channels first run, also those that Theano trained with its kernels mirrored."""
    model = image_model("channels_first")
    saved = sequential(model, keras_2(theano=theano))
    backend = "theano" if theano else "tensorflow"
    path = write_hdf5(tmp_path / "m.h5", saved, version="2.1.6", backend=backend)

    check_alike(path, model, *(["mirror-kernels"] if theano else []))


def test_names_in_parts_and_weights_in_another_order(tmp_path: Path) -> None:
    """Long lists of names are spread over several attributes; weights are matched by name."""
    model = image_model()
    saved = sequential(model, keras_2())
    norm = model.layers[1].name
    saved.weights[norm].reverse()
    path = write_hdf5(tmp_path / "m.h5", saved, version="2.2.4", names_a_part=2)

    check_alike(path, model, "by-role")


def test_slashes_in_names(tmp_path: Path) -> None:
    """Layers named by their place in a block open; Keras 3 itself refuses such names."""
    model = image_model()
    saved = sequential(model, keras_2())
    saved.weights = {f"block/{name}": arrays for name, arrays in saved.weights.items()}
    for layer in saved.config["config"]["layers"]:
        layer["config"]["name"] = f"block/{layer['config']['name']}"

    check_alike(write_hdf5(tmp_path / "m.h5", saved, version="2.4.0"), model, "plain-name")


def test_what_training_left_behind(tmp_path: Path) -> None:
    """Losses and metrics of the author's own are never needed, nor the optimizer's weights."""
    model = image_model()
    training = {"loss": "my_own_loss", "metrics": ["my_metric"], "optimizer_config": {}}
    path = write_hdf5(
        tmp_path / "m.h5", sequential(model, keras_2()), version="2.2.4", training=training
    )
    with h5py.File(path, "r+") as store:
        store.create_group("optimizer_weights").attrs["weight_names"] = [b"gone"]

    assert check_alike(path, model).saved.training["loss"] == "my_own_loss"


@pytest.mark.parametrize("graph", [False, True], ids=["sequential", "functional"])
def test_pruned_layers(tmp_path: Path, graph: bool) -> None:
    """Layers come out of the wrapper that pruned them, without its masks."""
    inputs = keras.Input((5,), name="in")
    ends = layers.Dense(3, name="end")(layers.Dense(4, activation="relu", name="middle")(inputs))
    model = randomise(keras.Model(inputs, ends))
    stack = keras.Sequential([inputs, *model.layers[1:]])
    saved = functional(model, keras_2()) if graph else sequential(stack, keras_2())
    for layer in saved.config["config"]["layers"]:
        if layer["class_name"] == "Dense":
            _prune(layer)
    for name, arrays in list(saved.weights.items()):
        if arrays:
            mask = np.ones(arrays[0][1].shape, np.float32)
            arrays += [(f"{name}/mask:0", mask), (f"{name}/pruning_step:0", np.int64(3))]

    path = write_hdf5(tmp_path / "m.h5", saved, version="2.14.0")
    check_alike(path, model, "strip-wrapper", "drop-bookkeeping")


def _prune(layer: dict[str, Any]) -> None:
    shape = layer["config"].pop("batch_input_shape", None)
    inner = {"class_name": layer["class_name"], "config": {**layer["config"], "name": "inner"}}
    outer = {"name": layer["config"]["name"], "layer": inner, "begin_step": 0}
    layer["config"] = outer if shape is None else {**outer, "batch_input_shape": shape}
    layer["class_name"] = "PruneLowMagnitude"


def as_archived(model: keras.Model, *, stack: bool) -> dict[str, Any]:
    """The description in a ``.keras`` file of Keras 2.13 to 2.15, with the modules of its time."""
    saved = (sequential if stack else functional)(model, keras_2(tensorflow=True))
    waiting = list(saved.config["config"]["layers"])
    while waiting:
        layer = waiting.pop()
        waiting += layer["config"].get("layers", [])
        is_model = layer["class_name"] in ("Model", "Sequential")
        layer["module"] = "keras.src.engine.functional" if is_model else "keras.layers"
        layer["registered_name"] = layer["class_name"] if is_model else None
        layer["build_config"] = {"input_shape": [None]}
    return {**saved.config, "module": "keras.src.engine", "compile_config": {"loss": "mse"}}


@pytest.mark.parametrize("separator", ["/", "\\"], ids=["unix", "windows"])
@pytest.mark.parametrize("stack", [True, False], ids=["sequential", "functional"])
def test_archives_of_keras_2(tmp_path: Path, stack: bool, separator: str) -> None:
    """Weights lie under the class of their layer and a number, with backslashes where Windows wrote them."""
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(5), layers.BatchNormalization()])
    inputs = keras.Input((4, 3))
    parts = [layers.LSTM(6), layers.Dense(6, activation="relu"), inner, layers.Dense(2)]
    ends = inputs
    for part in parts:
        ends = part(ends)
    model = randomise(
        keras.Sequential([keras.Input((4, 3)), *parts]) if stack else keras.Model(inputs, ends)
    )
    config = as_archived(model, stack=stack)
    path = tmp_path / "m.keras"
    write_archive(path, config, archive_arrays(model), version="2.14.0", separator=separator)

    check_alike(path, model)


def test_pruned_layers_in_archives(tmp_path: Path) -> None:
    """In archives too, where the wrapper's own arrays lie beside the layer's."""
    model = randomise(keras.Sequential([keras.Input((5,)), layers.Dense(4), layers.Dense(3)]))
    saved = sequential(model, keras_2())
    for layer in saved.config["config"]["layers"]:
        _prune(layer)
    arrays: dict[str, Any] = {}
    for place, layer in enumerate(model.layers):
        group = "_layer_checkpoint_dependencies/prune_low_magnitude" + ("", "_3")[place]
        arrays[f"{group}/vars/0"] = np.ones(layer.kernel.shape)
        arrays[f"{group}/layer/vars/0"] = layer.kernel.numpy()
        arrays[f"{group}/layer/vars/1"] = layer.bias.numpy()
    path = write_archive(tmp_path / "m.keras", saved.config, arrays, version="2.14.0")

    check_alike(path, model, "strip-wrapper")


def test_archives_of_keras_3_from_windows(tmp_path: Path) -> None:
    """An archive of Keras 3 with backslashes in its paths, which Keras 3 does not find its way in, opens."""
    model = image_model()
    model.save(tmp_path / "plain.keras")
    with zipfile.ZipFile(tmp_path / "plain.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    arrays = {}
    for layer in model.layers:
        kind = snake_case(type(layer).__name__)
        number = sum(
            other.startswith(f"layers/{kind}") for other in {a.split("/vars")[0] for a in arrays}
        )
        for place, weight in enumerate(layer.weights):
            arrays[f"layers/{kind}{f'_{number}' if number else ''}/vars/{place}"] = weight.numpy()
    path = tmp_path / "m.keras"
    config = json.loads(members["config.json"])
    write_archive(path, config, arrays, version="3.0.5", separator="\\")

    check_alike(path, model)


def test_mixed_precision_computes_in_32_bits(tmp_path: Path) -> None:
    """A policy that mixes 16 and 32 bits in training does not change the predictions."""
    model = image_model()
    saved = sequential(model, keras_2())
    policy = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    for layer in saved.config["config"]["layers"]:
        layer["config"]["dtype"] = policy

    check_alike(write_hdf5(tmp_path / "m.h5", saved, version="2.4.0"), model, "fix-dtype")


@pytest.mark.parametrize(
    ("saved_as", "plain"),
    [
        ({"class_name": "function", "config": "relu6"}, "relu6"),
        ("softmax_v2", "softmax"),
        ("swish", "silu"),
        ({"class_name": "LeakyReLU", "config": {"name": "l", "alpha": 0.2}}, None),
    ],
    ids=["function", "tensorflow", "swish", "layer"],
)
def test_activations_in_every_form(tmp_path: Path, saved_as: Any, plain: str | None) -> None:
    """Activations stand as names of their time, as functions, and as layers."""
    activation = plain or layers.LeakyReLU(negative_slope=0.2)
    model = randomise(keras.Sequential([keras.Input((5,)), layers.Dense(4, activation=activation)]))
    saved = sequential(model, keras_2())
    saved.config["config"]["layers"][0]["config"]["activation"] = saved_as

    check_alike(write_hdf5(tmp_path / "m.h5", saved, version="2.9.0"), model)


def test_numbers_saved_with_their_type(tmp_path: Path) -> None:
    """A slope that NumPy held was saved with the type of its array."""
    model = image_model()
    saved = sequential(model, keras_2())
    (slope,) = (
        one["config"]
        for one in saved.config["config"]["layers"]
        if one["class_name"] == "LeakyReLU"
    )
    slope["alpha"] = {"type": "ndarray", "value": slope["alpha"]}

    check_alike(write_hdf5(tmp_path / "m.h5", saved, version="2.2.4"), model, "plain-numbers")


def test_augmentation_does_nothing_outside_training(tmp_path: Path) -> None:
    """Layers that turn and stretch training images let others through, and keep no weights of use."""
    model = randomise(keras.Sequential([keras.Input((6, 6, 1)), layers.Flatten(), layers.Dense(2)]))
    saved = sequential(model, keras_2())
    first = saved.config["config"]["layers"][0]["config"].pop("batch_input_shape")
    augmentation = [
        layer("RandomFlip", mode="horizontal", seed=None, batch_input_shape=first),
        layer("RandomHeight", factor=0.1),
        layer("RandomRotation", factor=0.1),
    ]
    saved.config["config"]["layers"][:0] = augmentation
    state = [("random_flip/StateVar:0", np.zeros(3, np.int64))]
    saved.weights = {"randomflip": state, **saved.weights}
    path = write_hdf5(tmp_path / "m.h5", saved, version="2.9.0")

    check_alike(path, model, "drop-training-layer", "drop-bookkeeping")


def test_an_input_that_was_never_named(tmp_path: Path) -> None:
    """A stack saved without its input's shape takes as many numbers as its first weights have rows."""
    model = randomise(keras.Sequential([keras.Input((12,)), layers.Flatten(), layers.Dense(2)]))
    saved = sequential(model, keras_2())
    del saved.config["config"]["layers"][0]["config"]["batch_input_shape"]

    check_alike(write_hdf5(tmp_path / "m.h5", saved, version="2.0.0"), model, "infer-input")


def test_a_file_of_keras_3_in_the_words_of_keras_2(tmp_path: Path) -> None:
    """Where Keras 3 fails on a file that says it is its own, it is rebuilt."""
    model = image_model()

    def without_input(config: dict[str, Any]) -> None:
        first, *others = config["config"]["layers"]
        others[0]["config"]["batch_input_shape"] = first["config"]["batch_shape"]
        config["config"]["layers"] = others

    path = edit_hdf5_config(save(model, tmp_path / "m.h5"), without_input)

    check_alike(path, model, "insert-input")


def described(*stack: dict[str, Any], kind: str = "Sequential") -> Saved:
    return Saved({"class_name": kind, "config": {"name": "s", "layers": list(stack)}})


def layer(kind: str, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": kind.lower(), **config}}


def failure_of(tmp_path: Path, saved: Saved, version: str = "2.4.0") -> Failure:
    return refused(write_hdf5(tmp_path / "m.h5", saved, version=version))


def test_weights_that_do_not_fit_are_named(tmp_path: Path) -> None:
    """The detail names the layer and both shapes."""
    saved = described(layer("Dense", units=3, batch_input_shape=[None, 5]))
    saved.weights["dense"] = [("dense/kernel:0", np.ones((4, 3))), ("dense/bias:0", np.ones(3))]
    failure = failure_of(tmp_path, saved)

    assert failure.reason == "unsupported"
    assert "dense" in failure.detail
    assert "4 x 3" in failure.detail
    assert "5 x 3" in failure.detail


@pytest.mark.parametrize("version", ["1.2.2", "2.14.0", "3.5.0"])
def test_all_unknown_layers_are_named(tmp_path: Path, version: str) -> None:
    """Layers that are in no Keras are refused together, those within wrappers and models too."""
    inner = layer("Sequential", layers=[layer("QActivation")])
    wrapped = layer("TimeDistributed", layer=layer("MyOwn>Capsule"), trainable=True)
    stack = [layer("QDense", batch_input_shape=[None, 5]), inner, wrapped, layer("QDense")]
    failure = failure_of(tmp_path, described(*stack), version)

    assert failure.reason == "refused"
    assert failure.why == ("custom-layers",)
    assert failure.values["layer"] == Name(text="QDense, QActivation, Capsule")


def test_classes_of_the_authors_own_are_not_taken_for_those_of_keras(tmp_path: Path) -> None:
    """A layer is Keras's own only where the module it is said to be in does not say otherwise."""
    own = {**layer("Attention", batch_input_shape=[None, 5, 5]), "module": "my_layers"}
    failure = failure_of(tmp_path, described(own), "3.5.0")

    assert failure.why == ("custom-layer",)
    assert failure.values == {"file": Name(text="m.h5"), "layer": Name(text="Attention")}


@pytest.mark.parametrize(
    ("saved", "why", "name"),
    [
        (described(layer("Lambda", function="x")), "lambda", "lambda"),
        (described(layer("TFSMLayer", filepath="/etc")), "foreign-code", "tfsmlayer"),
        (described(layer("Dense", units=1), kind="MyNetwork"), "own-model", "MyNetwork"),
        (
            described(layer("Dense", units=1, activation="my_relu", batch_input_shape=[None, 2])),
            "custom-layer",
            "my_relu",
        ),
        (
            described(layer("Merge", mode="f", mode_type="function", layers=[])),
            "lambda",
            "merge",
        ),
    ],
    ids=["lambda", "saved-model", "subclass", "activation", "merge"],
)
def test_code_is_refused_by_name(tmp_path: Path, saved: Saved, why: str, name: str) -> None:
    """Nothing of the author's own is run; the refusal says which part it is."""
    failure = failure_of(tmp_path, saved)

    assert failure.reason == "refused"
    assert (failure.why, failure.values["layer"]) == ((why,), Name(text=name))


@pytest.mark.parametrize(
    "config",
    [
        {"class_name": "Sequential", "config": {"name": "s"}},
        {"class_name": "Sequential", "config": {"layers": [7]}},
        {"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense"}]}},
        {"class_name": "Model", "config": {"layers": [], "output_layers": [["gone", 0, 0]]}},
        {"class_name": "Model", "config": {"layers": [], "output_layers": 3}},
        {"class_name": "Sequential", "config": {"layers": [layer("Dense", units="many")]}},
        {"class_name": "Sequential", "config": {"layers": [{**layer("Dense"), "module": [1]}]}},
        {"class_name": 5, "config": {}},
        ["Sequential"],
    ],
)
def test_descriptions_of_no_known_form_are_failures(tmp_path: Path, config: Any) -> None:
    """Whatever the description holds, opening ends with a typed failure."""
    for version in ("2.4.0", "3.5.0"):
        failure = failure_of(tmp_path, Saved(config), version)

        assert failure.reason in ("unsupported", "refused", "corrupt")


def test_missing_weights_are_a_failure(tmp_path: Path) -> None:
    """A list that names weights the file does not hold is no crash."""
    model = image_model()
    path = write_hdf5(tmp_path / "m.h5", sequential(model, keras_2()), version="2.4.0")
    with h5py.File(path, "r+") as store:
        del store["model_weights"][model.layers[0].name]

    assert refused(path).reason in ("unsupported", "corrupt")


def test_the_activation_keeps_its_name(tmp_path: Path) -> None:
    """The old hard_sigmoid opens under a name of ours, computes the old one, and is cut at both ends."""
    saved = described(
        layer("Dense", units=9, activation="hard_sigmoid", batch_input_shape=[None, 1])
    )
    bias = np.linspace(-4, 4, 9)
    saved.weights["dense"] = [("dense/kernel:0", np.zeros((1, 9))), ("dense/bias:0", bias)]
    found = opened(write_hdf5(tmp_path / "m.h5", saved, version="2.3.1"))
    outputs = np.asarray(found.model(np.ones((1, 1), np.float32), training=False))

    assert "old-hard-sigmoid" in found.repairs
    np.testing.assert_allclose(outputs[0], np.clip(0.2 * bias + 0.5, 0, 1), atol=1e-6)


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        (("QuantizeLayer", "QuantizeWrapperV2"), "quantised-layer"),
        (("ClusterWeights",), "clustered-layer"),
        (("QDense", "QActivation"), "qkeras-layer"),
    ],
)
def test_layers_of_training_tools_are_told_from_the_authors_own(
    tmp_path: Path, kinds: tuple[str, ...], why: str
) -> None:
    """What put them there says how to take them out."""
    stack = [layer(kind, name=kind, batch_input_shape=[None, 5]) for kind in kinds]
    failure = failure_of(tmp_path, described(*stack))

    assert (failure.reason, failure.why) == ("refused", (why,))
    assert catalogue("en").sentences[f"fix.{why}"]
