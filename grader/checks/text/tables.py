"""Tables in a text: rows of cells, each cell with the name of its column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

_SEPARATOR = " | "
#: What tables without marks have columns of.
_QUANTITY = re.compile(
    r"\b(?:loss|acc(?:uracy)?|time|epochs?|units?|neurons?|batch|optimizer|perte|exactitude|pr[ée]cision|temps|[ée]poques?)\b",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?(?:%|s|ms|min|h)?", re.IGNORECASE)
_MOST_COLUMNS = 10
#: Words that end the name of a column of two words: ``Batch Size``.
_SECOND_WORDS = frozenset({"size", "sizes", "units", "neurons", "rate", "layers", "epochs"})
_RULE = re.compile(r"[\s|:=-]*")


def is_table(text: str) -> bool:
    """Whether a text is a table: lines of cells."""
    lines = _lines(text)
    return len(lines) > 1 and all(_SEPARATOR in line for line in lines[:2])


def labelled(text: str) -> str:
    """A table with the name of its column before each cell, other texts as they are.

    ``loss: 0.02; accuracy: 99 %``: one line a row. A table whose first row is values names no columns, and stays.
    Tables of PDF files are lines of words: a line that names quantities above lines of values is read as one.
    """
    rows = _rows(text)
    if not rows:
        return "\n".join(_without_marks(text.split("\n")))
    if _is_values(rows[0]):
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


def _without_marks(lines: Sequence[str]) -> Iterator[str]:
    """Lines, those of a table without marks between its cells with the names of their columns."""
    header: list[str] = []
    for line in lines:
        words = line.split()
        values = [_VALUE.fullmatch(word) is not None for word in words]
        if len(_QUANTITY.findall(line)) > 1 and not any(values) and len(words) <= _MOST_COLUMNS:
            header = words
            yield line
        elif header and sum(values) > 1 and values[-1]:
            yield _aligned(header, words, values)
        else:
            header = []
            yield line


def _aligned(header: list[str], words: list[str], values: list[bool]) -> str:
    """A row whose last values are those of the last columns, and whose first one is that of the first."""
    pairs: list[str] = []
    left = list(header)
    place = len(words)
    while (
        place and values[place - 1] and len(left) > 1 and left[-1].casefold() not in _SECOND_WORDS
    ):
        place -= 1
        pairs.insert(0, f"{left.pop()}: {words[place]}")
    if place and values[0]:
        ends = 2 if len(header) > 1 and header[1].casefold() in _SECOND_WORDS else 1
        pairs.insert(0, f"{' '.join(header[:ends])}: {words[0]}")
        pairs[1:1] = words[1:place]
    elif place:
        pairs[0:0] = words[:place]
    return "; ".join(pairs)
