"""Scripts and notebooks as students hand them in: with magics, cells that are broken, Python 2, other encodings."""

from __future__ import annotations

import json

import pytest

from grader.evidence.code.probe.reading.read import read_code
from tests.unit.evidence.code.reading.programs import notebook, read

FIT = "from keras.models import Sequential\nSequential().fit(x, epochs=3)\n"


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "!pip install keras",
        "pip install keras",
        "files = !ls",
        "a, b = %system ls",
        "keras.Sequential?",
        "?keras",
        "if True:\n    %cd data",
    ],
)
def test_magics_are_left_out(line: str) -> None:
    """Lines of IPython are no mistakes, and what follows keeps its line."""
    reading = read_code({"a.ipynb": notebook(f"{line}\n{FIT}")})
    (training,) = reading.trainings

    assert reading.problems == ()
    assert training.where == f"a.ipynb, cell 1, line {line.count(chr(10)) + 3}"


@pytest.mark.parametrize(
    "cell",
    [
        "%%time\n{}",
        "%time {}",
        "%timeit -n 1 -r 1 {}",
        "%%capture out\n{}",
        "    {}",
        "\t{}\n\tx = 1",
    ],
)
def test_a_cell_that_is_timed_or_indented_is_read(cell: str) -> None:
    """What IPython runs is followed."""
    fit = "history = model.fit(x, epochs=3)"
    made = "from keras.models import Sequential\nmodel = Sequential()"
    (training,) = read_code({"a.ipynb": notebook(made, cell.format(fit))}).trainings

    assert training.epochs == 3


def test_a_cell_of_another_language_is_no_mistake() -> None:
    """Neither is a cell of text, whatever stands in it."""
    cells = [{"cell_type": "markdown", "source": "x = ("}, {"cell_type": "raw", "source": "("}]
    document = {"cells": [*cells, {"cell_type": "code", "source": ["%%bash\n", "cat ("]}]}
    reading = read_code({"a.ipynb": json.dumps(document).encode()})

    assert (reading.problems, reading.trainings) == ((), ())


def test_what_stands_around_a_broken_statement_is_read() -> None:
    """The line is named; the rest of the cell, and the other cells, count."""
    reading = read_code(
        {"a.ipynb": notebook("from keras.models import Sequential\nx = = 1\nm = Sequential()", FIT)}
    )
    (problem,) = reading.problems

    assert (problem.where, problem.what) == ("a.ipynb, cell 1, line 2", "syntax")
    assert len(reading.trainings) == 1


def test_python_2_is_read() -> None:
    """A print statement is no mistake."""
    reading = read(f'print "loss", 3\nfor i in range(2):\n    print i\n{FIT}')

    assert reading.problems == ()
    assert len(reading.trainings) == 1


def test_another_encoding_is_named() -> None:
    """The file is read all the same."""
    reading = read_code({"a.py": f"# entraînement\n{FIT}".encode("latin-1")})

    assert [(item.where, item.what) for item in reading.problems] == [("a.py", "encoding")]
    assert len(reading.trainings) == 1


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\r\n", b"\n\n"])
def test_marks_and_line_ends_of_windows_are_no_mistakes(start: bytes) -> None:
    """Editors write them."""
    reading = read_code({"a.py": start + FIT.replace("\n", "\r\n").encode()})

    assert reading.problems == ()
    assert len(reading.trainings) == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"{}", b'{"cells": 3}', b"\xff\x00", b"[" * 100_000, b'{"worksheets": [3]}'],
)
def test_a_file_that_is_no_notebook_is_named(data: bytes) -> None:
    """It says so in a problem of its own."""
    reading = read_code({"a.ipynb": data})

    assert "no-notebook" in {item.what for item in reading.problems}


def test_notebooks_of_version_3_are_read() -> None:
    """Their cells lie in a worksheet, their source is called input."""
    cell = {"cell_type": "code", "input": FIT.splitlines(keepends=True)}
    document = {"worksheets": [{"cells": [cell]}]}

    assert len(read_code({"a.ipynb": json.dumps(document).encode()}).trainings) == 1


def test_cells_share_their_names() -> None:
    """A model of one cell is trained in another; the place counts cells of text, too."""
    document = json.loads(notebook(*FIT.split("\n", 1)))
    document["cells"].insert(1, {"cell_type": "markdown", "source": "Question 2"})
    (training,) = read_code({"a.ipynb": json.dumps(document).encode()}).trainings

    assert training.where == "a.ipynb, cell 3, line 1"


def test_text_that_is_no_python_names_some_lines_only() -> None:
    """A report with the name of a script is not a thousand mistakes."""
    reading = read("It is said that\n" * 1_000)

    assert 0 < len(reading.problems) <= 50


def test_names_without_an_import_are_said() -> None:
    """A script that uses `np` without importing it does not run; a notebook may have lost its cell."""
    (problem,) = read("x = 1\nx = np.zeros(3)").problems

    assert (problem.where, problem.what, problem.detail) == ("lab.py:2", "not-imported", "np")
    assert read_code({"a.ipynb": notebook("x = np.zeros(3)")}).problems == ()


@pytest.mark.parametrize(
    ("line", "framework"),
    [
        ("import torch.nn as nn", "PyTorch"),
        ("import keras", "Keras"),
        ("from keras.layers import Dense", "Keras"),
        ("import tensorflow.keras as keras", "tf.keras"),
        ("from tensorflow import keras", "tf.keras"),
        ("import tensorflow as tf", "TensorFlow"),
        ("import numpy as np", "NumPy"),
        ("def f():\n    import sklearn.svm", "scikit-learn"),
        ("x = 1", ""),
    ],
)
def test_the_framework_by_what_is_imported(line: str, framework: str) -> None:
    """Imports say what code is written for, wherever they stand."""
    assert read(line).framework == framework
