"""Code runs statement by statement, and goes on after errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from textwrap import dedent

import pytest

from grader.evidence.code.run_record import StepRun
from tests.unit.evidence.code.running.code import Code, no_patience

__all__ = ["no_patience"]


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Programs become the main module; the tests' own is put back."""
    main, argv = sys.modules["__main__"], sys.argv
    yield
    sys.modules["__main__"], sys.argv = main, argv


def notebook(*cells: str) -> str:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": c} for c in cells]})


def script_steps(program: str) -> list[StepRun]:
    return Code({"lab.py": dedent(program).lstrip()}).run()


def test_what_comes_after_an_error_is_run() -> None:
    """A script goes on with the next statement, and each error says what and where."""
    steps = script_steps("""
        a = 1
        b = a / 0
        print(a)
    """)

    assert [step.where for step in steps] == ["lab.py:1", "lab.py:2", "lab.py:3"]
    assert [step.status for step in steps] == ["ok", "failed", "ok"]
    assert steps[1].error == "ZeroDivisionError: division by zero (lab.py:2)"
    assert "b = a / 0" in steps[1].traceback
    assert steps[2].printed == "1\n"


def test_the_rest_of_a_cell_is_run_after_an_error() -> None:
    """The first error of a cell is the one that is told."""
    (step,) = Code({"lab.ipynb": notebook("1 / 0\nprint('on')\n[][1]")}).run()

    assert (step.where, step.status, step.printed) == ("lab.ipynb, cell 1", "failed", "on\n")
    assert step.error == "ZeroDivisionError: division by zero (lab.ipynb, cell 1, line 1)"


def test_an_error_in_a_function_names_its_line() -> None:
    """The innermost line of the student's code, not that of a library."""
    steps = script_steps("""
        import json
        def read():
            return json.loads("{")
        read()
    """)

    assert steps[2].error.startswith("JSONDecodeError: ")
    assert steps[2].error.endswith("(lab.py:3)")
    assert 'return json.loads("{")' in steps[2].traceback


def test_a_name_that_comes_later_is_found_when_it_is_run_again() -> None:
    """Only the statements that missed it are run again."""
    code = Code({"lab.ipynb": notebook("n = 1\nprint(later)\nn += 1", "later = 5")})
    first, second = code.run()

    assert (first.status, first.retried, first.printed) == ("ok", True, "5\n")
    assert (second.status, code.value("n")) == ("ok", 2)


def test_a_name_that_never_comes_stays_an_error() -> None:
    """As it was told the first time."""
    (step,) = script_steps("print(never)")

    assert (step.status, step.retried) == ("failed", False)
    assert step.error == "NameError: name 'never' is not defined (lab.py:1)"


def test_exit_ends_a_script() -> None:
    """What comes after it is not reached."""
    assert [step.status for step in script_steps("import sys\nsys.exit(1)\nx = 1")] == [
        *("ok", "ended", "not reached")
    ]


def test_exit_ends_no_notebook() -> None:
    """The next cells are run, and what failed in the same cell is not forgotten."""
    cells = ("exit()\nn = 1", "print(n)", "1 / 0\nraise SystemExit")
    steps = Code({"lab.ipynb": notebook(*cells)}).run()

    assert [step.status for step in steps] == ["ended", "ok", "failed"]
    assert steps[1].printed == "1\n"
    assert steps[0].error == ""


def test_one_script_that_ends_does_not_end_another() -> None:
    """Each is a program of its own."""
    steps = Code({"a.py": "exit()\nx = 1", "b.py": "print(1)"}).run()

    assert [step.status for step in steps] == ["ended", "not reached", "ok"]


def test_what_is_no_python_stops_nothing_else() -> None:
    """A broken line is left out."""
    steps = script_steps("x = 1\ny = = 2\nprint(x)\n")

    assert [(step.where, step.status) for step in steps] == [("lab.py:1", "ok"), ("lab.py:3", "ok")]
    assert steps[-1].printed == "1\n"


