"""Figures that code shows, saves, closes or leaves open are recorded."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

matplotlib = pytest.importorskip("matplotlib")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.backend_bases import FigureCanvasBase  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from grader.evidence.code.probe.running import figure_pictures  # noqa: E402
from grader.evidence.code.probe.running.figures import FigureRecorder  # noqa: E402

HISTORY = [0.5, 0.7, 0.8]


def is_png(file: str) -> bool:
    return Path(file).read_bytes().startswith(b"\x89PNG")


class _Program:
    """What a recorder is told about the program."""

    def __init__(self) -> None:
        self.line = 1
        self.series: dict[tuple[float, ...], str] = {tuple(HISTORY): "training 1, accuracy"}

    def place(self) -> str:
        return f"lab.py:{self.line}"

    def name(self, values: Sequence[float]) -> str:
        return self.series.get(tuple(values), "")


@pytest.fixture
def program() -> _Program:
    return _Program()


@pytest.fixture
def recorder(
    program: _Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[FigureRecorder]:
    """One that is installed until the test ends, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    patched: list[tuple[Any, tuple[str, ...]]] = [
        (plt, ("show", "pause", "draw", "close", "savefig", "switch_backend", "ion")),
        (Figure, ("__init__", "savefig", "show")),
        (FigureCanvasBase, ("start_event_loop",)),
        (matplotlib, ("use",)),
    ]
    for owner, names in patched:
        for name in names:
            monkeypatch.setattr(owner, name, getattr(owner, name))
    plt.close("all")
    recorder = FigureRecorder(program.place, program.name)
    recorder.install()
    yield recorder
    plt.close("all")


def test_a_figure_that_is_shown_is_recorded_with_texts_lines_and_picture(
    recorder: FigureRecorder,
) -> None:
    """Titles, labels, scales, legend, points and the history a line shows are read; the picture is small."""
    plt.figure(figsize=(20, 8))
    plt.plot(HISTORY, label="train")
    plt.plot([1, 2, 3], [1.0, float("nan"), 3.0])
    plt.axhline(0.5)
    plt.title("Accuracy")
    plt.xlabel("epoch")
    plt.ylabel("accuracy")
    plt.yscale("log")
    plt.legend(["train"])
    plt.show()

    [(figure, png)] = recorder.taken()
    [axes] = figure.axes
    first, second = axes.lines

    assert (figure.where, figure.picture, figure.saved_as) == ("lab.py:1", True, "")
    assert (axes.title, axes.x_label, axes.y_label) == ("Accuracy", "epoch", "accuracy")
    assert (axes.x_scale, axes.y_scale, axes.legend) == ("linear", "log", ("train",))
    assert (first.label, first.y, first.series) == (
        "train",
        (0.5, 0.7, 0.8),
        "training 1, accuracy",
    )
    assert (first.x, second.y, second.series) == ((0, 1, 2), (1, None, 3), "")
    assert max(Image.open(io.BytesIO(png)).size) == 480
    assert len(png) <= 40_000
    assert (plt.get_fignums(), recorder.taken()) == ([], [])


def test_error_bars_have_half_heights(recorder: FigureRecorder) -> None:
    """Bars belong to their line, at the points that have one; without a line they stand around their middles."""
    plt.errorbar([1, 2, 3], HISTORY, yerr=[0.1, 0.2, 0.3], capsize=3, label="mean")
    plt.errorbar([1, 2, 3], [1, 2, 3], yerr=0.5, xerr=0.1, errorevery=2)
    plt.errorbar([4, 5], [2, 3], yerr=[[0.1, 0.1], [0.3, 0.3]], fmt="none")
    plt.show()

    [(figure, _)] = recorder.taken()
    mean, partly, alone = figure.axes[0].lines

    assert (mean.label, mean.series) == ("mean", "training 1, accuracy")
    assert mean.errors == pytest.approx((0.1, 0.2, 0.3))
    assert partly.errors == (0.5, None, 0.5)
    assert (alone.x, alone.errors) == ((4, 5), pytest.approx((0.2, 0.2)))
    assert alone.y == pytest.approx((2.1, 3.1))


