"""Weights without a model are loaded into the model that the code beside them builds."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import keras
import pytest

from grader import datasets
from grader.datasets.pool import DatasetPool
from grader.evidence.base import CollectContext, CollectTask
from grader.evidence.models.collect import collect_models
from grader.evidence.models.companions import model_companions
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.record import ModelNeed, ModelSummary
from grader.grading.grade import GradeOptions, grade_class
from grader.intake import find_submission
from grader.messages import catalogue, failure_text
from grader.records.evidence import ArtefactFile, Failure
from grader.records.lab import Artefact
from grader.records.submission import SubmittedFile
from grader.sandbox import Sandboxes
from tests.model.evidence.models.test_forms import save_weights_as_keras_2
from tests.model.models import nearest_mean
from tests.program import DIGITS_COURSE

pytestmark = pytest.mark.slow

NEED = ModelNeed(artefact="mnist")
MNIST = Artefact(id="mnist", title="MNIST", patterns=("*mnist*",), formats=("hdf5", "keras-zip"))

#: Twelve units; what the weights are of.
BUILD = """
import keras
from keras import layers

def build(units=12):
    return keras.Sequential([
        keras.Input((28, 28)),
        layers.Flatten(),
        layers.Dense(units, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])
"""

#: Old Keras, dead once its function has ended, several of which the second fits; the data are served.
OLD = """
from keras.datasets import mnist
from keras.models import Sequential
from keras.layers import Dense, Flatten
from keras.optimizers import SGD

def run():
    (x, y), _ = mnist.load_data()
    for units in (8, 12, 16):
        model = Sequential()
        model.add(Flatten(input_shape=(28, 28)))
        model.add(Dense(units, activation='relu'))
        model.add(Dense(10, activation='softmax'))
        model.compile(SGD(lr=0.1), 'sparse_categorical_crossentropy')
        model.fit(x / 255., y, nb_epoch=20)

run()
"""

CODE = {
    "a function that is called": BUILD + "model = build()\nmodel.summary()\n",
    "a function that is never called": BUILD,
    "in a main": BUILD
    + "if __name__ == '__main__':\n    build().load_weights('mnist.weights.h5')\n",
    "several models of which one fits": OLD,
    "errors before it": "import pandas as pd\ndf = pd.read_csv('not there.csv')\nx = df.values\n"
    + BUILD
    + "y = undefined\nmodel = build()\nmodel.fit(x, y)\n",
    "it ends itself": BUILD + "model = build()\nimport sys\nsys.exit(3)\n",
}


def trained() -> keras.Model:
    """What `BUILD` builds, with weights that nothing else has."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(12, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    for layer in model.layers:
        layer.set_weights([array + 0.1 for array in layer.get_weights()])
    return model


def save_keras_3(model: keras.Model, folder: Path) -> None:
    model.save_weights(folder / "mnist.weights.h5")


def save_keras_2(model: keras.Model, folder: Path) -> None:
    save_weights_as_keras_2(model, folder / "mnist_weights.h5")


def notebook(*cells: str) -> str:
    """A notebook with these cells of code."""
    listed = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": dedent(cell)}
        for cell in cells
    ]  # fmt: skip
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def collect(sandboxes: Sandboxes, folder: Path) -> ModelSummary | Failure:
    """What is known of the one file of weights in a folder."""

    def located(files: tuple[SubmittedFile, ...]) -> tuple[tuple[ArtefactFile, Path], ...]:
        return tuple(
            (ArtefactFile(path=file.path, sha256=file.sha256, kind=file.kind), folder / file.path)
            for file in files
        )

    files = find_submission(folder).submission.files
    weights = next(file for file in files if file.kind == "hdf5")
    belonging = model_companions(weights, files)
    task = CollectTask(
        artefact=MNIST,
        files=located((weights,)),
        companions=located(belonging.files),
        sources=located(belonging.sources),
        needs=(NEED,),
        declared=None,
        keys={NEED: "key"},
    )
    context = CollectContext(
        open_box=lambda: sandboxes.open(PROFILE),
        open_with=sandboxes.open,
        limits=PROFILE.limits(sandboxes.limits),
        datasets=DatasetPool(open=datasets.get, records={}, unavailable={}),
    )
    found = collect_models(task, context).records[NEED]
    assert isinstance(found, ModelSummary | Failure)
    return found


@pytest.mark.parametrize("save", [save_keras_3, save_keras_2], ids=["Keras 3", "Keras 2"])
@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
def test_weights_are_loaded_into_the_model_that_a_script_builds(
    sandboxes: Sandboxes,
    tmp_path: Path,
    code: str,
    save: Callable[[keras.Model, Path], None],
) -> None:
    """However the script builds it, and whatever else it does or fails to do."""
    model = trained()
    save(model, tmp_path)
    (tmp_path / "lab3.py").write_text(code)
    found = collect(sandboxes, tmp_path)

    assert isinstance(found, ModelSummary), found
    assert found.built_by == "lab3.py"
    assert found.parameters == model.count_params()
    assert [layer.settings.get("activation") for layer in found.layers][-1] == "softmax"


def test_weights_are_loaded_into_the_model_that_a_notebook_builds(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """A notebook in another folder will do, with a module that it imports."""
    save_keras_3(trained(), tmp_path)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "nets.py").write_text(BUILD)
    (tmp_path / "code" / "lab.ipynb").write_text(
        notebook("%matplotlib inline\n1 / 0", "import nets", "net = nets.build()\nnet.summary()")
    )
    found = collect(sandboxes, tmp_path)

    assert isinstance(found, ModelSummary), found
    assert "lab.ipynb" in found.built_by


