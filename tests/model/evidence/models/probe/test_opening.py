"""Opening saved models: which open, and how the others are reported."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import pytest

from grader.evidence.models.probe.skip_initializers import skip_initializers
from grader.evidence.models.record import ModelFormat, ModelSummary
from grader.records.evidence import Failure
from grader.records.message import Name, Number, message
from grader.sandbox import Limits, Sandboxes
from grader.sandbox.selftest import assess
from tests.model.models import (
    classifier,
    drop_hdf5_config,
    edit_hdf5_config,
    layers,
    open_model,
    save,
)


@pytest.mark.parametrize(("name", "kind"), [("m.h5", "hdf5"), ("m.keras", "keras-zip")])
def test_summary_says_what_the_model_is(
    sandboxes: Sandboxes, tmp_path: Path, name: str, kind: ModelFormat
) -> None:
    """Layers, shapes, parameters and the version that saved a model are read from both formats."""
    model = classifier((28, 28, 1))
    summary = open_model(sandboxes, save(model, tmp_path / name), kind)

    assert isinstance(summary, ModelSummary)
    assert summary.inputs[0].shape == (None, 28, 28, 1)
    assert summary.outputs[0].shape == (None, 10)
    assert summary.parameters == model.count_params()
    assert summary.keras_version == keras.__version__
    types = [layer.type for layer in summary.layers if layer.type != "InputLayer"]
    assert types == ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]
    convolution = next(layer for layer in summary.layers if layer.type == "Conv2D")
    assert convolution.settings["kernel_size"] == (3, 3)
    assert convolution.settings["activation"] == "relu"


def test_nested_models_are_flattened(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """The layers of a model inside a model are listed in its place."""
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    model = keras.Sequential([keras.Input((4,)), inner, layers.Dense(2)])
    summary = open_model(sandboxes, save(model, tmp_path / "m.h5"))

    assert isinstance(summary, ModelSummary)
    dense = [layer for layer in summary.layers if layer.type == "Dense"]
    assert [layer.settings["units"] for layer in dense] == [3, 2]


def test_the_name_of_the_file_does_not_matter(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """A model saved as HDF5 opens under any name and extension."""
    path = save(classifier(), tmp_path / "m.h5").rename(tmp_path / "final.model")

    assert isinstance(open_model(sandboxes, path), ModelSummary)


def truncated(tmp_path: Path) -> Path:
    path = save(classifier(), tmp_path / "m.h5")
    path.write_bytes(path.read_bytes()[:9000])
    return path


def empty_hdf5(tmp_path: Path) -> Path:
    with h5py.File(tmp_path / "m.h5", "w") as store:
        store["table"] = [1, 2, 3]
    return tmp_path / "m.h5"


def broken_config(tmp_path: Path) -> Path:
    path = save(classifier(), tmp_path / "m.h5")
    with h5py.File(path, "r+") as store:
        store.attrs["model_config"] = "{not json"
    return path


def weights_of_keras_3(tmp_path: Path) -> Path:
    classifier().save_weights(tmp_path / "m.weights.h5")
    return tmp_path / "m.weights.h5"


def with_lambda(tmp_path: Path) -> Path:
    model = keras.Sequential([keras.Input((4,)), layers.Lambda(lambda x: x * 2, name="twice")])
    return save(model, tmp_path / "m.h5")


def rename_dense(config: dict[str, Any]) -> None:
    config["config"]["layers"][-1]["class_name"] = "MyOwnLayer"


@pytest.mark.parametrize(
    ("make", "reason", "why"),
    [
        (truncated, "corrupt", ("cut-off",)),
        (broken_config, "corrupt", ()),
        (empty_hdf5, "wrong-format", ("hdf5-without-model",)),
        (lambda folder: drop_hdf5_config(save(classifier(), folder / "m.h5")), "weights-only", ()),
        (weights_of_keras_3, "weights-only", ()),
        (with_lambda, "refused", ("lambda",)),
        (
            lambda folder: edit_hdf5_config(save(classifier(), folder / "m.h5"), rename_dense),
            "refused",
            ("custom-layer",),
        ),
    ],
    ids=[
        "truncated", "broken-config", "hdf5-table", "weights-keras-2", "weights-keras-3", "lambda",
        "custom-layer",
    ],
)  # fmt: skip
def test_refusals_name_their_reason(
    sandboxes: Sandboxes,
    tmp_path: Path,
    make: Callable[[Path], Path],
    reason: str,
    why: tuple[str, ...],
) -> None:
    """Every HDF5 file that is no usable model is refused for the reason a student can act on."""
    failure = open_model(sandboxes, make(tmp_path))

    assert isinstance(failure, Failure)
    assert failure.reason == reason
    assert failure.why == why


def test_refused_layers_are_named(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """A Lambda layer is named by the name its author gave it."""
    failure = open_model(sandboxes, with_lambda(tmp_path))

    assert isinstance(failure, Failure)
    assert failure.values["layer"] == Name(text="twice")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"notes.txt": b"no model"}, "wrong-format"),
        ({"model.weights.h5": b""}, "weights-only"),
        ({"config.json": b"{", "metadata.json": b"{}"}, "corrupt"),
    ],
)
def test_archives_that_are_no_models(
    sandboxes: Sandboxes, tmp_path: Path, members: dict[str, bytes], reason: str
) -> None:
    """Zip archives without a model, with weights only, or damaged are distinguished."""
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    failure = open_model(sandboxes, path, "keras-zip")

    assert isinstance(failure, Failure)
    assert failure.reason == reason


@pytest.mark.slow
def test_models_too_large_for_memory_are_stopped(tmp_path: Path) -> None:
    """A layer of four billion weights ends as out of memory, and the grader goes on."""

    def inflate(config: dict[str, Any]) -> None:
        config["config"]["layers"][-1]["config"]["units"] = 5_000_000

    path = edit_hdf5_config(save(classifier(), tmp_path / "m.h5"), inflate)
    with Sandboxes(Limits(memory_bytes=1 << 30), assess().level) as small:
        failure = open_model(small, path)

    assert isinstance(failure, Failure)
    assert failure.reason == "out-of-memory"
    assert failure.values["expected"] == message("unit.gibibytes", value=Number(value=1))


def test_random_initializers_are_skipped_while_a_file_is_opened() -> None:
    """In the context every random initializer gives zeros; after it, random numbers as before."""

    def kernel(initializer: str) -> float:
        layer = keras.layers.Dense(8, kernel_initializer=initializer)
        layer.build((None, 8))
        return float(abs(layer.kernel.numpy()).max())

    drawing = ("glorot_uniform", "he_normal", "random_normal", "random_uniform", "orthogonal")
    with skip_initializers():
        assert [kernel(name) for name in drawing] == [0] * len(drawing)
        assert kernel("ones") == 1
    assert all(kernel(name) for name in drawing)
