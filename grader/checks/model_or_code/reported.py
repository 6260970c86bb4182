"""Accuracies on test images that a notebook was saved with. Nothing but its outputs says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.checks.code.filters import ModelFilter
from grader.checks.code.saved_histories import belongs_to, saved_histories
from grader.evidence.code.record import NotebookCell
from grader.evidence.code.run_record import CodeShown

#: What code says that works on test images.
_TESTS = re.compile(r"test|val_|_val", re.IGNORECASE)
_NUMBER = r"(?P<value>\d+(?:[.,]\d+)?)\s*(?P<unit>%?)"
_SAID = re.compile(
    rf"(?:(?<![^\W\d_])acc(?:uracy)?|exactitude|précision)[^\d\n]{{0,40}}?{_NUMBER}",
    re.IGNORECASE,
)
#: Lines of the log of a training, or about training images, and of a table with a row for each class.
_OTHER = re.compile(r"epoch|step|class|train|entra[iî]n", re.IGNORECASE)
#: What `model.evaluate` gives back: the loss and the accuracy.
_PAIR = re.compile(r"[\[(]\s*\d+\.\d+(?:e-?\d+)?,\s*(?P<value>[01]?\.\d+)(?P<unit>)\s*[\])]")


@dataclass(frozen=True)
class ReportedAccuracy:
    """An accuracy, and the cell that was saved with it."""

    where: str
    value: float


def reported_accuracies(code: CodeShown, models: ModelFilter) -> list[ReportedAccuracy]:
    """Accuracies of models of a kind, in the order of the cells: evaluations, else what trainings ended with.

    Only trainings that were validated on test images count.
    """
    evaluated = [
        ReportedAccuracy(f"{notebook.file}, cell {cell.number}", value)
        for notebook in code.notebooks
        for cell in notebook.cells
        if cell.kind == "code" and _TESTS.search(cell.source) and belongs_to(cell, notebook, code, models)
        for value in _said(cell)
    ]  # fmt: skip
    if evaluated:
        return evaluated
    tested = {
        item.where.partition(", line")[0]
        for item in code.trainings
        if models.accepts(item) and item.validation is not None and item.validation.kind == "test"
    }
    return [
        ReportedAccuracy(history.where, history.val_accuracy)
        for history in saved_histories(code, models)
        if history.val_accuracy is not None and history.where in tested
    ]


def _said(cell: NotebookCell) -> Iterator[float]:
    """The accuracies in the outputs of a cell; not in the log of a training, which is of other images too."""
    for output in cell.outputs:
        if output.kind in ("text", "table"):
            lines = [line for line in output.text.split("\n") if not _OTHER.search(line)]
            for found in (*_SAID.finditer("\n".join(lines)), *_PAIR.finditer("\n".join(lines))):
                value = float(found["value"].replace(",", "."))
                value = value / 100 if found["unit"] or value > 1 else value
                if 0 < value <= 1:
                    yield value
