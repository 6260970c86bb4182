"""Where in the student's code something happens."""

from __future__ import annotations

import re
import traceback

from grader.evidence.code.probe.reading.source import Unit, script_unit
from grader.evidence.code.probe.running.places import code_mentions, current_place, register


def run(unit: Unit, **names: object) -> dict[str, object]:
    found: dict[str, object] = {"place": current_place, **names}
    exec(compile(unit.text, register(unit), "exec"), found)  # noqa: S102
    return found


def test_places_are_lines_of_scripts_and_cells() -> None:
    """The innermost one, through whatever is between."""
    script = script_unit(
        "lab.py",
        "x = place()\n\ny = sorted([1], key=lambda _: place())\nz = [place()\n  for _ in 'a'][0]",
    )
    cell = script_unit("lab.ipynb", "\nx = place()", 7)

    assert run(script)["x"] == "lab.py:1"
    assert run(script)["z"] == "lab.py:4"
    assert run(cell)["x"] == "lab.ipynb, cell 7, line 2"


def test_a_function_of_another_file_is_named_where_it_stands() -> None:
    """Not where it is called."""
    tools = run(script_unit("tools.py", "def f():\n    return place()"))
    found = run(script_unit("lab.py", "x = f()"), f=tools["f"])

    assert found["x"] == "tools.py:2"


def test_outside_of_the_students_code_there_is_no_place() -> None:
    """Nothing is made up."""
    assert current_place() == ""


def test_lines_are_shown_in_tracebacks() -> None:
    """Those of the last file of a name, since names may come again."""
    for error in ("1 / 0", "[][0]"):
        try:
            run(script_unit("a.py", f"x = 1\n{error}  # here"))
        except (ZeroDivisionError, IndexError):
            assert f"{error}  # here" in traceback.format_exc()
        else:
            raise AssertionError


def test_words_are_looked_for_in_what_ran() -> None:
    """And nowhere else."""
    register(script_unit("words.py", "x = 'quite unlikely words'"))

    assert code_mentions(re.compile("quite unlikely"))
    assert not code_mentions(re.compile("even less " + "likely"))
