"""Lines of code and comments that explain, counted."""

from __future__ import annotations

import pytest

from grader.evidence.code.probe.reading.read import read_code


@pytest.mark.parametrize(
    ("text", "code", "comments"),
    [
        ("x = 1\ny = 2  # the labels\n", 2, 1),
        ("# loads the images\nx = 1\n", 1, 1),
        ("# model.fit(x, y)\n# x = 2\nx = 1\n", 1, 0),
        ('"""About\nthis."""\nx = 1\n', 1, 2),
        ('def f():\n    """Adds."""\n    return 1\n', 2, 1),
        ('x = """no\ncomment"""\n', 2, 0),
        ("x = (1,\n     2)\n\n\n", 2, 0),
        ("", 0, 0),
        ("x = 1  # one\ny = (", 2, 1),
    ],
)
def test_lines_are_counted(text: str, code: int, comments: int) -> None:
    """Commented-out code explains nothing, and empty lines are nothing."""
    found = read_code({"lab.py": text.encode()})

    assert (found.code_lines, found.comment_lines) == (code, comments)
