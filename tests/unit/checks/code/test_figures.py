"""Learning curves and results against a setting, in figures of a run."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import CheckContext, CheckKind, CurvesDrawn, ModelFilter, PlottedAgainst
from grader.evidence.code.record import (
    CodeNeed,
    CodeReading,
    NotebookCell,
    NotebookRead,
    SavedOutput,
)
from grader.evidence.code.run_record import (
    AxesDrawn,
    CodeRunNeed,
    FigureDrawn,
    LineDrawn,
    RecordedRun,
)
from grader.evidence.report.record import Figure, Place, ReportNeed, ReportReading
from grader.records.result import CheckResult
from tests.code_factories import code_view, reading, run, traced, training
from tests.factories import View, exercise, judge, worded

READ = training(64, 64, 10)
FACTORS = (1e-6, 1e-5, 1e-4, 5e-4, 1e-3)


def figure(*lines: LineDrawn, **axes: Any) -> FigureDrawn:
    return FigureDrawn(where="lab.py:30", axes=(AxesDrawn(lines=lines, **axes),))


def line(series: str = "", label: str = "", points: int = 10) -> LineDrawn:
    return LineDrawn(series=series, label=label, points=points)


def curves(*figures: FigureDrawn, read: CodeReading | None = None, **more: Any) -> CheckResult:
    check = CurvesDrawn(id="plotted", title="Plotted", points=4, **more)
    return judge(check, code_view(read or reading(READ), run(traced(READ), figures=figures)))


def test_lines_of_a_training_count_by_their_values() -> None:
    """A line that the run matched to a history needs no label."""
    drawn = figure(line("training 1, acc"), line("training 1, val_accuracy"))

    result = curves(drawn)

    assert result.status == "passed"
    assert "lab.py:30" in worded(result)


def test_each_series_earns_its_share() -> None:
    """The training accuracy alone is half of it."""
    result = curves(figure(line("training 1, accuracy")))

    assert (result.status, result.score) == ("partial", 2)
    assert "validation accuracy" in worded(result)


def test_lines_of_other_models_do_not_count() -> None:
    """The curves of the network that is asked for are asked for."""
    drawn = figure(line("training 1, accuracy"), line("training 1, val_accuracy"))

    assert curves(drawn, models=ModelFilter(outputs=1)).status == "failed"


def test_labels_and_titles_name_a_series_where_values_do_not() -> None:
    """A smoothed curve is no history any more, and its label says what it is."""
    drawn = figure(line(label="train"), line(label="validation"), y_label="Accuracy")

    assert curves(drawn).status == "passed"
    assert curves(figure(line(label="train"), y_label="Error")).status == "failed"


def test_a_saved_figure_counts_and_is_flagged() -> None:
    """A notebook that does not run today was saved with its curves."""
    cell = NotebookCell(
        number=4,
        kind="code",
        source="plt.plot(h.history['acc']); plt.plot(h.history['val_acc'])",
        outputs=(SavedOutput(kind="image"),),
    )
    saved = reading(READ, notebooks=(NotebookRead(file="lab.ipynb", cells=(cell,)),))

    result = curves(read=saved)

    assert (result.status, result.flags) == ("passed", ("not-in-run",))
    assert "cell 4" in worded(result)


def plotted(*lines: LineDrawn) -> CheckResult:
    check = PlottedAgainst(
        id="plotted", title="Plotted", points=4, field="regularizer_factor", values=5, low=1e-6, high=1e-3
    )  # fmt: skip
    return judge(check, code_view(reading(READ), run(figures=(figure(*lines),))))


def points(x: tuple[float, ...], **more: Any) -> LineDrawn:
    return LineDrawn(points=len(x), x=x, y=(0.98,) * len(x), **more)


def test_error_bars_over_the_factors_are_all_of_it() -> None:
    """A mean and a deviation for every factor."""
    assert plotted(points(FACTORS, errors=(0.01,) * 5)).status == "passed"


def test_a_band_of_three_lines_is_a_deviation() -> None:
    """The mean with a line above and one below."""
    assert plotted(*[points(FACTORS)] * 3).status == "passed"


def test_single_results_over_the_factors_are_half_of_it() -> None:
    """Points without a deviation show the dependence alone."""
    result = plotted(points(FACTORS))

    assert (result.status, result.score) == ("partial", 2)


def test_exponents_count_as_their_values() -> None:
    """Some draw against the logarithm."""
    assert plotted(points((-6, -5, -4, -3.5, -3), errors=(0.01,) * 5)).status == "passed"


def test_other_axes_are_no_factors() -> None:
    """Curves over epochs have no factors on their axis."""
    assert plotted(points((0, 1, 2, 3, 4, 5))).status == "failed"


EITHER: Any = {
    "series": ("training", "validation"),
    "models": ModelFilter(dataset="mnist", classes=10),
}


def test_accuracy_or_loss_are_learning_curves_alike() -> None:
    """Where a curve of training and of validation is asked for, both quantities do."""
    losses = figure(line("training 1, loss"), line("training 1, val_loss"))
    mixed = figure(line("training 1, loss"), line("training 1, val_accuracy"))

    assert curves(losses, **EITHER).status == "passed"
    assert curves(mixed, **EITHER).status == "passed"
    assert curves(figure(line("training 1, val_loss")), **EITHER).score == 2


def test_a_legend_names_lines_without_labels() -> None:
    """`plt.legend(["train", "test"])` says which line is which."""
    drawn = figure(line(), line(), title="model loss", legend=("train", "test"))

    assert curves(drawn, **EITHER).status == "passed"


def saved(*cells: tuple[str, bool], read: Any = READ) -> CodeReading:
    """A notebook of cells of code, some of them with an image."""
    placed = tuple(
        NotebookCell(
            number=number,
            kind="code",
            source=source,
            outputs=(SavedOutput(kind="image"),) if image else (),
        )
        for number, (source, image) in enumerate(cells, 1)
    )
    return reading(read, notebooks=(NotebookRead(file="lab.ipynb", cells=placed),))


def test_a_saved_figure_of_a_function_counts() -> None:
    """The cell with the image calls a function of the notebook that plots the series."""
    function = "def show(h):\n    plt.plot(h['loss'])\n    plt.plot(h['val_loss'])\n\nx = 1"

    assert curves(read=saved((function, False), ("show(h)", True)), **EITHER).status == "passed"
    assert curves(read=saved((function, False), ("other(h)", True)), **EITHER).status == "failed"


def test_lists_of_a_loop_are_series_by_their_names() -> None:
    """PyTorch has no history: lists do, and their names say what they hold."""
    source = "plt.plot(train_losses, label='train')\nplt.plot(val_losses, label='val')"

    assert curves(read=saved((source, True)), **EITHER).status == "passed"
    assert curves(read=saved(("plt.plot(train_losses)", True)), **EITHER).status == "failed"


def test_a_saved_figure_of_another_network_does_not_count() -> None:
    """Curves below the CIFAR-100 network are none of the MNIST network."""
    plot = "plt.plot(h['loss']); plt.plot(h['val_loss'])"
    cells = [("mnist.load_data()", False), ("cifar100.load_data()\nfit(x)", False), (plot, True)]
    trained = training(64, 100, data="cifar100/train", where="lab.ipynb, cell 2, line 2")
    code = saved(*cells)
    both = reading(READ, trained, notebooks=code.notebooks)

    assert curves(read=both, **EITHER).status == "failed"


def test_a_network_that_cannot_be_followed_waits() -> None:
    """Without a training on the dataset there are no curves of it; where one may be there, a person looks."""
    assert curves(read=reading(training()), **EITHER).status == "pending"
    assert curves(read=reading(), **EITHER).status == "failed"


@pytest.mark.parametrize(
    ("caption", "status"),
    [
        ("Figure 1: accuracy over the epochs", "passed"),
        ("Figure 1: formula of the loss", "failed"),
        ("Figure 2: print of the accuracy for all epochs", "failed"),
        ("Figure 3: accuracy vs regularization factor", "failed"),
        ("", "pending"),
    ],
)
def test_captions_of_a_report_say_what_its_figures_show(caption: str, status: str) -> None:
    """Without one a person looks, and so for the plot against a setting."""
    checks: list[CheckKind] = [
        CurvesDrawn(id="c", title="C", points=4, artefacts=("code", "report")),
        PlottedAgainst(
            id="p", title="P", points=4, field="regularizer_factor", values=5, low=0, high=1,
            artefacts=("code", "report"),
        ),
    ]  # fmt: skip
    shown = Figure(place=Place(page=1), caption=caption)
    report = ReportReading(file="report.pdf", format="pdf", figures=(shown,))
    results = []
    for check in checks:
        of = exercise(check, artefacts=("code", "report"))
        seen = {need: report for need in check.needs(of) if isinstance(need, ReportNeed)}
        seen |= {CodeNeed(artefact="code"): reading(READ)}
        seen |= {CodeRunNeed(artefact="code"): RecordedRun(run(), dict)}
        results.append(check.judge(CheckContext(exercise=of, evidence=View(seen))).status)

    assert results[0] == status
    assert (results[1] == "pending") == (not caption or "regularization" in caption)
