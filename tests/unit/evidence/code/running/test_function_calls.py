"""Functions of student code are called at points."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from textwrap import dedent

import pytest

from grader.evidence.code.probe.running.function_calls import FunctionCaller
from grader.evidence.code.probe.running.programs import modules, units_by_file
from grader.evidence.code.run_protocol import CallFunction, FunctionCalled
from tests.unit.evidence.code.running.code import Code, no_patience

__all__ = ["no_patience"]

POINTS = (-1.5, 0.0, 2.0)


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Programs become the main module; the tests' own is put back."""
    main, argv = sys.modules["__main__"], sys.argv
    yield
    sys.modules["__main__"], sys.argv = main, argv


def called(
    program: str, name: str = "f", points: tuple[float, ...] = POINTS, seconds: float = 5.0
) -> FunctionCalled:
    """What a function of a program gives once it was run."""
    files = {"lab.py": dedent(program).strip("\n")}
    code = Code(files)
    imported = modules({name: text.encode() for name, text in files.items()})
    caller = FunctionCaller(units_by_file(code.programs, imported), code.guard, code.stream)
    code.run()
    number = [item.name for item in caller.found].index(name)
    request = CallFunction(number=number, points=points, seconds=seconds)
    return caller.call(request, {"lab.py": code.executors[0].module})


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("import numpy as np\ndef f(x): return np.maximum(x, 0) + 1", (1.0, 1.0, 3.0)),
        ("f = lambda x: x > 0", (0.0, 0.0, 1.0)),
        ("def f(x):\n    if x > 0: return x\n    return 0", (0.0, 0.0, 2.0)),
        ("def f(x): return 3", (3.0, 3.0, 3.0)),
        ("def f(x): return [2 * v for v in x]", (-3.0, 0.0, 4.0)),
        ("def f(x): return [x]", POINTS),
        ("def f(x):\n    x += 1\n    return x", (-0.5, 1.0, 3.0)),
        ("import numpy as np\ndef f(x): return np.log(x) / 0", (None, None, None)),
        ("import math\ndef f(x): return 1 / x + math.sqrt(x) - math.sqrt(x)", (None, None, 0.5)),
        ("def f(x): return 1\ndef f(x, k=2): return k * x", (-3.0, 0.0, 4.0)),
        ("def f(x): return x\n1 / 0", POINTS),
    ],
)
def test_values_are_given_for_each_point(program: str, values: tuple[float | None, ...]) -> None:
    """From arrays or from one number at a time; None for what is no finite number."""
    assert called(program) == FunctionCalled(values=values)


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("1 / 0\nif False:\n    def f(x): return x", "not defined"),
        ("def f(x): return x\nf = 5", "not defined"),
        ("def f(x): return x\nif 0:\n    def f(x): return -x", "not defined"),
        ("def f(x): return None", "TypeError: the function gives no number for each number (lab.py:1)"),
        ("def f(x): return '1'", "TypeError: the function gives no number for each number (lab.py:1)"),
        ("def f(x):\n    return x + missing\nif 0: missing = 1",
         "NameError: name 'missing' is not defined (lab.py:2)"),
        ("def f(x): raise ValueError('no')", "ValueError: no (lab.py:1)"),
        ("def f(x): return f(x)", "RecursionError: maximum recursion depth exceeded (lab.py:1)"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_an_error(program: str, error: str) -> None:
    """With the line where it happens."""
    assert called(program) == FunctionCalled(error=error)


@pytest.mark.parametrize("body", ["while True: pass", "sum(1 for _ in iter(int, 1))"])
def test_a_function_that_spins_is_ended(body: str) -> None:
    """Also where no loop can be left, and where it catches what ends it."""
    program = (
        f"def f(x):\n    try:\n        {body}\n    except Exception:\n        pass\n    return x"
    )

    assert called(program.replace("iter(int, 1)", "forever(x)") + FOREVER, seconds=0.2) == (
        FunctionCalled(error="timed out")
    )


FOREVER = """
def forever(x):
    return [0 for a in range(10 ** 5) for b in range(10 ** 5)]
"""


@pytest.mark.usefixtures("no_patience")
def test_a_loop_that_was_left_gives_no_values() -> None:
    """They would not be those of the function."""
    program = "def f(x):\n    n = 0\n    while n < 10 ** 9: n += 1\n    return x + n"

    assert called(program) == FunctionCalled(error="timed out")
