"""Read a table of predictions on texts: one line a text, its id, and what one or several models predict."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from grader.evidence.texts.codings import ReadColumn, number, read_column
from grader.evidence.texts.columns import Columns, Predicted, find_columns
from grader.evidence.texts.record import ModelTable
from grader.records.evidence import Failure
from grader.records.message import Code, Count, Name, Value
from grader.records.names import first_few

#: Bytes a line may have besides its text, and those of a heading.
_LINE_BYTES, _HEADING_BYTES = 300, 1 << 16

#: What may be wrong with lines, in the order it is reported.
_MISTAKES = ("cells", "unknown", "twice", "label", "absent")

_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class PredictedTable:
    """What one model of a table predicts for every text, in the order of the texts."""

    model: ModelTable
    labels: NDArray[np.uint8]
    """Shape (N,)."""


@dataclass(frozen=True)
class HeldOut:
    """The texts that tables are about."""

    ids: tuple[str, ...]
    class_names: tuple[str, ...]
    text_bytes: int
    """Of all texts together, since tables may repeat them."""


def read_tables(path: Path, file: str, held_out: HeldOut) -> list[PredictedTable] | Failure:
    """Read the models of one table; a `Failure` names everything that is wrong with it, by line.

    Args:
        path: Where it lies.
        file: What the student calls it.
        held_out: What it is about.
    """
    most = _HEADING_BYTES + 2 * held_out.text_bytes + _LINE_BYTES * len(held_out.ids)
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    texts = Count(value=len(held_out.ids), setting=True)
    if len(data) > most:
        values: dict[str, Value] = {"most": Count(value=most, setting=True), "texts": texts}
        return _bad(file, ["text-table-too-large"], values)
    try:
        text = data.decode(_BYTE_ORDER_MARKS.get(data[:2], "utf-8-sig"))
        headings, rows = _rows(text, held_out.ids)
    except (UnicodeError, csv.Error) as error:
        return _bad(file, ["text-table-not-text"], detail=str(error))
    columns = find_columns(headings, held_out.class_names)
    if columns is None:
        shown = Code(text=text.partition("\n")[0].strip()[:100])
        return _bad(file, ["text-table-columns"], {"header": shown})
    return _Reader(columns, held_out, file).read(rows)


@dataclass(frozen=True)
class _Row:
    line: int
    cells: tuple[str, ...]


def _rows(text: str, ids: Sequence[str]) -> tuple[list[str], list[_Row]]:
    """Headings and rows; a table that begins with an id has no headings, and is read as ``id,label``.

    Where semicolons or tabs part the cells, a comma may be the decimal sign.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    found = [
        _Row(reader.line_num, tuple(cell.strip() for cell in row)) for row in reader if any(row)
    ]
    if delimiter != ",":
        found = [_Row(row.line, tuple(map(_with_point, row.cells))) for row in found]
    if found and len(found[0].cells) == 2 and found[0].cells[0].casefold() in {*ids}:
        return ["id", "label"], found
    return (list(found[0].cells), found[1:]) if found else ([], [])


def _with_point(cell: str) -> str:
    """A number with a point; other cells as they are."""
    changed = cell.replace(",", ".", 1)
    return cell if math.isnan(number(changed)) else changed


class _Reader:
    """Reads the lines and keeps which of them are wrong."""

    def __init__(self, columns: Columns, held_out: HeldOut, file: str) -> None:
        self._columns = columns
        self._held_out = held_out
        self._file = file
        self._places = {name: place for place, name in enumerate(held_out.ids)}
        self._lines: defaultdict[str, list[int]] = defaultdict(list)
        self._seen: Counter[int] = Counter()

    def read(self, rows: Sequence[_Row]) -> list[PredictedTable] | Failure:
        """What the models predict, or everything that is wrong."""
        known = dict(self._known(rows))
        if not known:
            return _bad(self._file, ["text-table-foreign"])
        read = [self._column(predicted, known) for predicted in self._columns.models]
        failure = self._failure()
        if failure is not None:
            return failure
        return [
            self._table(predicted, column, known)
            for predicted, column in zip(self._columns.models, read, strict=True)
        ]

    def _known(self, rows: Sequence[_Row]) -> Iterator[tuple[int, _Row]]:
        """The first row of every text, by the text's place."""
        for row in rows:
            if len(row.cells) != self._columns.count:
                self._lines["cells"].append(row.line)
                continue
            place = self._places.get(row.cells[self._columns.id].casefold())
            if place is None:
                self._lines["unknown"].append(row.line)
                continue
            self._seen[place] += 1
            if self._seen[place] > 1:
                self._lines["twice"].append(row.line)
            else:
                yield place, row

    def _column(self, predicted: Predicted, known: Mapping[int, _Row]) -> ReadColumn:
        if len(predicted.places) > 1:
            labels = tuple(_highest(row, predicted.places) for row in known.values())
            found = ReadColumn("class-scores", labels)
        else:
            cells = [row.cells[predicted.places[0]] for row in known.values()]
            found = read_column(cells, predicted.heading.casefold(), self._held_out.class_names)
        wrong = [
            row.line
            for row, label in zip(known.values(), found.labels, strict=True)
            if label is None
        ]
        if wrong:
            self._lines["label"] = sorted({*self._lines["label"], *wrong})
        return found

    def _table(
        self, predicted: Predicted, column: ReadColumn, known: Mapping[int, _Row]
    ) -> PredictedTable:
        labels = np.zeros(len(self._held_out.ids), np.uint8)
        labels[list(known)] = [label for label in column.labels if label is not None]
        stem = PurePosixPath(self._file).stem[:60]
        name = stem if predicted.is_alone else f"{stem}: {predicted.heading[:40]}"
        return PredictedTable(ModelTable(file=self._file, model=name, coding=column.coding), labels)

    def _failure(self) -> Failure | None:
        """Everything that was wrong, the kinds of mistake in a fixed order; None where nothing was."""
        ids = self._held_out.ids
        absent = [name for place, name in enumerate(ids) if place not in self._seen]
        values: dict[str, Value] = {
            "texts": Count(value=len(ids), setting=True),
            "classes": Code(text=", ".join(self._held_out.class_names)),
            "columns": Count(value=self._columns.count, setting=True),
        }
        for mistake, lines in self._lines.items():
            values[mistake] = Count(value=len(lines))
            values[f"{mistake}_lines"] = Code(text=first_few([str(line) for line in lines]))
        if absent:
            values |= {
                "absent": Count(value=len(absent)),
                "absent_ids": Code(text=first_few(absent)),
            }
        mistakes = [f"text-table-{mistake}" for mistake in _MISTAKES if mistake in values]
        return _bad(self._file, mistakes, values) if mistakes else None


def _highest(row: _Row, places: Sequence[int]) -> int | None:
    """The class with the highest score; among equals the first. None where a score is no number."""
    scores = [number(row.cells[place]) for place in places]
    return None if any(map(math.isnan, scores)) else scores.index(max(scores))


def _bad(
    file: str, why: Sequence[str], values: Mapping[str, Value] | None = None, *, detail: str = ""
) -> Failure:
    filled = {"file": Name(text=file), **(values or {})}
    return Failure(
        reason="bad-text-predictions", why=tuple(why), values=filled, detail=detail[:2000]
    )
