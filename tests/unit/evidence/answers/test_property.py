"""Whatever is handed in gives answers or a failure, never an exception."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.evidence.answers.lookup import find_answer
from grader.evidence.answers.names import exercise_below, exercise_label
from grader.evidence.answers.probe.read import read_answers
from grader.evidence.answers.protocol import AnswersRead
from grader.evidence.answers.record import Answers
from grader.evidence.answers.view import answer_sections
from grader.messages import catalogue
from grader.records.evidence import Failure
from grader.records.section import Table

_KINDS = {"answers.toml": "text", "a.md": "text", "a.txt": "utf-16", "a.ipynb": "notebook"}
_WHOLE = {
    "answers.toml": b'[2a]\nlayers = 3\nlist = ["a",\n "b"]\nx = """\ny"""\n[[b.c]]\nd = {e = 1e3}\n',
    "a.md": b"# Exercise 1\n\n- layers: 3\n\n```toml\n[2]\nx = [1, 2]\n```\n\n|a|b|\n|-|-|\n|c|d|\n",
    "a.txt": b"Exercise 1\n==========\n\nlayers: 3\nIs it? yes\n",
    "a.ipynb": b'{"cells": [{"cell_type": "markdown", "source": ["# 1\\n", "\\n", "x: 3"]}]}',
}
_LINES = st.lists(
    st.sampled_from(
        [
            "[1]",
            "[[1]]",
            "[1.a",
            "x = 1",
            "x = ",
            "y = [",
            "]",
            "'''",
            '"',
            "= 3",
            "a: b",
            "# 2",
            "é = 1",
            "z = nan",
            "x.y = 1979-05-27",
        ]
    ),
    max_size=25,
).map("\n".join)


def read(file: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers"
        path.write_bytes(content)
        found = read_answers(path, file, _KINDS[file])
    assert isinstance(found, Answers | Failure)
    if isinstance(found, Answers):
        # What is sent is what is received, and every problem has its sentence.
        sent = msgspec.json.encode(AnswersRead(answers=found))
        assert msgspec.json.decode(sent, type=AnswersRead).answers == found
        (table,) = answer_sections(found)
        assert isinstance(table, Table)
        assert all(catalogue("fr").translate(note) for note in table.notes)


@pytest.mark.parametrize("file", _KINDS)
@settings(max_examples=60)
@given(place=st.integers(0, 10_000), put=st.binary(max_size=12), removed=st.integers(0, 30))
def test_damaged_files(file: str, place: int, put: bytes, removed: int) -> None:
    """With some bytes changed, added or missing."""
    whole = _WHOLE[file]
    place %= len(whole)
    read(file, whole[:place] + put + whole[place + removed :])


@settings(max_examples=150)
@given(text=st.one_of(_LINES, st.text(max_size=200)))
def test_any_text(text: str) -> None:
    """As TOML, as Markdown, as plain text and as a cell of a notebook."""
    for file in ("answers.toml", "a.md", "a.txt"):
        read(file, text.encode("utf-8", "surrogatepass"))
    cell = {"cell_type": "markdown", "source": f"# Exercise 1\n\n{text}"}
    read("a.ipynb", json.dumps({"cells": [cell]}).encode())


@settings(max_examples=200)
@given(name=st.text(max_size=40))
def test_any_name(name: str) -> None:
    """Of an exercise, or a question."""
    label = exercise_label(name)

    assert label is None or label.number or label.letter
    assert find_answer(Answers(file="a", format="toml"), name, name) is None
    assert isinstance(exercise_below([name, name]), str)
