"""One trained model in the forms in which it is handed in: all of them have its mark."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from grader import datasets
from tests import onnx_models
from tests.e2e.field.classes import Graded, course, graded
from tests.program import SHARED, grader

LAB = "mnist-cifar100"

#: Judged on digits that are at hand everywhere.
SETTINGS = """
[labs.mnist-cifar100]
exercises = ["mnist", "cifar100"]
[labs.mnist-cifar100.checks."mnist/accuracy"]
dataset = "digits"
thresholds = [{ full_at = 0.7 }]
"""


def nearest_mean() -> tuple[np.ndarray, np.ndarray]:
    """A kernel and a bias that find the digit whose mean is nearest, of pixels from 0 to 1."""
    calibration = datasets.get("digits").calibration()
    assert calibration is not None
    split = calibration.split
    flat = split.images.reshape(len(split), -1) / 255
    means = np.stack([flat[split.labels == digit].mean(axis=0) for digit in range(10)])
    return means.T, -0.5 * (means**2).sum(axis=1)


def keras_model() -> Any:
    import keras

    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten(name="flat"), keras.layers.Dense(10, name="d")]
    )
    model.layers[1].set_weights(list(nearest_mean()))
    return model


def of_keras_2(model: Any, folder: Path) -> None:
    """What `to_json` and `save_weights` of Keras 2 write."""
    import h5py

    layers = [
        {"class_name": "Flatten", "config": {"name": "flat", "batch_input_shape": [None, 28, 28]}},
        {"class_name": "Dense", "config": {"name": "d", "units": 10, "activation": "linear"}},
    ]
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    text = json.dumps(config | {"keras_version": "2.3.1", "backend": "tensorflow"})
    (folder / "mnist.json").write_text(text)
    with h5py.File(folder / "mnist_weights.h5", "w") as store:
        store.attrs["layer_names"] = [b"flat", b"d"]
        store.attrs["backend"], store.attrs["keras_version"] = b"tensorflow", b"2.3.1"
        store.create_group("flat").attrs["weight_names"] = []
        group = store.create_group("d")
        group.attrs["weight_names"] = [b"d/kernel:0", b"d/bias:0"]
        for name, weight in zip(("d/kernel:0", "d/bias:0"), model.get_weights(), strict=True):
            group[name] = weight


def of_keras_3(model: Any, folder: Path) -> None:
    (folder / "mnist.json").write_text(model.to_json())
    model.save_weights(folder / "mnist.weights.h5")


def unpacked(model: Any, folder: Path) -> None:
    """What some systems make of a `.keras` file by unpacking it."""
    model.save(folder / "mnist.keras")
    packed = (folder / "mnist.keras").rename(folder.parent / "packed")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder / "mnist.keras")


def unpacked_and_zipped(model: Any, folder: Path) -> None:
    unpacked(model, folder)
    inner = folder / "mnist.keras"
    with zipfile.ZipFile(folder / "work.zip", "w") as archive:
        for file in inner.iterdir():
            archive.write(file, f"mnist.keras/{file.name}")
            file.unlink()
    inner.rmdir()


def loose(model: Any, folder: Path) -> None:
    """The three files alone, in a folder that the student named."""
    unpacked(model, folder)
    (folder / "mnist.keras").rename(folder / "mnist")


def archive_in_archive(model: Any, folder: Path) -> None:
    model.save(folder / "mnist.h5")
    with zipfile.ZipFile(folder / "inner.zip", "w") as archive:
        archive.write(folder / "mnist.h5", "mnist.h5")
    with zipfile.ZipFile(folder / "OneDrive_3.zip", "w") as archive:
        archive.write(folder / "inner.zip", "inner.zip")
    (folder / "mnist.h5").unlink()
    (folder / "inner.zip").unlink()


def compressed(model: Any, folder: Path) -> None:
    model.save(folder / "mnist.h5")
    (folder / "mnist.h5.gz").write_bytes(gzip.compress((folder / "mnist.h5").read_bytes()))
    (folder / "mnist.h5").unlink()


def onnx_of_one_image(model: Any, folder: Path) -> None:
    """What `torch.onnx.export(model, image)` makes: (1, 28, 28) to (10,)."""
    kernel, bias = model.get_weights()
    nodes = [
        helper.make_node("Reshape", ["images", "row"], ["flat"]),
        helper.make_node("Gemm", ["flat", "kernel", "bias"], ["many"]),
        helper.make_node("Reshape", ["many", "ten"], ["scores"]),
    ]
    weights = [
        onnx_models.tensor("row", [1, 784], np.int64),
        onnx_models.tensor("kernel", kernel),
        onnx_models.tensor("bias", bias),
        onnx_models.tensor("ten", [10], np.int64),
    ]
    graph = onnx_models.make_model(nodes, weights, shape=(1, 28, 28))
    onnx_models.save(graph, folder / "mnist.onnx")


def whole(model: Any, folder: Path) -> None:
    model.save(folder / "mnist.h5")


FORMS: dict[str, Callable[[Any, Path], None]] = {
    "whole": whole,
    "keras-2": of_keras_2,
    "keras-3": of_keras_3,
    "unpacked": unpacked,
    "unpacked-zipped": unpacked_and_zipped,
    "loose": loose,
    "archive-in-archive": archive_in_archive,
    "compressed": compressed,
    "onnx-of-one-image": onnx_of_one_image,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """A class of which each handed in the same model in a form of their own."""
    folder = tmp_path_factory.mktemp("forms")
    model = keras_model()
    for name, write in FORMS.items():
        (folder / "class" / name).mkdir(parents=True)
        write(model, folder / "class" / name)
    return graded(folder, folder / "class", course(folder / "course", None, SETTINGS), lab=LAB)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_mark_of_the_model(found: Graded, form: str) -> None:
    """Described apart, unpacked, packed twice, or for one image: the same accuracy to the last image."""
    expected, result = found.result("whole"), found.result(form)

    assert expected["status"] == "passed"
    assert result["status"] == "passed", result
    assert result["facts"] == expected["facts"]


@pytest.mark.shared
@pytest.mark.parametrize(("file", "least"), [("mlp-tanh.keras", 0.9013), ("cnn-gap.keras", 0.9178)])
def test_models_of_little_confidence_are_read_as_they_were_trained(
    tmp_path: Path, shared_data: Path, file: str, least: float
) -> None:
    """The input that reads most images is taken, however unsure the model is of each."""
    model = SHARED / "field" / file
    if not model.is_file():
        pytest.skip(f"{model} is not there (GRADER_SHARED)")
    (tmp_path / "mnist.keras").write_bytes(model.read_bytes())
    env = {"GRADER_DATA": str(shared_data)}
    done = grader("check", LAB, "mnist.keras", "--format", "json", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    (check,) = json.loads(done.stdout)["exercises"][0]["checks"]

    assert check["score"] == 30
    assert f"Your accuracy is {100 * least:.2f}%;" in check["feedback"]
