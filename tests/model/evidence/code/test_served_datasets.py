"""Datasets as Keras and TensorFlow give them, served without a network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

PROGRAM = """
import json, os
import keras, tensorflow as tf
from grader.evidence.code.probe.running.data.install import install
from grader.evidence.code.probe.running.data.served import ServedData
from grader.evidence.code.probe.running.shims import hooks
from grader.evidence.code.probe.running.shims.paths import install_paths
from tests.unit.evidence.code.running.digits import digits

stand_ins, used, missing, shapes = [], [], [], {}
install(ServedData(digits(), stand_ins.append), used.append)
hooks.on_missing_file = missing.append
install_paths(used.append)

def shape(value):
    return [list(part.shape) for part in value]

for package in ("keras.datasets", "tensorflow.keras.datasets"):
    for name in (
        "mnist", "fashion_mnist", "cifar10", "cifar100", "imdb", "reuters", "boston_housing", "california_housing"
    ):
        exec(f"from {package} import {name} as library")
        (x, y), (x_test, y_test) = library.load_data()
        shapes[f"{package}.{name}"] = shape((x, y, x_test, y_test))
(words, _), _ = keras.datasets.imdb.load_data(num_words=500, maxlen=100)
(_, coarse), _ = keras.datasets.cifar100.load_data("coarse")
(mine, _), _ = keras.datasets.mnist.load_data()
mine[:] = 0
(again, _), _ = keras.datasets.mnist.load_data()
try:
    keras.datasets.cifar100.load_data(label_mode="all")
except ValueError as error:
    refused = str(error)

from tensorflow.examples.tutorials.mnist import input_data
tutorial = input_data.read_data_sets("MNIST_data/", one_hot=True)
batch = tutorial.train.next_batch(50)

import tensorflow_datasets as tfds
(first, rest), info = tfds.load("mnist", split=["train[:80%]", "train[80%:]"], as_supervised=True, with_info=True)
parts = tfds.load("mnist")
try:
    tfds.load("coco")
except ValueError as error:
    unknown = str(error)

import numpy as np
with np.load("/content/drive/mnist.npz") as archive:
    fetched = shape([archive["x_train"]])
os.mkdir("own")
np.save("own/mnist_x_train.npy", np.arange(3))
own = np.load("/content/drive/mnist_x_train.npy").tolist()

print(json.dumps({
    "shapes": shapes,
    "largest word": max(max(text) for text in words), "longest": max(map(len, words)),
    "coarse": int(coarse.max()), "again": int(again.max()), "refused": refused,
    "tutorial": shape([*batch, tutorial.validation.images, tutorial.test.labels]),
    "tfds": [int(first.cardinality()), int(rest.cardinality()), info.features["label"].num_classes, sorted(parts)],
    "unknown": unknown, "fetched": fetched, "own": own, "missing": missing, "stand-ins": stand_ins, "used": used,
}))
"""

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a program of its own found: the libraries are replaced for good where they are served."""
    folder = tmp_path_factory.mktemp("served")
    ended = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{PROGRAM}"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("package", ["keras.datasets", "tensorflow.keras.datasets"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mnist", [[60_000, 28, 28], [60_000], [10_000, 28, 28], [10_000]]),
        ("fashion_mnist", [[60_000, 28, 28], [60_000], [10_000, 28, 28], [10_000]]),
        ("cifar10", [[50_000, 32, 32, 3], [50_000, 1], [10_000, 32, 32, 3], [10_000, 1]]),
        ("cifar100", [[50_000, 32, 32, 3], [50_000, 1], [10_000, 32, 32, 3], [10_000, 1]]),
        ("imdb", [[25_000], [25_000], [25_000], [25_000]]),
        ("reuters", [[8_982], [8_982], [2_246], [2_246]]),
        ("boston_housing", [[404, 13], [404], [102, 13], [102]]),
        ("california_housing", [[16_512, 8], [16_512], [4_128, 8], [4_128]]),
    ],
)
def test_every_loader_of_keras_gives_its_shapes(
    package: str, name: str, expected: list[list[int]], facts: dict[str, Any]
) -> None:
    """Whichever package the loader is imported from."""
    assert facts["shapes"][f"{package}.{name}"] == expected


def test_arguments_of_loaders_are_heeded(facts: dict[str, Any]) -> None:
    """Few words, short texts, coarse labels; what Keras refuses is refused."""
    assert facts["largest word"] < 500
    assert facts["longest"] < 100
    assert facts["coarse"] == 19
    assert "`label_mode` must be one of" in facts["refused"]


def test_images_that_were_changed_are_loaded_anew(facts: dict[str, Any]) -> None:
    """Two calls give independent arrays."""
    assert facts["again"] == 255


def test_modules_that_are_no_more_give_digits(facts: dict[str, Any]) -> None:
    """The tutorials of TensorFlow 1, and TensorFlow Datasets where it is not installed."""
    assert facts["tutorial"] == [[50, 784], [50, 10], [5_000, 784], [10_000, 10]]
    assert facts["tfds"] == [48_000, 12_000, 10, ["test", "train"]]
    assert "cannot be downloaded" in facts["unknown"]


def test_files_that_are_served_are_not_missing(facts: dict[str, Any]) -> None:
    """What looks for files by their names comes after the datasets, and has what was handed in."""
    assert facts["fetched"] == [[60_000, 28, 28]]
    assert facts["own"] == [0, 1, 2]
    assert facts["missing"] == []


def test_what_is_made_up_is_told_once(facts: dict[str, Any]) -> None:
    """Everything but the digits, which were at hand."""
    assert len(facts["stand-ins"]) == len(set(facts["stand-ins"]))
    assert {"fashion-mnist", "imdb", "cifar100 coarse labels"} <= set(facts["stand-ins"])
    assert "mnist" not in facts["stand-ins"]
    assert facts["used"] == [
        *("tensorflow.examples", "tensorflow_datasets", "tensorflow_datasets"),
        *("mnist files", "open path"),
    ]
