"""`ReturnsDrawn`: which figures show the return of episodes."""

from __future__ import annotations

import pytest

from grader.checks import ReturnsDrawn
from grader.evidence.code.record import NotebookCell, NotebookRead, SavedOutput
from grader.evidence.code.run_record import AxesDrawn, FigureDrawn, LineDrawn
from grader.records.result import CheckResult
from tests.code_factories import code_view, reading, run
from tests.factories import judge, worded

CHECK = ReturnsDrawn(id="curves", title="Curves", points=10)


def drawn(*axes: AxesDrawn, title: str = "") -> CheckResult:
    figure = FigureDrawn(where="dqn.py:9", title=title, axes=axes)
    return judge(CHECK, code_view(reading(), run(figures=(figure,))))


@pytest.mark.parametrize(
    "axes",
    [
        AxesDrawn(y_label="Score", lines=(LineDrawn(points=60),)),
        AxesDrawn(title="Rewards per episode", lines=(LineDrawn(points=60),)),
        AxesDrawn(legend=("mean return",), lines=(LineDrawn(points=60),)),
        AxesDrawn(lines=(LineDrawn(label="durée des épisodes", points=60),)),
        AxesDrawn(y_label="survival time", scattered=60),
    ],
)
def test_a_line_that_is_called_a_return_counts(axes: AxesDrawn) -> None:
    """In the words people use for it, as a label, a title or a legend, as a line or as points."""
    result = drawn(axes)

    assert (result.status, result.flags) == ("passed", ())
    assert worded(result) == "Returns are drawn: dqn.py:9."


def test_a_loss_is_no_return() -> None:
    """The curve of a loss says how well values fit, not how long the pole is balanced."""
    for y_label in ("loss", "loss over the steps", "epsilon of each step"):
        result = drawn(AxesDrawn(y_label=y_label, lines=(LineDrawn(points=60),)))

        assert (result.status, result.score) == ("failed", 0)


def test_lines_that_nothing_says_anything_of_wait_for_a_person() -> None:
    """Most are returns, and a person sees it at a glance."""
    result = drawn(AxesDrawn(lines=(LineDrawn(points=60),)))

    assert (result.status, result.score) == ("pending", None)


def test_the_history_of_a_training_is_none() -> None:
    """A line that is known to be a loss does not wait for anybody."""
    line = LineDrawn(points=60, series="training 1, loss")

    assert drawn(AxesDrawn(lines=(line,))).status == "failed"


def test_a_figure_a_notebook_was_saved_with_counts_and_is_flagged() -> None:
    """The run is short, and the notebook shows what its author saw."""
    cell = NotebookCell(
        number=7,
        kind="code",
        source="plt.plot(scores)\nplt.xlabel('Episode')",
        outputs=(SavedOutput(kind="image", text="image/png"),),
    )
    notebook = NotebookRead(file="dqn.ipynb", cells=(cell,))
    result = judge(CHECK, code_view(reading(notebooks=(notebook,)), run()))

    assert (result.status, result.flags) == ("passed", ("not-in-run",))
