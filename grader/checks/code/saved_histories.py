"""The histories of trainings that a notebook was saved with: its logs, and what its own loops printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.checks.code.filters import ModelFilter
from grader.evidence.code.record import NotebookCell, NotebookRead, SavedLog, Training
from grader.evidence.code.run_record import CodeShown

_ACCURACY = re.compile(r"(?!.*top)(?:\w*_)?acc(?:uracy)?(?:_\d+)?")
#: ``train loss: 0.51``, ``Val Acc = 41.3 %``: a name, and a number that follows it.
_PRINTED = re.compile(
    r"(?P<name>[^\W\d][^\W\d ]*(?:[ _/-]+[^\W\d]+){0,3})\s*(?:[:=]|\bis\b|\best\b)?\s*"
    r"(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>%?)"
)
_HELD_OUT = re.compile(r"val|test|dev\b", re.IGNORECASE)
#: Pairs of accuracies that are a history, though nothing says which are of the training images.
_SEVERAL = 3
#: Lines within which a program prints what belongs to one epoch.
_NEAR = 3


@dataclass(frozen=True)
class SavedHistory:
    """What a training ended with, as a notebook was saved."""

    where: str
    accuracy: float | None = None
    val_accuracy: float | None = None
    best_val_accuracy: float | None = None
    loss_rise: float = 1.0
    """By what factor the loss on the validation images rose above its lowest, while that of the training fell."""

    @property
    def gap(self) -> float | None:
        """By how much the accuracy on the training images is above the other; None where one is not there."""
        if self.accuracy is None or self.val_accuracy is None:
            return None
        return self.accuracy - self.val_accuracy


def saved_histories(code: CodeShown, models: ModelFilter) -> list[SavedHistory]:
    """The histories of trainings of one kind of model, by the cells they were saved in."""
    return [
        history
        for notebook in code.notebooks
        for cell in notebook.cells
        if belongs_to(cell, notebook, code, models)
        for history in _histories(cell, f"{notebook.file}, cell {cell.number}")
    ]


def belongs_to(
    cell: NotebookCell, notebook: NotebookRead, code: CodeShown, models: ModelFilter
) -> bool:
    """Whether what a cell was saved with is about models of a kind.

    That is: those it trains, else those of the next cell above that trains any, of the dataset that was named last.
    """
    trained: dict[int, list[Training]] = {}
    for item in code.trainings:
        place = re.match(rf"{re.escape(notebook.file)}, cell (\d+),", item.where)
        if place is not None and int(place[1]) <= cell.number:
            trained.setdefault(int(place[1]), []).append(item)
    if trained and not any(map(models.accepts, trained[max(trained)])):
        return False
    if cell.number in trained or not models.dataset:
        return True
    return is_below(models.dataset, cell.number, notebook)


def is_below(dataset: str, number: int, notebook: NotebookRead) -> bool:
    """Whether the dataset that is named last above the end of a cell is this one, or none is named at all."""
    named = ""
    for cell in notebook.cells[:number]:
        found = re.findall(r"cifar[-_ ]?100|cifar[-_ ]?10(?!\d)|mnist", cell.source, re.IGNORECASE)
        if found:
            named = re.sub(r"[-_ ]", "", found[-1].casefold())
    return named in ("", dataset)


def _histories(cell: NotebookCell, where: str) -> Iterator[SavedHistory]:
    if cell.logs:
        yield from (_logged(log, where) for log in cell.logs)
    elif cell.kind == "code":
        text = "\n".join(output.text for output in cell.outputs if output.kind == "text")
        yield from _printed(text.split("\n"), where)


def _logged(log: SavedLog, where: str) -> SavedHistory:
    names = [name for name in log.metrics if _ACCURACY.fullmatch(name)]
    validated = [name for name in names if name.startswith("val_")]
    trained = [name for name in names if not name.startswith("val_")]
    values = [value for name in validated[:1] for value in log.metrics[name] if value is not None]
    return SavedHistory(
        where,
        _last(log, trained),
        _last(log, validated),
        max(values, default=None),
        _rise(log.metrics.get("loss", ()), log.metrics.get("val_loss", ())),
    )


def _last(log: SavedLog, names: Sequence[str]) -> float | None:
    values = log.metrics[names[0]] if names else ()
    return values[-1] if values else None


def _rise(loss: Sequence[float | None], validated: Sequence[float | None]) -> float:
    known = [value for value in validated if value is not None]
    if not known or len(loss) != len(validated) or loss[-1] is None or validated[-1] is None:
        return 1.0
    lowest = min(known)
    before = loss[validated.index(lowest)]
    return (
        validated[-1] / lowest if lowest > 0 and before is not None and loss[-1] < before else 1.0
    )


def _printed(lines: Sequence[str], where: str) -> Iterator[SavedHistory]:
    """What a loop printed last of both accuracies, and the best of those on validation images."""
    trained: tuple[int, float] | None = None
    validated: tuple[int, float] | None = None
    best, named = None, False
    pairs: dict[tuple[float, float], None] = {}
    for number, line in enumerate(lines):
        for name, value in _accuracies(line):
            if _HELD_OUT.search(name):
                validated = (number, value)
                best = value if best is None else max(best, value)
            else:
                trained = (number, value)
                named = named or "train" in name.casefold()
        if trained and validated and abs(trained[0] - validated[0]) <= _NEAR:
            pairs[trained[1], validated[1]] = None
    if pairs and (named or len(pairs) >= _SEVERAL):
        yield SavedHistory(where, *list(pairs)[-1], best_val_accuracy=best)


def _accuracies(line: str) -> Iterator[tuple[str, float]]:
    for found in () if "/step" in line else _PRINTED.finditer(line):
        name = found["name"]
        if re.search(r"acc|exactitude|précision", name, re.IGNORECASE):
            value = float(found["value"])
            value = value / 100 if found["unit"] or value > 1 else value
            if 0 <= value <= 1:
                yield name, value
