"""Functions of a submission are called at points once its code has run."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from grader.evidence.code.function_record import EvaluatedFunctions, FunctionValues
from grader.evidence.code.run import FinishedRun
from tests.model.evidence.code.traced import RunFinished, as_notebook

pytestmark = pytest.mark.slow

POINTS = (-2.5, -0.4, 0.0, 0.31, 1.0, 3.7)

#: Values of Keras are float32.
TOLERANCE = 1e-5

CELLS = {
    "functions": """
        import numpy as np
        import tensorflow as tf
        from keras import backend as K
        from math import exp
        from own.maths import imported
        def LeCun(x):
            return 1.7159 * np.tanh(2 / 3 * x) + 0.01 * x
        def with_backend(x):
            return (K.tanh((2 / 3) * x) * 1.7159) + 0.01 * x
        bound = lambda x, a=1.7159: a * np.tanh(2 * x / 3) + 0.01 * x
        def tanh(x):
            return (exp(x) - exp(-x)) / (exp(x) + exp(-x))
        def of_numbers(x):
            return 1.7159 * tanh(2 / 3 * x) + 0.01 * x
        def derivative(x):
            return 1.7159 * 2 / 3 * (1 - np.tanh(2 / 3 * x) ** 2) + 0.01
        def by_tape(x):
            x = tf.convert_to_tensor(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = with_backend(x)
            return tape.gradient(y, x)
        def by_difference(x, h=1e-5):
            return (LeCun(x + h) - LeCun(x - h)) / (2 * h)
        def as_variable(x):
            x = tf.Variable(x, dtype=tf.float32)
            with tf.GradientTape() as tape:
                y = 1.7159 * tf.math.tanh(2 / 3 * x) + 0.01 * x
            return tape.gradient(y, [x])
    """,
    "others": """
        def of_two(x, y):
            return x + y
        def loud(x):
            print('called')
            return x
        def reading(x):
            return len(open('points.txt', 'w').write(str(x)))
        def failing(x):
            return np.tanh(x) + missing
        if False: missing = 1
    """,
    "failed": "1 / 0\nraise SystemExit",
    "after": "def later(x): return np.tanh(x)",
}

MATHS = """
import keras
def imported(x):
    return 1.7159 * keras.ops.tanh(2 / 3 * x) + 0.01 * x
"""


def lecun(x: float) -> float:
    return 1.7159 * math.tanh(2 / 3 * x) + 0.01 * x


def slope(x: float) -> float:
    return 1.7159 * 2 / 3 * (1 - math.tanh(2 / 3 * x) ** 2) + 0.01


@pytest.fixture(scope="module")
def evaluated(run_finished: RunFinished) -> EvaluatedFunctions:
    """Of a notebook whose third cell fails, with a script that it imports."""
    files = {"lab.ipynb": as_notebook(CELLS), "own/maths.py": MATHS}
    finished = run_finished(files, points=(POINTS,))
    assert [step.status for step in finished.run.steps] == ["ok", "ok", "failed", "ok"]
    return values_of(finished)


def values_of(finished: FinishedRun) -> EvaluatedFunctions:
    (found,) = finished.functions
    assert isinstance(found, EvaluatedFunctions)
    return found


def function(evaluated: EvaluatedFunctions, name: str) -> FunctionValues:
    (found,) = [item for item in evaluated.functions if item.name == name]
    return found


@pytest.mark.parametrize(
    ("name", "true"),
    [
        *((name, lecun) for name in ("LeCun", "with_backend", "bound", "of_numbers", "imported")),
        *((name, slope) for name in ("derivative", "by_tape", "by_difference", "as_variable")),
        ("later", math.tanh),
    ],
)
def test_values_are_those_of_the_function(
    evaluated: EvaluatedFunctions, name: str, true: Callable[[float], float]
) -> None:
    """Of NumPy, of Keras, of plain numbers, and derivatives."""
    found = function(evaluated, name)

    assert found.error == ""
    assert found.calls_only_arithmetic
    assert found.values == pytest.approx([true(point) for point in POINTS], abs=TOLERANCE)


def test_functions_that_do_more_than_arithmetic_are_not_called(
    evaluated: EvaluatedFunctions,
) -> None:
    """What they do is named; functions of two arguments are not there."""
    assert function(evaluated, "loud").other_calls == ("print",)
    assert set(function(evaluated, "reading").other_calls) == {"open", "write", "str"}
    assert not function(evaluated, "loud").values
    assert "of_two" not in {item.name for item in evaluated.functions}


def test_a_function_that_fails_says_why(evaluated: EvaluatedFunctions) -> None:
    """With the line where it does."""
    assert function(evaluated, "failing").error == (
        "NameError: name 'missing' is not defined (lab.ipynb, cell 2, line 9)"
    )


def test_functions_that_never_come_back_are_ended(run_finished: RunFinished) -> None:
    """A loop costs its own values, what only ends with the process those after it; the run is kept, cut as it was."""
    program = """
while True: pass
def before(x): return x
def endless(x):
    while True:
        x = x + 1
def between(x): return 2 * x
def stuck(x): return max(range(10 ** 15))
def after(x): return x
print('ran')
"""
    finished = run_finished({"lab.py": program}, points=(POINTS,))

    assert finished.run.steps[0].after_cut
    assert finished.run.steps[-1].printed == "ran\n"
    assert [item.error for item in values_of(finished).functions] == [
        *("", "timed out", "", "timed out", "not reached")
    ]
    assert values_of(finished).functions[2].values == tuple(2 * point for point in POINTS)


def test_points_are_not_there_before_the_last_step_has_ended(run_finished: RunFinished) -> None:
    """A program that looks through all of its process finds none of them, and its functions get them afterwards."""
    program = """
import gc
def f(x): return x
wanted = float("0.31")
found = [item for item in gc.get_objects() if isinstance(item, (tuple, list)) and wanted in list(item)[:50]]
print(len(found))
"""
    finished = run_finished({"lab.py": program}, points=(POINTS,))

    assert finished.run.steps[-1].printed == "0\n"
    assert values_of(finished).functions[0].values == POINTS


def test_a_library_that_was_replaced_shows_in_the_values(run_finished: RunFinished) -> None:
    """The process may say what it likes; it is compared with what is true."""
    program = "import numpy as np\nnp.tanh = lambda x: x\ndef f(x): return np.tanh(x)"
    finished = run_finished({"lab.py": program}, points=(POINTS,))

    assert values_of(finished).functions[0].values == POINTS