def test_what_python_refuses_when_it_compiles_is_an_error() -> None:
    """`return` outside of a function passes the parser."""
    return_, after = script_steps("return 1\nx = 1")

    assert return_.error == "SyntaxError: 'return' outside function (lab.py:1)"
    assert after.status == "ok"


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        ("KeyboardInterrupt", "KeyboardInterrupt: "),
        ("GeneratorExit", "GeneratorExit: "),
        ("type('Own', (BaseException,), {})('it')", "Own: it"),
        ("type('Own', (Exception,), {'__str__': lambda self: 1 / 0})()", "Own: ?"),
        ("ExceptionGroup('two', [ValueError(1), TypeError(2)])", "ExceptionGroup: two"),
        ("Exception('x' * 9000)", "Exception: xxx"),
    ],
)
def test_whatever_is_raised_is_an_error_of_the_step(raised: str, error: str) -> None:
    """No exception of a student's ends more than its statement."""
    step, after = script_steps(f"raise {raised}\nx = 1")

    assert step.status == "failed"
    assert step.error.startswith(error)
    assert len(step.error) < 600
    assert len(step.traceback) <= 4_000
    assert after.status == "ok"


def test_endless_recursion_is_an_error() -> None:
    """And what comes after it runs."""
    steps = script_steps("def f(): f()\nf()\nx = 1")

    assert [step.status for step in steps] == ["ok", "failed", "ok"]
    assert steps[1].error.startswith("RecursionError")


def test_a_step_that_takes_too_long_is_stopped() -> None:
    """The place where it was is told; `except Exception` does not keep it."""
    code = Code(
        {"lab.py": "try:\n    sum(n for n in iter(int, 1))\nexcept Exception:\n    pass\nx = 1"}
    )
    code.seconds = 0.1
    steps = code.run()

    assert [(step.status, step.error) for step in steps] == [("timed out", "lab.py:2"), ("ok", "")]


def test_what_is_printed_belongs_to_its_step() -> None:
    """Both streams; what is written to a file is not."""
    steps = script_steps("import sys\nprint('out')\nprint('err', file=sys.stderr)\nx = 1")

    assert [step.printed for step in steps] == ["", "out\n", "err\n", ""]


def test_a_program_is_the_main_module() -> None:
    """`__name__`, `__file__`, pickled classes and arguments are as if it was called."""
    code = Code(
        {
            "a/lab.py": "import sys\nmain = __name__ == '__main__'\nown = sys.modules['__main__']\narguments = sys.argv"
        }
    )
    code.executors[0].enter()
    code.run()

    assert code.value("main")
    assert code.value("own") is code.executors[0].module
    assert (code.value("__file__"), code.value("arguments")) == ("a/lab.py", ["a/lab.py"])


def test_annotations_are_what_the_code_says_they_are() -> None:
    """Objects, unless the code itself asks for texts; that holds for all statements after it."""
    plain = Code({"a.py": "def f(x: int): pass\nkind = f.__annotations__['x']"})
    asked = Code(
        {
            "a.py": "from __future__ import annotations\ndef f(x: int): pass\nkind = f.__annotations__['x']"
        }
    )
    plain.run()
    asked.run()

    assert (plain.value("kind"), asked.value("kind")) == (int, "int")


@pytest.mark.usefixtures("no_patience")
def test_errors_after_a_loop_that_was_left_are_marked() -> None:
    """They may come from it."""
    steps = script_steps("x = 1\nwhile True: pass\nundefined")

    assert [step.after_cut for step in steps] == [False, True, True]


def test_variables_of_a_function_that_failed_are_let_go() -> None:
    """They may be large."""
    code = Code(
        {
            "a.py": dedent("""
        import weakref
        class Large: pass
        def f():
            global seen
            large = Large()
            seen = weakref.ref(large)
            1 / 0
        f()
        gone = seen() is None
    """)
        }
    )
    code.run()

    assert code.value("gone")


def test_a_step_that_records_something_new_goes_on() -> None:
    """As one that trains many models does, up to a limit; one that records nothing is stopped at once."""
    loop = "import time\nends = time.process_time() + 0.3\nwhile time.process_time() < ends:\n    news()\n"
    status = []
    for news, at_most in ((True, 5.0), (True, 0.2), (False, 5.0)):
        code = Code({"lab.ipynb": notebook(loop)})
        code.seconds, code.at_most = 0.1, at_most

        def tell(code: Code = code, news: bool = news) -> None:
            code.last_news += news

        vars(code.executors[0].module)["news"] = tell
        status += [step.status for step in code.run()]

    assert status == ["ok", "timed out", "timed out"]
