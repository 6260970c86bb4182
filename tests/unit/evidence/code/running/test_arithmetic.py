"""Which functions of student code do nothing but arithmetic."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from grader.evidence.code.function_record import MOST_FUNCTIONS, FunctionFound
from grader.evidence.code.probe.running.function_calls import FunctionCaller
from grader.evidence.code.probe.running.guards import LoopGuard
from grader.evidence.code.probe.running.printed import Printed
from grader.evidence.code.probe.running.programs import modules, programs, units_by_file


def caller(**files: str) -> FunctionCaller:
    """What is found in files, by their names without `.py`."""
    named = {
        name if "." in name else f"{name}.py": dedent(text).strip("\n").encode()
        for name, text in files.items()
    }
    units = units_by_file(programs(named), modules(named))
    return FunctionCaller(units, LoopGuard(lambda: 0.0, bounded=True), Printed())


def found(**files: str) -> dict[str, FunctionFound]:
    return {item.name: item for item in caller(**files).found}


def other_calls(program: str, name: str = "f") -> tuple[str, ...]:
    return found(lab=program)[name].other_calls


@pytest.mark.parametrize(
    "program",
    [
        "import numpy as np\ndef f(x): return 1.7159 * np.tanh(2 / 3 * x) + 0.01 * x",
        "from keras import backend as K\nf = lambda x: 1.7159 * K.tanh(x)",
        "import tensorflow.keras.backend as K\nf: object = lambda x: K.tanh(x)",
        "import tensorflow as tf\ndef f(x): return tf.keras.activations.tanh(x) + tf.math.exp(x) + tf.nn.relu(x)",
        "from math import *\ndef f(x): return tanh(x) + pi",
        "import math\nA = 1.7159\ndef f(x, b=2 / 3):\n    '''LeCun.'''\n    return A * math.tanh(b * x)",
        "from math import exp\ndef tanh(x): return 1 - 2 / (exp(2 * x) + 1)\ndef f(x): return tanh(x) ** 2",
        "def f(x):\n    out = []\n    for v in x:\n        out.append(v if v > 0 else 0)\n    return out",
        "import numpy\n@numpy.vectorize\ndef f(x):\n    if x > 0: return 1\n    return 0",
        "import numpy as np\ndef g(x): return x\ndef f(x): return np.vectorize(g)(x)",
        "def slope(g, x, h=1e-4): return (g(x + h) - g(x)) / h\ndef g(x): return x * x\ndef f(x): return slope(g, x)",
        "def f(x):\n    from math import tanh\n    return tanh(x)",
        "def f(x): return f(x - 1) if x > 1 else 1",
        "import keras\n@keras.saving.register_keras_serializable()\ndef f(x): return keras.ops.tanh(x)",
        """
        import tensorflow as tf
        def g(x): return tf.tanh(x)
        def f(x):
            x = tf.convert_to_tensor(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = g(x)
            return tape.gradient(y, x).numpy()
        """,
    ],
)  # fmt: skip
def test_arithmetic_is_recognised(program: str) -> None:
    """Whatever the libraries are called, in helpers, loops and derivatives too."""
    assert other_calls(program) == ()


@pytest.mark.parametrize(
    ("program", "calls"),
    [
        ("def f(x):\n    print(x)\n    return x", ("print",)),
        ("def f(x): return open(x).read()", ("open", "read")),
        ("import numpy as np\ndef f(x): return np.loadtxt('a') + np.random.rand()", None),
        ("import numpy as np\ndef f(x): return np.gradient(x)", ("np.gradient",)),
        ("def g(x): print(x)\ndef f(x): return g(x)", ("print",)),
        ("def f(x, write=print): return write(x)", ("print",)),
        ("def f(x):\n    p = print\n    p(x)", ("print",)),
        ("import os\ndef f(x): return os.getcwd()", ("os.getcwd",)),
        ("def f(x):\n    import os\n    return x", ("import os",)),
        ("def f(x):\n    global y\n    y = x", ("global",)),
        ("def f(x): yield x", ("yield",)),
        ("import numpy as np\ndef f(x):\n    np.tanh = x", ("np.tanh",)),
        ("def f(x): return x.__class__", ("x.__class__",)),
        ("model = make()\ndef f(x): return model.predict(x)", ("model.predict",)),
        ("model = make()\ndef f(x): return model(x)", ("model",)),
        ("def f(x): return unknown(x)", ("unknown",)),
        ("@cached\ndef f(x): return x", ("cached",)),
        ("class A: pass\ndef f(x): return A(x)", ("A",)),
        ("fs = [abs]\ndef f(x): return fs[0](x)", ("subscript",)),
        ("def f(x):\n    class A: pass\n    return x", ("classdef",)),
    ],
)
def test_what_is_more_than_arithmetic_is_named(program: str, calls: tuple[str, ...] | None) -> None:
    """Also where a helper does it."""
    given = other_calls(program)

    assert {*given} == {*(calls or ("np.loadtxt", "np.random.rand"))}


def test_functions_of_one_argument_are_found_where_they_stand() -> None:
    """The last definition of a name, in branches too; no methods, no functions of two arguments."""
    functions = found(
        lab="""
        def one(x): return x
        def two(x, y): return x
        def none(): return 1
        def named(x, *, y): return x
        def many(*x): return x
        class A:
            def method(x): return x
        if True:
            def inner(x, y=1): return x
        def outer(x):
            def hidden(x): return x
            return hidden(x)
        def one(x): return 2 * x
        async def later(x): return x
        """
    )

    assert {name: item.where for name, item in functions.items()} == {
        "inner": "lab.py:9",
        "outer": "lab.py:10",
        "one": "lab.py:13",
    }


def test_cells_and_imported_scripts_are_looked_at() -> None:
    """Names lead from one file to another."""
    cells = ["import lib\nfrom lib import g as h", "def f(x): return h(x)\nk = lambda x: lib.g(x)"]
    notebook = json.dumps(
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    )
    files = {"lab.ipynb": notebook, "lib": "def g(x): return x\ndef loud(x): print(x)"}

    assert [(item.name, item.where, item.other_calls) for item in caller(**files).found] == [
        ("f", "lab.ipynb, cell 2, line 1", ()),
        ("k", "lab.ipynb, cell 2, line 2", ()),
        ("g", "lib.py:1", ()),
        ("loud", "lib.py:2", ("print",)),
    ]


def test_of_too_many_functions_those_that_do_arithmetic_are_kept() -> None:
    """What is left out is counted."""
    loud = "".join(f"def loud{number}(x): print(x)\n" for number in range(MOST_FUNCTIONS))
    found = caller(lab=f"{loud}def f(x): return x")

    assert len(found.found) == MOST_FUNCTIONS
    assert found.found[-1].name == "f"
    assert found.left_out == 1


def test_code_of_many_functions_takes_no_longer() -> None:
    """Each is looked at once, however many lead to it."""
    program = "".join(f"def f{n}(x): return f{n + 1}(x) + f{n + 2}(x)\n" for n in range(3_000))

    assert len(caller(lab=program).found) == MOST_FUNCTIONS
