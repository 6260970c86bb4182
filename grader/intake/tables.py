"""A table of text whose first line names its columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from grader.errors import CourseError
from grader.intake.csv_sheet import CsvSheet, read_csv
from grader.intake.csv_text import CsvError


@dataclass(frozen=True)
class TableRow:
    """One row below the headings."""

    line: int
    """Where it begins in the file, counted from 1."""
    cells: tuple[str, ...]
    """As many as there are headings; blanks around the text are gone."""


@dataclass(frozen=True)
class Table:
    """A table as text."""

    path: Path
    headings: tuple[str, ...]
    """As written, without the blanks around them; empty for a column without a heading."""
    headings_line: int
    rows: tuple[TableRow, ...]
    """Rows that hold anything."""

    def where(self, line: int) -> str:
        """How messages name a line."""
        return f"{self.path}, line {line}"


def read_table(path: Path) -> Table:
    """Read a table, whichever encoding and separator `csv_sheet` knows it has.

    Empty rows, and empty cells beyond the headings, are passed over, as spreadsheets leave them.

    Raises:
        CourseError: The file cannot be read, is no table, or a row has more cells than there are headings; the
            message names the line.
    """
    try:
        sheet = read_csv(path.read_bytes(), f"the roster {path}")
    except OSError as error:
        raise CourseError(
            f"the roster {path} cannot be read: {error.strerror}",
            hint="`roster` in course.toml is the path of a CSV file, relative to course.toml",
        ) from error
    except CsvError as error:
        raise CourseError(str(error), hint=error.hint) from error
    filled = [row for row in range(len(sheet.rows)) if any(sheet.values(row))]
    if not filled:
        raise CourseError(
            f"{path} is empty: its first line must name the columns",
            hint="write a line such as id,name,email and one line for each student",
        )
    first, *others = filled
    headings = sheet.values(first)
    while not headings[-1]:
        headings.pop()
    return Table(
        path=path,
        headings=tuple(headings),
        headings_line=sheet.line(first),
        rows=tuple(TableRow(sheet.line(row), _fit(sheet, row, headings)) for row in others),
    )


def _fit(sheet: CsvSheet, row: int, headings: list[str]) -> tuple[str, ...]:
    cells = sheet.values(row)
    for cell, heading in zip_longest(cells, headings, fillvalue=""):
        if cell and not heading:
            raise CourseError(
                f"{sheet.name}, line {sheet.line(row)}: '{cell}' stands under no heading; the headings are "
                f"{', '.join(filter(None, headings))}",
                hint=f'put a cell that holds a separator into quotes, as in "Last{sheet.separator} First", '
                "or give the column a heading",
            )
    return tuple((cells + [""] * len(headings))[: len(headings)])
