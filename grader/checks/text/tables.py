"""Tables in a text: rows of cells, each cell with the name of its column."""

from __future__ import annotations

import re
from collections.abc import Callable

_SEPARATOR = " | "
_RULE = re.compile(r"[\s|:=-]*")


def is_table(text: str) -> bool:
    """Whether a text is a table: lines of cells."""
    lines = _lines(text)
    return len(lines) > 1 and all(_SEPARATOR in line for line in lines[:2])


def labelled(text: str) -> str:
    """A table with the name of its column before each cell, other texts as they are.

    ``loss: 0.02; accuracy: 99 %``: one line a row. A table whose first row is values names no columns, and stays.
    """
    rows = _rows(text)
    if not rows or _is_values(rows[0]):
        return text
    header, *others = rows
    return "\n".join(_labelled(header, row) for row in others) or text


def about(text: str, names: Callable[[str], bool]) -> list[str]:
    """What a table says of one thing: its rows, or its column with the names of the rows.

    Args:
        text: The table.
        names: Whether a cell names the thing.
    """
    header, *others = _rows(text) or [[]]
    columns = [place for place, cell in enumerate(header) if place and names(cell)]
    if columns and not any(names(row[0]) for row in others):
        return [
            f"{row[0]}: {row[place]}" for place in columns for row in others if place < len(row)
        ]
    return [_labelled(header, row) for row in others if any(map(names, row))]


def _rows(text: str) -> list[list[str]]:
    if not is_table(text):
        return []
    lines = [line for line in _lines(text) if not _RULE.fullmatch(line)]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _is_values(row: list[str]) -> bool:
    return sum(bool(re.match(r"[-+\d.,]+\s*%?$", cell)) for cell in row) * 2 >= len(row)


def _labelled(header: list[str], row: list[str]) -> str:
    """A row with the name of each column before its cell."""
    pairs = [f"{name}: {cell}" if name else cell for name, cell in zip(header, row, strict=False)]
    return "; ".join([*pairs, *row[len(header) :]])
