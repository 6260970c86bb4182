"""`grader.check` in a cell of a notebook, executed by a kernel as Jupyter does."""

from __future__ import annotations

import pytest

from tests.program import environment

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

CELLS = (
    "import grader\ngrader.labs()",
    """import keras
model = keras.Sequential(
    [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, activation='softmax')]
)""",
    "grader.check('ml-assignment2', models={'3-handwritten': model})",
    "grader.check('ml-assignment2', digits=model)",
)


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """The cells once they have been executed, in an empty folder."""
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, CELLS)))
    client = nbclient.NotebookClient(
        notebook, timeout=300, allow_errors=True, kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )  # fmt: skip
    client.execute(env=environment())
    assert list(folder.iterdir()) == []
    return list(notebook.cells)


def shown(cell: dict[str, object], sort: str) -> str:
    """What a cell shows as HTML or as text."""
    outputs = cell["outputs"]
    assert isinstance(outputs, list)
    (result,) = [output for output in outputs if output["output_type"] == "execute_result"]
    return str(result["data"][sort])


def test_labs_are_a_table(cells: list[dict[str, object]]) -> None:
    """With all labs."""
    assert "<code>ml-assignment2</code>" in shown(cells[0], "text/html")


def test_a_live_model_gets_the_page_of_feedback(cells: list[dict[str, object]]) -> None:
    """The page as HTML, the table as text, about that exercise alone."""
    page, text = shown(cells[2], "text/html"), shown(cells[2], "text/plain")

    assert page.startswith("<iframe srcdoc=")
    assert "Handwritten digits" in page
    assert "/ 40 points" in text
    assert "House numbers" not in page + text


def test_a_mistake_is_named_with_what_may_have_been_meant(cells: list[dict[str, object]]) -> None:
    """As the error of the cell."""
    (error,) = cells[3]["outputs"]  # type: ignore[misc]

    assert error["ename"] == "UnknownNameError"
    assert "no model of ml-assignment2 named 'digits'" in error["evalue"]
