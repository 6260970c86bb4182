"""``grader inspect`` of scripts, notebooks and folders of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]

SCRIPT = """
from keras.datasets import mnist
from keras.layers import Dense, Flatten
from keras.models import Sequential
from keras.optimizers import SGD
from keras.regularizers import l2

(x_train, y_train), (x_test, y_test) = mnist.load_data()
for factor in (0.1, 0.01):
    model = Sequential([Flatten(), Dense(50, activation="relu", kernel_regularizer=l2(factor)), Dense(10)])
    model.compile(loss="mse", optimizer=SGD(lr=0.5))
    model.fit(x_train, y_train, epochs=7, batch_size=64, validation_data=(x_test, y_test))
# model.fit(x_train, y_train, epochs=500)
"""
ISOLATION = ("--isolation", "none", "--run", "no")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A script, a notebook that uses it, and what editors leave."""
    hand_in = tmp_path / "hand-in"
    (hand_in / ".ipynb_checkpoints").mkdir(parents=True)
    (hand_in / "lab.py").write_text(SCRIPT)
    cells = [
        {"cell_type": "code", "source": ["import lab\n", "lab.model.fit(lab.x_train, lab.y_train)"]}
    ]
    for name in ("report.ipynb", ".ipynb_checkpoints/report-checkpoint.ipynb"):
        (hand_in / name).write_text(json.dumps({"cells": cells, "nbformat": 4}))
    return hand_in


def test_a_script_is_shown_with_its_trainings(call: Call, folder: Path) -> None:
    """Each with its model, settings and validation, and the lines that are commented out."""
    shown = call("inspect", folder / "lab.py", *ISOLATION)
    text = " ".join(shown.out.split())

    assert shown.code == 0
    assert "lab.py, written for Keras: 1 training. Nothing was run." in text
    assert "lab.py:12, 39,760 parameters, 2 runs layers: Flatten, Dense 50 relu, Dense 10" in text
    assert "loss: mean_squared_error; optimizer: SGD 0.5" in text
    assert "epochs: 7; batch size: 64; validation: test, 10,000" in text
    assert "regularizers: kernel l2 0.1, 0.01" in text
    assert "Commented out: lab.py:13: model.fit(x_train, y_train, epochs=500)" in text
    assert all(len(line) <= 80 for line in shown.out.split("\n"))


def test_what_scikit_learn_fits_is_listed(call: Call, tmp_path: Path) -> None:
    """Estimators are shown with their places, beside trainings of layers."""
    (tmp_path / "bow.py").write_text(
        "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit(x, y)\n"
        "def unused():\n    LogisticRegression(C=2).fit(x, y)\n"
    )
    text = " ".join(call("inspect", tmp_path / "bow.py", *ISOLATION).out.split())

    assert "Fitted besides: bow.py:2: LogisticRegression (sklearn)" in text
    assert "bow.py:4: LogisticRegression (sklearn), which the program does not reach" in text


def test_a_folder_is_read_as_one_program(call: Call, folder: Path) -> None:
    """Files import one another; what editors keep is left out."""
    shown = call("inspect", folder, "--json", *ISOLATION)
    reading = json.loads(shown.out)["code"]

    assert reading["files"] == ["lab.py", "report.ipynb"]
    assert [row["where"] for row in reading["trainings"]] == [
        "lab.py:12",
        "report.ipynb, cell 1, line 2",
    ]
    first = reading["trainings"][0]
    assert [layer["class"] for layer in first["layers"]] == ["Flatten", "Dense", "Dense"]
    assert (first["learning_rate"], first["epochs"], first["runs"]) == (0.5, 7, 2)


def test_a_folder_of_too_many_files_names_those_that_were_not_read(
    call: Call, tmp_path: Path
) -> None:
    """A hundred are read; of more than are read together the rest is named."""
    for number in range(100):
        (tmp_path / f"part{number:03}.py").write_text("x = 1")
    reading = json.loads(call("inspect", tmp_path, "--json", *ISOLATION).out)["code"]
    assert len(reading["files"]) == 100

    for number in range(100, 203):
        (tmp_path / f"part{number:03}.py").write_text("x = 1")
    shown = " ".join(call("inspect", tmp_path, *ISOLATION).out.split())

    left_out = "part200.py, part201.py, part202.py"
    assert f"Not read: {left_out}: more files than are read together; left out: 3" in shown


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("broken.ipynb", b"{", "holds no Python that can be read"),
        ("binary.py", b"\x00\xff" * 50, "holds no Python that can be read"),
    ],
)
def test_what_is_no_code_is_named(
    call: Call, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    """With a hint, and without a traceback."""
    path = tmp_path / name
    path.write_bytes(content)
    shown = call("inspect", path, *ISOLATION)

    assert shown.code == 3
    assert message in " ".join(shown.err.split())
    assert "Hint:" in shown.err


def test_a_page_shows_trainings_beside_the_code(call: Call, folder: Path, tmp_path: Path) -> None:
    """Of scripts and notebooks alike; the terminal shows what it always shows."""
    page = tmp_path / "pages" / "code.html"
    shown = call("inspect", folder, "--html", page, *ISOLATION)
    text = page.read_text(encoding="utf-8")

    assert shown.code == 0
    assert shown.out == call("inspect", folder, *ISOLATION).out
    assert '<a href="#file-1-12">lab.py:12</a>' in text
    assert '<a href="#file-2-1-2">report.ipynb, cell 1, line 2</a>' in text
    assert "model.compile(loss=&#34;mse&#34;, optimizer=SGD(lr=0.5))" in text


def test_a_page_is_refused_for_what_is_no_code(call: Call, tmp_path: Path) -> None:
    """Nothing is written."""
    (tmp_path / "report.txt").write_text("A report.")
    shown = call("inspect", tmp_path / "report.txt", "--html", tmp_path / "page.html", *ISOLATION)

    assert shown.code == 2
    assert "--html is for scripts, notebooks, and folders" in shown.err
    assert not (tmp_path / "page.html").exists()