def test_diagrams_have_their_cell_in_the_grid(recorder: FigureRecorder) -> None:
    """Cells are those of the outermost grid; scales of colours are no diagrams."""
    for number in range(1, 7):
        plt.subplot(2, 3, number)
        plt.imshow(np.zeros((28, 28)))
    plt.colorbar()
    plt.suptitle("Digits")
    plt.show()

    [(figure, _)] = recorder.taken()

    assert (figure.title, figure.rows, figure.columns) == ("Digits", 2, 3)
    assert [(axes.row, axes.column) for axes in figure.axes] == [
        (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)
    ]  # fmt: skip
    assert {axes.images for axes in figure.axes} == {((28, 28),)}


def test_bars_points_stems_and_heat_maps_are_counted(recorder: FigureRecorder) -> None:
    """Histograms have bars, scatter plots points, stems one line; heat maps are images."""
    plt.bar(["a", "b"], [1, 2])
    plt.hist([1, 2, 2, 3], bins=5)
    plt.scatter([1, 2, 3], [1, 2, 3])
    plt.stem([1, 2, 3], HISTORY, label="stems")
    plt.pcolormesh(np.zeros((10, 12)))
    plt.matshow(np.zeros((10, 10)))
    plt.show()

    (first, _), (second, _) = recorder.taken()
    [axes] = first.axes

    assert (axes.bars, axes.scattered, axes.images) == (7, 3, ((10, 12),))
    assert [(line.label, line.series) for line in axes.lines] == [("stems", "training 1, accuracy")]
    assert second.axes[0].images == ((10, 10),)


def test_figures_of_other_libraries_are_figures(recorder: FigureRecorder) -> None:
    """Confusion matrices of scikit-learn, heat maps of seaborn and diagrams of pandas are read alike."""
    seaborn, pandas = pytest.importorskip("seaborn"), pytest.importorskip("pandas")
    from sklearn.metrics import ConfusionMatrixDisplay

    ConfusionMatrixDisplay.from_predictions([0, 1, 1], [0, 1, 0])
    plt.show()
    seaborn.heatmap(np.eye(10), annot=True)
    plt.show()
    pandas.DataFrame({"accuracy": HISTORY, "loss": [3, 2, 1]}).plot(title="History")
    plt.show()

    matrix, heat, frame = (figure.axes for figure, _ in recorder.taken())

    assert [axes.images for axes in matrix] == [((2, 2),)]
    assert [axes.images for axes in heat] == [((10, 10),)]
    assert (frame[0].title, frame[0].legend) == ("History", ("accuracy", "loss"))
    assert [line.series for line in frame[0].lines] == ["training 1, accuracy", ""]


def test_a_figure_saved_and_shown_is_recorded_once(recorder: FigureRecorder) -> None:
    """The record names the file, whichever comes first; a figure that has changed is another."""
    plt.plot(HISTORY)
    plt.savefig("figures/1/accuracy.png")
    plt.show()
    figure, axes = plt.subplots()
    axes.plot(HISTORY)
    plt.show(block=False)
    figure.savefig("lr=0.01")
    axes.set_title("changed")
    plt.close(figure)

    taken = [figure for figure, _ in recorder.taken()]

    assert [figure.saved_as for figure in taken] == ["figures/1/accuracy.png", "lr=0.01", ""]
    assert [figure.axes[0].title for figure in taken] == ["", "", "changed"]
    assert is_png("figures/1/accuracy.png")
    assert is_png("lr=0.01")


def test_saving_goes_where_it_can(recorder: FigureRecorder) -> None:
    """Settings of an older Matplotlib are left out; a figure goes beside the program if its folder cannot be."""
    Path("file").touch()
    plt.plot(HISTORY)
    plt.savefig("old.png", frameon=True, papertype="a4")
    plt.savefig("file/below/new.png")
    buffer = io.BytesIO()
    plt.savefig(buffer)

    assert is_png("old.png")
    assert is_png("new.png")
    assert buffer.getvalue().startswith(b"\x89PNG")
    with pytest.raises(AttributeError):
        plt.savefig(None)