def test_of_models_of_the_same_shapes_the_one_saved_under_the_name_counts(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """Shapes cannot tell which activation the weights were trained with; the call of `save_weights` can."""
    save_keras_3(trained(), tmp_path)
    (tmp_path / "lab.py").write_text(
        BUILD.replace('"relu"', "activation").replace("units=12", "activation, units=12")
        + "first, second, third = build('tanh'), build('relu'), build('elu')\n"
        "third.save_weights('cifar.weights.h5')\nsecond.save_weights('mnist.weights.h5')\n"
    )
    found = collect(sandboxes, tmp_path)

    assert isinstance(found, ModelSummary), found
    assert [layer.settings.get("activation") for layer in found.layers] == [None, "relu", "softmax"]


def test_a_description_of_another_model_is_passed_over_for_code(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """Two models were described in one file, or the wrong one was handed in."""
    save_keras_3(trained(), tmp_path)
    other = keras.Sequential([keras.Input((7,)), keras.layers.Dense(3)])
    (tmp_path / "model.json").write_text(other.to_json())
    without = collect(sandboxes, tmp_path)
    (tmp_path / "lab.py").write_text(BUILD)
    found = collect(sandboxes, tmp_path)

    assert isinstance(without, Failure)
    assert without.reason == "wrong-weights"
    assert isinstance(found, ModelSummary), found
    assert found.built_by == "lab.py"


def test_a_whole_model_runs_no_code(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """Code beside a model that is whole is not looked at."""
    trained().save(tmp_path / "mnist.h5")
    (tmp_path / "lab.py").write_text(BUILD.replace("units=12", "units=7"))
    found = collect(sandboxes, tmp_path)

    assert isinstance(found, ModelSummary)
    assert (found.built_by, found.parameters) == ("", trained().count_params())


@pytest.mark.parametrize(
    ("code", "why", "said"),
    [
        (OLD.replace("(8, 12, 16)", "(8, 16)"), "none-fits", "784 x 8, 8, those saved have 784 x 12"),
        ("raise ValueError('no data')\n", "code-stops", "ValueError: no data (lab.py:1)"),
        ("x = 1\n", "no-model-built", "lab.py builds no model"),
        (
            BUILD.replace("layers.Flatten()", "layers.Lambda(lambda x: x), layers.Flatten()") + "m = build()\n",
            "none-fits", "Lambda",
        ),
    ],
    ids=["other shapes", "an error", "nothing", "a Lambda"],
)  # fmt: skip
def test_code_that_builds_no_such_model_is_told_why(
    sandboxes: Sandboxes, tmp_path: Path, code: str, why: str, said: str
) -> None:
    """Which models it builds and what does not fit, or the first error it stops with."""
    save_keras_3(trained(), tmp_path)
    (tmp_path / "lab.py").write_text(code)
    found = collect(sandboxes, tmp_path)

    assert isinstance(found, Failure)
    assert (found.reason, found.why, found.fault) == ("weights-only", (why,), "submission")
    assert said in failure_text(found, catalogue("en")).message


def test_what_the_run_says_is_opened_like_what_was_handed_in(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """Code that forges the description of its model gains nothing: a Lambda in it is refused, and never called."""
    save_keras_3(trained(), tmp_path)
    (tmp_path / "lab.py").write_text(
        BUILD
        + "import json\nmodel = build()\nconfig = json.loads(model.to_json())\n"
        + "config['config']['layers'].insert(1, {'module': 'keras.layers', 'class_name': 'Lambda',"
        + " 'config': {'name': 'own', 'function': 'x'}})\n"
        + "keras.Model.to_json = lambda *_, **__: json.dumps(config)\nmodel.save_weights('a.weights.h5')\n"
    )
    found = collect(sandboxes, tmp_path)

    assert isinstance(found, Failure)
    assert found.why == ("none-fits",)
    assert "is a Lambda" in failure_text(found, catalogue("en")).message


def test_weights_with_their_script_earn_what_the_model_earns(tmp_path: Path) -> None:
    """From the folder to the page: nothing is lost by having saved weights, and the page says where they went."""
    digits = datasets.get("digits").calibration()
    assert digits is not None
    model = nearest_mean(digits.split.images, digits.split.labels, divisor=255)
    shape = digits.split.images.shape[1:]
    whole, parts = tmp_path / "class" / "whole", tmp_path / "class" / "parts"
    whole.mkdir(parents=True)
    parts.mkdir()
    model.save(whole / "digits.keras")
    model.save_weights(parts / "digits.weights.h5")
    (parts / "lab.py").write_text(
        "import keras\nfrom keras import layers\n"
        f"model = keras.Sequential([keras.Input({shape}), layers.Flatten(), layers.Dense(10)])\n"
        "model.compile('adam', 'mse')\nmodel.load_weights('digits.weights.h5')\n"
    )
    with zipfile.ZipFile(tmp_path / "class" / "packed.zip", "w") as archive:
        for name in ("digits.weights.h5", "lab.py"):
            archive.write(parts / name, f"lab/{name}")
    options = GradeOptions(isolation="auto")
    graded = grade_class(
        "ml-assignment2",
        tmp_path / "class",
        out=tmp_path / "run",
        options=options,
        course=DIGITS_COURSE,
    )
    points = {report.student.id: report.points for report in graded.reports}
    page = (graded.folder / "reports" / "parts" / "index.html").read_text(encoding="utf-8")

    assert points == {"whole": 40, "parts": 40, "packed": 40}
    assert "they were loaded into the model that lab.py builds" in page
