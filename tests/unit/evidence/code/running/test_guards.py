"""Loops that bring nothing new are left; everything else about them is as it was written."""

from __future__ import annotations

from textwrap import dedent

import pytest

from grader.evidence.code.probe.running.guards import ROUNDS, LoopGuard
from tests.unit.evidence.code.running.code import Code, no_patience

__all__ = ["no_patience"]

ENDLESS = {
    "while": "n = 0\nwhile True:\n    n += 1\n",
    "while, continue": "n = 0\nwhile True:\n    n += 1\n    continue\n    n = -1\n",
    "for": "import itertools\nn = 0\nfor _ in itertools.count():\n    n += 1\n",
    "function": "n = 0\ndef f():\n    global n\n    while 1:\n        n += 1\nf()\n",
    "method": "n = 0\nclass A:\n    def f(self):\n        global n\n        while 1:\n            n += 1\nA().f()\n",
    "class body": "n = 0\nclass A:\n    k = 0\n    while True:\n        k += 1\nn = A.k\n",
    "if and try": "n = 0\nif True:\n    try:\n        while True:\n            n += 1\n    finally:\n        m = 1\n",
    "with": "import io\nn = 0\nwith io.StringIO():\n    while True:\n        n += 1\n",
    "errors swallowed": "n = 0\nwhile 1:\n    try:\n        n += 1\n        1 / 0\n    except Exception: pass\n",
    "nested": "n = 0\nwhile True:\n    for _ in range(2):\n        n += 1\n",
    "both without end": "n = 0\nwhile True:\n    while True:\n        n += 1\n    if n > 10 ** 9: break\n",
    "generator": "n = 0\ndef g():\n    while True:\n        yield 1\nfor k in g():\n    n += k\n",
    "match": "n = 0\nmatch 1:\n    case 1:\n        while True:\n            n += 1\n",
}


@pytest.mark.usefixtures("no_patience")
@pytest.mark.parametrize("program", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_loop_without_end_is_left(program: str) -> None:
    """Wherever it stands; what comes after it is run, and marked."""
    code = Code({"a.py": program + "after = 1\n"})
    code.seconds = 10
    steps = code.run()

    assert {step.status for step in steps} == {"ok"}
    assert int(code.value("n")) > ROUNDS  # type: ignore[call-overload]
    assert code.value("after") == 1
    assert steps[-1].after_cut
    assert not steps[0].after_cut


WHOLE = {
    "else": "seen = []\nfor k in range(3):\n    seen.append(k)\nelse:\n    seen.append('else')",
    "break": "seen = []\nfor k in range(9):\n    if k == 2: break\n    seen.append(k)\nelse:\n    seen.append('else')",
    "continue": "seen = []\nfor k in range(4):\n    if k % 2: continue\n    seen.append(k)",
    "while, else": "seen = []\nwhile len(seen) < 3:\n    seen.append(1)\nelse:\n    seen.append('else')",
    "nested": "seen = []\nfor a in range(2):\n    for b in range(2):\n        if b: break\n        seen.append((a, b))",
    "recursion": "seen = []\ndef f(n):\n    for k in range(n):\n        f(k)\n        seen.append((n, k))\nf(4)",
    "generator": "def g():\n    for k in range(70):\n        yield k\n        yield from range(2)\nseen = list(g())",
    "one line": "seen = []\nfor k in range(3): seen.append(k)",
    "empty": "seen = []\nfor k in (): seen.append(k)\nelse: seen.append('else')",
    "unpacked": "seen = []\nfor a, *b in [(1, 2, 3)]:\n    seen.append((a, b))",
    "comprehension": "seen = [a for a in range(100) if a % 7 == 0]",
    "docstring": "def f():\n    'about'\n    while True:\n        return f.__doc__\nseen = [f()]",
}


@pytest.mark.usefixtures("no_patience")
@pytest.mark.parametrize("program", WHOLE.values(), ids=WHOLE.keys())
def test_short_loops_do_what_they_do_without_a_guard(program: str) -> None:
    """With `else`, `break`, `continue` and whatever else."""
    plain: dict[str, object] = {}
    exec(program, plain)  # noqa: S102
    code = Code({"a.py": program})
    steps = code.run()

    assert {step.status for step in steps} == {"ok"}
    assert code.value("seen") == plain["seen"]
    assert not code.guard.cuts


@pytest.mark.usefixtures("no_patience")
def test_short_loops_are_never_left_however_slow() -> None:
    """Fifteen trainings may take a while each."""
    code = Code(
        {
            "a.py": f"import time\nn = 0\nfor _ in range({ROUNDS}):\n    time.sleep(0.001)\n    n += 1"
        }
    )
    code.run()

    assert (code.value("n"), code.guard.cuts) == (ROUNDS, set())


@pytest.mark.usefixtures("no_patience")
def test_a_loop_goes_on_while_there_is_something_new() -> None:
    """News of the recorder keep it going."""
    code = Code(
        {
            "a.py": "import time\nn = 0\nwhile n < 200:\n    n += 1\n    note()\n    time.sleep(0.0005)"
        }
    )

    def note() -> None:
        import time

        code.last_news = time.monotonic()

    vars(code.executors[0].module)["note"] = note
    code.run()

    assert (code.value("n"), code.guard.cuts) == (200, set())


@pytest.mark.usefixtures("no_patience")
def test_no_loop_is_left_where_code_runs_as_it_is_written() -> None:
    """In the mode that caps nothing."""
    program = "import time\nn = 0\nwhile n < 100:\n    n += 1\n    time.sleep(0.001)"
    code = Code({"a.py": program}, bounded=False)
    code.run()

    assert code.value("n") == 100


@pytest.mark.usefixtures("no_patience")
def test_loops_of_two_programs_do_not_share_a_number() -> None:
    """A loop of one file that begins again and again keeps no loop of another one going."""
    files = {
        "a.py": "def f():\n    for _ in range(2): pass\n",
        "b.py": "n = 0\nwhile True:\n    f()\n    n += 1\n",
    }
    code = Code(files)
    code.seconds = 5
    first, second = code.executors
    steps = [first.run(step, 5, 5) for step in code.programs[0].steps]
    vars(second.module)["f"] = code.value("f")
    steps += [second.run(step, 5, 5) for step in code.programs[1].steps]

    assert {step.status for step in steps} == {"ok"}
    assert len(code.guard.cuts) == 1


@pytest.mark.usefixtures("no_patience")
def test_a_loop_that_is_run_again_begins_anew() -> None:
    """Time that passed since the first attempt does not count."""
    program = dedent("""
        n = 0
        for k in range(1000):
            if k == 70: late
            n += 1
        import time; time.sleep(0.1)
        late = 1
    """)
    code = Code({"a.py": program})
    code.guard._last_news = lambda: 0.0
    steps = code.run()

    assert steps[1].retried
    assert (code.value("n"), code.guard.cuts) == (1070, set())


def test_when_the_time_is_over_every_loop_is_left() -> None:
    """Also one that catches what ends the step."""
    guard = LoopGuard(lambda: 0.0, bounded=False)
    guard(-1)
    assert guard(1)

    guard.stop()

    assert not guard(1)
    assert guard.cuts == {1}
