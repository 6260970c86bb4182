"""Notebooks as they were saved."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.code.probe.notebooks import read_notebook

ERROR = {"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": ["a", "b"]}
IMAGE = {
    "output_type": "display_data",
    "data": {"image/png": "aGk=", "text/plain": ["<Figure>"]},
}
TABLE = {"output_type": "execute_result", "data": {"text/html": "<table>", "text/plain": "a b"}}


def stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": [text]}


def notebook(*cells: dict[str, Any]) -> bytes:
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def code(source: str, count: int | None = None, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": [source], "execution_count": count, "outputs": outputs}


def test_cells_keep_their_order_texts_and_outputs() -> None:
    """What was printed in pieces is one text; of images it is known that they were there."""
    text = {"cell_type": "markdown", "source": "# Question 1"}
    data = notebook(text, code("print(1)", 4, stream("1"), stream("2"), IMAGE, TABLE, ERROR))
    read = read_notebook("a.ipynb", data)

    assert read is not None
    first, second = read.cells
    assert (first.number, first.kind, first.source) == (1, "text", "# Question 1")
    assert (second.number, second.execution_count) == (2, 4)
    assert [(item.kind, item.text) for item in second.outputs] == [
        ("text", "12"),
        ("image", "<Figure>"),
        ("table", "a b"),
        ("error", "NameError: x\na\nb"),
    ]


@pytest.mark.parametrize(("counts", "in_order"), [((1, 2, 5), True), ((3, 1), False), ((), True)])
def test_the_order_of_execution_is_known(counts: tuple[int, ...], in_order: bool) -> None:
    """Gaps are usual, going back is not."""
    read = read_notebook("a.ipynb", notebook(*(code("x", count) for count in counts)))

    assert read is not None
    assert read.in_order is in_order


def test_notebooks_of_version_3_are_read() -> None:
    """They hold their cells in sheets, and other names for the same."""
    cell = {"cell_type": "code", "input": "print(1)", "prompt_number": 2, "outputs": [ERROR]}
    read = read_notebook("a.ipynb", json.dumps({"worksheets": [{"cells": [cell]}]}).encode())

    assert read is not None
    assert (read.cells[0].source, read.cells[0].execution_count) == ("print(1)", 2)


def test_long_texts_are_cut() -> None:
    """A cell that printed megabytes is one that printed a lot."""
    read = read_notebook("a.ipynb", notebook(code("x" * 10**6, 1, stream("y" * 10**6))))

    assert read is not None
    assert len(read.cells[0].source) < 10**5
    assert len(read.cells[0].outputs[0].text) < 10**5


def test_a_notebook_of_megabytes_is_bounded() -> None:
    """Every cell is still there, with the sort of its outputs."""
    cells = [code("x" * 20_000, at, stream("y" * 4_000), IMAGE) for at in range(300)]
    read = read_notebook("a.ipynb", notebook(*cells))

    assert read is not None
    assert len(read.cells) == 300
    assert sum(len(cell.source) for cell in read.cells) < 3 * 10**6
    assert {item.kind for item in read.cells[-1].outputs} == {"text", "image"}


names = st.sampled_from(["cells", "cell_type", "source", "outputs", "data", "text", "worksheets"])
leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
json_values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


@given(value=json_values)
def test_any_json_is_a_notebook_or_none(value: object) -> None:
    """Whatever stands in it."""
    read = read_notebook("a.ipynb", json.dumps(value).encode("utf-8", "surrogatepass"))

    assert read is None or all(cell.number for cell in read.cells)
