"""Looking at files in the sandbox."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from grader.errors import NotOpenedError
from grader.evidence.models.record import ModelSummary
from grader.upkeep.inspect import inspect_model
from grader.upkeep.inspect_code import RunCode
from grader.upkeep.inspect_submission import InspectedSubmission, inspect_submission
from tests.model.models import classifier, save


@pytest.mark.slow
def test_an_archive_without_a_model_is_told_what_is_expected(tmp_path: Path) -> None:
    """What only the sandbox can see of a file names the formats that would do, like everything else."""
    path = tmp_path / "mnist.h5"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mnist/readme.txt", "the model follows")

    with pytest.raises(NotOpenedError) as caught:
        inspect_model(path, isolation="none")

    assert "HDF5" in str(caught.value)
    assert "Expected: ." not in str(caught.value)


def test_models_in_an_archive_are_opened(tmp_path: Path) -> None:
    """Whole ones, weights with their description, and not what only has the name; code beside them is read."""
    model = classifier()
    save(model, tmp_path / "whole.keras")
    model.save_weights(tmp_path / "parts.weights.h5")
    (tmp_path / "parts.json").write_text(model.to_json())
    (tmp_path / "broken.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(3_000))
    (tmp_path / "lab.py").write_text("x = 1\n")
    path = tmp_path / "work.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("whole.keras", "parts.weights.h5", "parts.json", "broken.h5", "lab.py"):
            archive.write(tmp_path / name, f"lab/{name}")
    shown = inspect_submission(path, isolation="auto")

    assert isinstance(shown, InspectedSubmission)
    contents = shown.contents
    assert [(item.file, item.parameters) for item in contents.models] == [
        ("work.zip/lab/parts.weights.h5", model.count_params()),
        ("work.zip/lab/whole.keras", model.count_params()),
    ]
    assert contents.code is not None
    assert contents.code.files == ("work.zip/lab/lab.py",)
    assert [item.file for item in contents.not_opened] == ["work.zip/lab/broken.h5"]
    assert contents.others == ()


@pytest.mark.slow
def test_an_archive_that_is_a_model_is_shown_as_one(tmp_path: Path) -> None:
    """What a zip holds is only known once it is looked into."""
    saved = save(classifier(), tmp_path / "saved.keras")
    path = tmp_path / "model.zip"
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(path, "w") as archive:
        archive.writestr("assets/note.txt", "of the model")
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    shown = inspect_submission(path, isolation="auto")

    assert isinstance(shown, ModelSummary)
    assert shown.file == "model.zip"


def test_code_is_run_and_its_figures_kept(tmp_path: Path) -> None:
    """The run confirms what was read, and shows what depends on values."""
    lab = tmp_path / "lab.py"
    lab.write_text(
        "import json\n"
        "import matplotlib.pyplot as plt\n"
        "import numpy as np\n"
        "from keras import Sequential, layers\n"
        "units = json.load(open('units.json'))\n"
        "x, y = np.random.rand(50, 4), np.random.rand(50, 1)\n"
        "model = Sequential([layers.Dense(units, activation='relu'), layers.Dense(1)])\n"
        "model.compile(loss='mse', optimizer='adam')\n"
        "history = model.fit(x, y, epochs=12, batch_size=10)\n"
        "plt.plot(history.history['loss'])\n"
        "plt.title('Loss')\n"
        "plt.show()\n"
    )
    (tmp_path / "units.json").write_text("7")
    shown = inspect_submission(tmp_path, isolation="auto", run=RunCode())

    assert isinstance(shown, InspectedSubmission)
    (training,) = shown.contents.trainings
    assert (training.where, training.run, training.parameters) == ("lab.py:9", "agrees", 43)
    assert (training.epochs, training.batch_size, training.runs) == (12, 10, 1)
    code = shown.contents.code
    assert code is not None and code.run is not None
    (figure,) = code.run.figures
    (line,) = figure.axes[0].lines
    assert (figure.axes[0].title, line.series) == ("Loss", "training 1, loss")
    assert shown.code is not None
    assert shown.code.pictures[0].startswith(b"\x89PNG")


@pytest.mark.slow
def test_weights_and_the_code_beside_them_are_one_model(tmp_path: Path) -> None:
    """A folder is looked at as a whole, its code run once; of the file alone the hint says so."""
    model = classifier()
    model.save_weights(tmp_path / "mnist.weights.h5")
    (tmp_path / "lab.py").write_text(
        "import keras\nfrom keras import layers\n"
        "keep = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])\n"
    )
    shown = inspect_submission(tmp_path, isolation="auto", run=RunCode())
    read = inspect_submission(tmp_path, isolation="auto")
    with pytest.raises(NotOpenedError) as caught:
        inspect_model(tmp_path / "mnist.weights.h5", isolation="auto")

    assert isinstance(shown, InspectedSubmission)
    assert [(item.built_by, item.parameters) for item in shown.contents.models] == [
        ("lab.py", model.count_params())
    ]
    assert isinstance(read, InspectedSubmission)
    assert [item.file for item in read.contents.not_opened] == ["mnist.weights.h5"]
    assert "lab.py lies beside it" in caught.value.hint
    assert f"`grader inspect {tmp_path}`" in caught.value.hint
