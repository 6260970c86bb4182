"""Code that is commented out."""

from __future__ import annotations

import pytest

from grader.evidence.code.probe.reading.read import read_code
from tests.unit.evidence.code.reading.programs import notebook, read


@pytest.mark.parametrize(
    "text",
    [
        "# model.fit(x, y, epochs=5)",
        "#model = Sequential()\n#model.add(Dense(10))",
        "    # history = model.fit(x, y,\n    #                     epochs=5)",
        "# for rate in rates:\n#     model.compile('sgd', 'mse')",
        "'''\nmodel.fit(x, y)\n'''",
        '"""\nmodel = Sequential([Dense(3)])\n"""',
        "# The second network, with more units:\n# model.fit(x, y)",
    ],
)
def test_code_that_builds_or_trains(text: str) -> None:
    """Comments and texts that are Python are kept as they are written."""
    (found,) = read(f"x = 1\n{text}\ny = 2").commented_out

    assert "model" in found.text
    assert found.where.startswith("lab.py:")


@pytest.mark.parametrize(
    "text",
    ["    # layers.Dense(128, activation='relu'),", "    # Dense(128),\n    # Dropout(0.2),"],
)
def test_layers_in_a_list(text: str) -> None:
    """A layer that is commented out where the others stand."""
    (found,) = read(
        f"model = Sequential([\n    Flatten(),\n{text}\n    Dense(10)\n])"
    ).commented_out

    assert "Dense(128" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "# We fit the model for five epochs.",
        "# x = 1",
        "# print(model.summary())",
        "x = 1  # model.fit(x)",
        "# the best fit (so far)",
        "text = '''model.fit(x)'''",
        "# Dense(10)",
        "# (x_train, y_train),",
        "#",
        '"""Train a model."""',
    ],
)
def test_comments_that_are_none(text: str) -> None:
    """Explanations are no code, and other code trains nothing."""
    assert read(f"a = 1\n{text}\n").commented_out == ()


def test_each_block_is_kept_with_its_place() -> None:
    """Blocks that code stands between are two; a cell says its own lines."""
    cell = "a = 1\n# m.fit(x)\n# m.fit(y)\nb = 2\n# m.fit(z)"
    found = read_code({"lab.ipynb": notebook("x = 1", cell)}).commented_out

    assert [item.where for item in found] == [
        "lab.ipynb, cell 2, line 2",
        "lab.ipynb, cell 2, line 5",
    ]
    assert found[0].text.split() == ["m.fit(x)", "m.fit(y)"]


def test_a_call_of_an_own_function_that_trains() -> None:
    """The function says it; its name does not."""
    (found,) = read("def run(units):\n    build(units).fit(x, y)\n# run(64)\nrun(32)").commented_out

    assert "run(64)" in found.text


def test_comments_that_are_no_code_are_kept_with_their_place() -> None:
    """What students write for readers; lines that follow each other are one, and commented-out code is none."""
    text = "# The best network has\n# two hidden layers.\nx = 1\n# model.add(Dense(5))\n"

    (comment,) = read(text).comments

    assert comment.where == "lab.py:1"
    assert comment.text == "The best network has\ntwo hidden layers."


def test_long_comments_are_cut() -> None:
    """Evidence stays small whatever a file holds."""
    found = read("".join(f"# word {'x' * 500}\ny = {n}\n" for n in range(300))).comments

    assert len(found) == 200
    assert max(len(comment.text) for comment in found) == 400


def test_models_that_are_compiled_and_never_trained_are_kept_apart() -> None:
    """Part 1 of a lab stands in a function that the program no longer calls; it is no training."""
    code = """
from keras.models import Sequential
from keras.layers import Dense

def one_neuron():
    model = Sequential()
    model.add(Dense(1, input_dim=784, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="adam")
    return model

def several():
    model = Sequential()
    model.add(Dense(16, input_dim=784, activation="relu"))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="adam")
    return model

several().fit(x, y, epochs=100)
"""
    reading = read(code)
    (untrained,) = reading.untrained

    assert [len(row.layers) for row in reading.trainings] == [2]
    assert (untrained.where, untrained.parameters, untrained.loss) == (
        "lab.py:8",
        785,
        "binary_crossentropy",
    )
    assert (untrained.executed, untrained.epochs, untrained.runs) == (False, 0, 0)


def test_a_function_that_is_called_for_one_training_leaves_no_untrained_model() -> None:
    """Somebody who builds a model twice, and trains it once, has trained it."""
    code = """
import keras

def build():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model

build().summary()
build().fit(x, y)
"""

    assert read(code).untrained == ()