def test_open_figures_are_recorded_where_they_were_made(
    recorder: FigureRecorder, program: _Program
) -> None:
    """At the end of a cell or a script; figures without diagrams are not."""
    program.line = 7
    plt.plot(HISTORY)
    plt.figure()
    program.line = 9
    recorder.end_of_step()

    assert [figure.where for figure, _ in recorder.taken()] == ["lab.py:7"]
    assert plt.get_fignums() == []
    plt.plot(HISTORY)
    recorder.end_of_file()

    assert [figure.where for figure, _ in recorder.taken()] == ["lab.py:9"]


def test_the_current_figure_stays_the_current_one(recorder: FigureRecorder) -> None:
    """Recording others does not change where the next line is drawn."""
    first, _, third = plt.figure(1), plt.figure(2), plt.figure(3)
    plt.figure(first)
    plt.plot(HISTORY)
    plt.pause(1)
    plt.close(third)

    assert plt.gcf() is first


@pytest.mark.slow
def test_what_is_recorded_is_bounded(recorder: FigureRecorder, program: _Program) -> None:
    """Twenty figures a place, 60 pictures and 200 figures; of a long line 400 points from its whole length."""
    for line in range(12):
        program.line = line
        for value in range(21):
            plt.figure(figsize=(1, 1))
            plt.axes().plot(np.arange(1001) + value)
            plt.close()

    taken = recorder.taken()
    line = taken[0][0].axes[0].lines[0]

    assert (len(taken), sum(bool(png) for _, png in taken)) == (200, 60)
    assert [figure.where for figure, _ in taken[19:21]] == ["lab.py:0", "lab.py:1"]
    assert (line.points, len(line.y), line.y[-1]) == (1001, 400, 1000)


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_figure_that_moves_is_recorded_four_times(
    recorder: FigureRecorder, program: _Program, *, is_saved: bool
) -> None:
    """Its first four states, wherever it is shown or saved, under the name of the first file."""
    for step in range(8):
        program.line = step
        plt.plot([step, step + 1])
        if is_saved:
            plt.savefig(f"{step}.png", dpi=20)
        else:
            plt.pause(0.1)
    plt.savefig("last.png", dpi=20)

    taken = [figure for figure, _ in recorder.taken()]
    assert [len(figure.axes[0].lines) for figure in taken] == [1, 2, 3, 4]
    assert [figure.saved_as for figure in taken] == (
        ["0.png", "1.png", "2.png", "3.png"] if is_saved else [""] * 4
    )


@pytest.mark.parametrize("drawn", ["texts", "diagrams", "marks"])
def test_no_picture_takes_long(
    recorder: FigureRecorder, drawn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawing stops when its time is up, and what cannot be stopped is not begun; the figure is recorded."""
    monkeypatch.setattr(figure_pictures, "_SECONDS", 0.02)
    if drawn == "texts":
        for place in np.linspace(0, 1, 500):
            plt.text(place, place, f"{place:.3f}")
    elif drawn == "diagrams":
        plt.subplots(4, 4, layout="constrained")
    else:
        plt.plot(np.zeros(200_000), "o")
    started = time.process_time()
    plt.show()
    [(figure, png)] = recorder.taken()

    assert (figure.picture, png) == (False, b"")
    assert time.process_time() - started < 2  # with much to spare for a slow machine


def test_a_picture_leaves_the_figure_as_it_was(recorder: FigureRecorder) -> None:
    """Size, resolution and canvas are the student's."""
    figure, axes = plt.subplots(figsize=(30, 3), dpi=150)
    axes.plot(HISTORY)
    canvas = figure.canvas
    figure.show()

    assert (figure.dpi, tuple(figure.get_size_inches())) == (150, (30, 3))
    assert figure.canvas is canvas
    assert recorder.taken()[0][0].picture


def test_what_cannot_be_drawn_or_named_is_recorded(
    recorder: FigureRecorder, program: _Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error while drawing costs the picture, one while looking for a history its name; no window is waited for."""
    monkeypatch.setattr(program, "series", None)
    matplotlib.use("TkAgg")
    plt.switch_backend("QtAgg")
    with plt.ion():
        plt.plot(HISTORY, label="$\\broken{$")
    plt.legend()
    plt.pause(1000)
    plt.waitforbuttonpress()

    [(figure, _)] = recorder.taken()

    assert not figure.picture
    assert figure.axes[0].lines[0].series == ""
