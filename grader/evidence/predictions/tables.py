"""Read a table of predictions: one line an image, its id first, then a label, a score for each class, or both."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grader.records.evidence import Failure
from grader.records.message import Code, Count, Name, Value
from grader.records.names import first_few

#: Bytes a line may have for its id and label, and for each score.
_LINE_BYTES, _SCORE_BYTES = 160, 40

#: What may be wrong with lines, in the order it is reported.
_MISTAKES = ("cells", "unknown", "twice", "label", "score", "disagree", "absent")


@dataclass(frozen=True)
class PredictionTable:
    """What a table predicts for every image, in the order of the images."""

    labels: NDArray[np.int64]
    """Shape (N,); of scores, the class with the highest."""
    scores: NDArray[np.float32] | None
    """Shape (N, classes), all finite; None where there are labels alone."""


@dataclass(frozen=True)
class Columns:
    """Which column of a table holds what."""

    id: int
    label: int | None
    scores: tuple[int, ...]
    """One for each class in their order, or none."""
    count: int
    delimiter: str


def read_table(
    path: Path, file: str, ids: Sequence[str], class_names: Sequence[str]
) -> PredictionTable | Failure:
    """Read one table; a `Failure` names everything that is wrong with it, by line.

    Args:
        path: Where it lies.
        file: What the student calls it.
        ids: Of the images, in their order.
        class_names: Which may stand in place of the numbers of labels.
    """
    most = len(ids) * (_LINE_BYTES + _SCORE_BYTES * len(class_names)) + (1 << 16)
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        images = Count(value=len(ids))
        return _bad(file, ["table-too-large"], {"most": Count(value=most), "images": images})
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return _bad(file, ["table-not-text"])
    header = text.partition("\n")[0]
    columns = _find_columns(header, len(class_names))
    if columns is None:
        shown, last = Code(text=header.strip()[:100]), Count(value=len(class_names) - 1)
        return _bad(file, ["table-columns"], {"header": shown, "last": last})
    return _Reader(columns, ids, class_names).read(text, file)


def _find_columns(header: str, classes: int) -> Columns | None:
    """Where the columns stand; None where they are not those of a table of predictions."""
    scores = [f"score_{number}" for number in range(classes)]
    for delimiter in (",", ";", "\t"):
        names = [cell.strip().strip('"').strip().casefold() for cell in header.split(delimiter)]
        places = {name: place for place, name in enumerate(names)}
        given = tuple(places[name] for name in scores if name in places)
        fitting = "id" in places and places.keys() <= {"id", "label", *scores}
        if fitting and len(places) == len(names) > 1 and len(given) in (0, classes):
            return Columns(places["id"], places.get("label"), given, len(names), delimiter)
    return None


class _Reader:
    """Reads the lines and keeps which of them are wrong."""

    def __init__(self, columns: Columns, ids: Sequence[str], class_names: Sequence[str]) -> None:
        self._columns = columns
        self._places = {name: place for place, name in enumerate(ids)}
        self._ids = ids
        self._classes = len(class_names)
        self._names = {name.casefold(): place for place, name in enumerate(class_names)}
        self._lines: defaultdict[str, list[int]] = defaultdict(list)
        self._seen: Counter[int] = Counter()
        self._labels = np.full(len(ids), -1, np.int64)
        self._scores = np.zeros((len(ids), self._classes if columns.scores else 0), np.float32)

    def read(self, text: str, file: str) -> PredictionTable | Failure:
        """Read all lines; what they hold, or everything that is wrong."""
        try:
            for line, row in self._rows(text):
                self._take(line, row)
        except csv.Error as error:
            return _bad(file, ["table-not-text"], detail=str(error))
        failure = self._failure(file)
        if failure is not None:
            return failure
        return PredictionTable(self._labels, self._scores if self._columns.scores else None)

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(text), delimiter=self._columns.delimiter)
        next(reader)
        for row in reader:
            if row:
                yield reader.line_num, [cell.strip() for cell in row]

    def _take(self, line: int, row: list[str]) -> None:
        if len(row) != self._columns.count:
            self._lines["cells"].append(line)
            return
        place = self._places.get(row[self._columns.id].casefold())
        if place is None:
            self._lines["unknown"].append(line)
            return
        self._seen[place] += 1
        if self._seen[place] > 1:
            self._lines["twice"].append(line)
            return
        self._take_prediction(line, row, place)

    def _take_prediction(self, line: int, row: list[str], place: int) -> None:
        columns = self._columns
        label = None if columns.label is None else self._label(row[columns.label])
        scores = [self._number(row[column]) for column in columns.scores]
        if columns.label is not None and label is None:
            self._lines["label"].append(line)
        elif not all(map(math.isfinite, scores)):
            self._lines["score"].append(line)
        elif label is not None and scores and scores[label] < max(scores):
            self._lines["disagree"].append(line)
        else:
            self._labels[place] = scores.index(max(scores)) if label is None else label
            self._scores[place] = scores

    def _label(self, cell: str) -> int | None:
        """The class a label names, by its number or its name; None where there is none such."""
        number = self._number(cell)
        if number.is_integer() and 0 <= number < self._classes:
            return int(number)
        return self._names.get(cell.casefold())

    def _number(self, cell: str) -> float:
        """A number, NaN for what is none. Where semicolons part the cells, a comma may be the decimal sign."""
        try:
            value = float(cell.replace(",", ".") if self._columns.delimiter == ";" else cell)
        except ValueError:
            return math.nan
        return value if abs(value) < float(np.finfo(np.float32).max) else math.nan

    def _failure(self, file: str) -> Failure | None:
        """Everything that was wrong, the kinds of mistake in a fixed order; None where nothing was."""
        if not self._seen:
            return _bad(file, ["table-foreign"])
        absent = [name for place, name in enumerate(self._ids) if place not in self._seen]
        values: dict[str, Value] = {
            "images": Count(value=len(self._ids)),
            "classes": Count(value=self._classes),
            "columns": Count(value=self._columns.count),
        }
        for mistake, lines in self._lines.items():
            values[mistake] = Count(value=len(lines))
            values[f"{mistake}_lines"] = Code(text=first_few([str(line) for line in lines]))
        if absent:
            values |= {
                "absent": Count(value=len(absent)),
                "absent_ids": Name(text=first_few(absent)),
            }
        mistakes = [f"table-{mistake}" for mistake in _MISTAKES if mistake in values]
        return _bad(file, mistakes, values) if mistakes else None


def _bad(
    file: str, why: Sequence[str], values: Mapping[str, Value] | None = None, *, detail: str = ""
) -> Failure:
    filled = {"file": Name(text=file), **(values or {})}
    return Failure(reason="bad-predictions", why=tuple(why), values=filled, detail=detail)
