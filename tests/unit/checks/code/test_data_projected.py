"""`DataProjected`: a method that finds few dimensions without labels, and a figure of it."""

from __future__ import annotations

import pytest

from grader.checks import CheckContext, DataProjected
from grader.evidence.code.record import (
    CodeReading,
    EstimatorFit,
    NotebookCell,
    NotebookRead,
    SavedOutput,
)
from grader.evidence.code.run_record import AxesDrawn, CodeRun, FigureDrawn, StepRun
from grader.evidence.report.record import Figure, Place, ReportNeed, ReportReading
from grader.records.result import CheckResult
from tests.code_factories import code_view, reading, run
from tests.factories import ARTEFACT, View, exercise, judge, worded

CHECK = DataProjected(id="unsupervised", title="A picture", points=10)
PCA = EstimatorFit(where="a.py:3", name="PCA", library="sklearn")


def notebook(source: str, *, image: bool = True) -> NotebookRead:
    outputs = (SavedOutput(kind="image"),) if image else ()
    cell = NotebookCell(number=7, kind="code", source=source, outputs=outputs)
    return NotebookRead(file="study.ipynb", cells=(cell,))


def judged(code: CodeReading, ran: CodeRun | None = None) -> CheckResult:
    return judge(CHECK, code_view(code, ran or run()))


def scatter(points: int) -> CodeRun:
    return run(figures=(FigureDrawn(where="a.py:9", axes=(AxesDrawn(scattered=points),)),))


def test_points_that_a_run_draws_pass() -> None:
    """The method with its place, and where the figure is."""
    result = judged(reading(estimators=(PCA,)), scatter(2000))

    assert (result.status, result.score) == ("passed", 10)
    assert "brought to few dimensions: PCA (a.py:3)" in worded(result)
    assert "PCA" in worded(result, "fr")


@pytest.mark.parametrize(
    "source",
    ["plt.scatter(z[:, 0], z[:, 1], c=y)", "sns.scatterplot(x=a, y=b)", "plt.plot(a, b, 'o')"],
)
def test_a_saved_figure_counts_and_is_flagged(source: str) -> None:
    """Held-out texts are no part of a hand-in, so notebooks rarely run here: what they were saved with counts."""
    result = judged(reading(estimators=(PCA,), notebooks=(notebook(source),)))

    assert (result.score, result.flags) == (10, ("not-in-run",))
    assert "study.ipynb, cell 7" in worded(result)


def test_a_method_that_reading_lost_is_found_in_the_cells() -> None:
    """A call in a cell that was not followed names its method all the same."""
    source = "z = manifold.TSNE (2).fit_transform(x)\nplt.scatter(z[:, 0], z[:, 1])"
    result = judged(reading(notebooks=(notebook(source),)))

    assert result.score == 10
    assert "TSNE (study.ipynb, cell 7)" in worded(result)


def test_a_method_without_a_figure_is_half() -> None:
    """Neither a curve nor a few points is a picture of the data."""
    alone = judged(reading(estimators=(PCA,), notebooks=(notebook("plt.plot(losses)"),)))
    few = judged(reading(estimators=(PCA,)), scatter(10))

    assert (alone.status, alone.score) == ("partial", 5)
    assert few.score == 5
    assert "plt.scatter" in worded(alone)


def test_a_figure_without_a_method_is_nothing() -> None:
    """Points of something else are no picture of the data in few dimensions."""
    result = judged(reading(notebooks=(notebook("plt.scatter(a, b)"),)), scatter(500))

    assert (result.status, result.score) == ("failed", 0)
    assert "TruncatedSVD" in worded(result)


def test_a_run_that_was_cut_waits_for_a_person() -> None:
    """Code that draws, and was stopped before it did, may have drawn it."""
    stopped = run(steps=(StepRun(where="a.py:5", status="not reached"),))
    result = judged(reading(estimators=(PCA,), imports=("matplotlib",)), stopped)

    assert (result.status, result.score) == ("pending", None)


def test_a_notebook_that_draws_no_points_does_not_wait() -> None:
    """A run that was cut may have drawn what a cell says it draws, and nothing else."""
    stopped = run(steps=(StepRun(where="a.py:5", status="not reached"),))
    for source, status in (("plt.scatter(a, b)", "pending"), ("print(a)", "partial")):
        code = CodeReading(
            files=("study.ipynb",),
            estimators=(PCA,),
            imports=("matplotlib",),
            notebooks=(notebook(source, image=False),),
        )
        assert judged(code, stopped).status == status


def test_a_report_may_show_the_figure() -> None:
    """With the method in the code its caption suffices; without, a person looks at it."""
    figure = Figure(place=Place(page=2), caption="Figure 3: t-SNE of the reviews")
    report = ReportReading(file="report.pdf", format="pdf", figures=(figure,))
    for estimators, status in (((PCA,), "passed"), ((), "pending")):
        found = code_view(reading(estimators=estimators), run()).records
        need = ReportNeed(artefact="report")
        of = exercise(CHECK, artefacts=(ARTEFACT, "report"))
        result = CHECK.judge(CheckContext(exercise=of, evidence=View({**found, need: report})))
        assert result.status == status
        assert "t-SNE of the reviews" in worded(result)
