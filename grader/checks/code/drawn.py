"""What figures of a run show: which lines, of which trainings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from grader.checks.code.fields import recorded
from grader.evidence.code.record import NotebookCell, Training
from grader.evidence.code.run_record import AxesDrawn, CodeShown, FigureDrawn, LineDrawn
from grader.evidence.code.words import short_place

#: Names of the series of a history: of older Keras, and of metrics that are accuracies under another name.
_ACCURACIES = ("accuracy", "acc", "categorical_accuracy", "sparse_categorical_accuracy", "binary_accuracy")  # fmt: skip

SERIES = {
    "accuracy": _ACCURACIES,
    "val_accuracy": tuple(f"val_{name}" for name in _ACCURACIES),
    "loss": ("loss",),
    "val_loss": ("val_loss",),
    "training": (*_ACCURACIES, "loss"),
    "validation": (*(f"val_{name}" for name in _ACCURACIES), "val_loss"),
}

#: What texts call each series; of a curve of either kind, what texts call any.
_LOSS, _ACCURACY = r"loss|perte|entropy|co[uû]t|erreur|error", r"acc|exactitude|précision|score"
_CALLED = {"accuracy": _ACCURACY, "loss": _LOSS}
_ANY = f"{_LOSS}|{_ACCURACY}|train|val|learning curve|courbe|apprentissage"


@dataclass(frozen=True)
class DrawnLine:
    """A line with the diagram and the figure it is in."""

    figure: FigureDrawn
    axes: AxesDrawn
    line: LineDrawn

    def shows(self, series: str, trainings: frozenset[int]) -> bool:
        """Whether it shows a series of one of some trainings, numbered from 1 as the run recorded them."""
        match = re.fullmatch(r"training (\d+), (.+)", self.line.series)
        return (
            match is not None
            and int(match[1]) in trainings
            and match[2] in SERIES.get(series, (series,))
        )

    @property
    def is_over_epochs(self) -> bool:
        """Whether it goes on by whole steps, as epochs do: values of a setting do not."""
        x = [value for value in self.line.x if value is not None]
        steps = [after - before for before, after in pairwise(x)]
        return self.line.points > 1 and all(step > 0 and step % 1 == 0 for step in steps)

    def is_called(self, series: str) -> bool:
        """Whether its label, or the texts of its diagram, name a series."""
        about = f"{self.label} {self.axes.title} {self.axes.y_label} {self.figure.title}".casefold()
        named = re.search(_CALLED.get(series.removeprefix("val_"), _ANY), about) is not None
        validates = re.search("val|test", self.label.casefold()) is not None
        return named and validates == series.startswith("val")

    @property
    def label(self) -> str:
        """Its label; that of its place in the legend where the legend alone has labels."""
        if self.line.label or len(self.axes.legend) < len(self.axes.lines):
            return self.line.label
        labels = zip(self.axes.lines, self.axes.legend, strict=False)
        return next((label for line, label in labels if line is self.line), "")


def drawn_lines(code: CodeShown) -> Iterator[DrawnLine]:
    """All lines of all figures."""
    for figure in code.run.figures if code.run is not None else ():
        for axes in figure.axes:
            for line in axes.lines:
                yield DrawnLine(figure, axes, line)


def numbers_of(trainings: Iterable[Training], code: CodeShown) -> frozenset[int]:
    """The numbers under which a run recorded some trainings, from 1."""
    run = code.run
    if run is None:
        return frozenset()
    return frozenset(
        run.trainings.index(item) + 1 for training in trainings for item in recorded(training, code)
    )


def place_of(figure: FigureDrawn, code: CodeShown) -> str:
    """Where a figure was drawn."""
    return short_place(figure.where, code.files)


def has_image(cell: NotebookCell) -> bool:
    """Whether a cell of a notebook was saved with an image."""
    return any(output.kind == "image" for output in cell.outputs)


def may_be_cut_off(code: CodeShown, draws: re.Pattern[str]) -> bool:
    """Whether a figure may be missing since the run was cut short: the code was on the way to draw it.

    Args:
        code: All that is known of the code.
        draws: How code draws such a figure.
    """
    return any(
        step.status == "not reached"
        or (step.status == "failed" and step.after_cut and draws.search(step.traceback) is not None)
        for step in (code.run.steps if code.run is not None else ())
    )
