"""The cells of a CSV and where each stands in its text, whatever stands between and around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from grader.intake.csv_text import CsvError, DecodedText, decode_csv

_SEPARATORS = ",;\t|"
_LINE_END = re.compile(r"\r\n|\n|\r")
_QUOTED = re.compile(r' *"([^"]*(?:""[^"]*)*)" *')
#: Excel reads such a first line.
_DECLARED = re.compile(r'"?sep=(.)"?(?:\r\n|\n|\r|$)', re.IGNORECASE)
_INVISIBLE = r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+"
_INVISIBLE_ENDS = re.compile(rf"^{_INVISIBLE}|{_INVISIBLE}$")
_FORMULA_OF_TEXT = re.compile(r'="([^"]*)"')


@dataclass(frozen=True)
class Cell:
    """One cell: what it says, and where it stands in the file's text."""

    text: str
    start: int
    end: int
    quoted: bool

    @property
    def value(self) -> str:
        """The text without blanks and marks nobody sees around it, and ``="00123"`` as its text."""
        visible = _INVISIBLE_ENDS.sub("", self.text)
        formula = _FORMULA_OF_TEXT.fullmatch(visible)
        return formula[1].strip() if formula else visible


@dataclass(frozen=True)
class CsvSheet:
    """The cells of a CSV, and all that is needed to write it back."""

    name: str
    """Of the file, for messages."""
    source: DecodedText
    separator: str
    rows: tuple[tuple[Cell, ...], ...]
    """Every line, blank ones and the header among them; a line break inside quotes ends none."""

    def value(self, row: int, column: int) -> str:
        """What a cell says; empty beyond the end of a short row."""
        cells = self.rows[row]
        return cells[column].value if column < len(cells) else ""

    def values(self, row: int) -> list[str]:
        """What every cell of a row says."""
        return [cell.value for cell in self.rows[row]]

    def line(self, row: int) -> int:
        """The number of the row's first line in the file, from 1."""
        return 1 + bisect_right(self._line_ends, self.rows[row][0].start)

    @cached_property
    def _line_ends(self) -> list[int]:
        return [found.end() for found in _LINE_END.finditer(self.source.text)]


def read_csv(data: bytes, name: str) -> CsvSheet:
    """Take a CSV apart: commas, semicolons, tabs or bars between its cells, or what a first line ``sep=;`` says.

    Args:
        data: The file, in an encoding of `decode_csv`.
        name: What the file is called in messages.

    Raises:
        CsvError: It is no text, a quotation mark is never closed, or something follows one that is.
    """
    source = decode_csv(data, name)
    declared = _DECLARED.match(source.text)
    separator = declared[1] if declared else _frequent_separator(source.text)
    rows = _rows(source.text, declared.end() if declared else 0, separator, name)
    return CsvSheet(name, source, separator, tuple(rows))


def _frequent_separator(text: str) -> str:
    """The separator that is most frequent outside quotes in the first line."""
    header = _LINE_END.split(_QUOTED.sub("", text).lstrip("\r\n "), maxsplit=1)[0]
    return max(_SEPARATORS, key=header.count)


def _rows(text: str, place: int, separator: str, name: str) -> Iterator[tuple[Cell, ...]]:
    plain = re.compile(f"[^{re.escape(separator)}\r\n]*")
    row: list[Cell] = []
    while place < len(text) or row:
        cell = _cell(text, place, plain, name)
        row.append(cell)
        place = cell.end
        if text.startswith(separator, place):
            place += 1
            continue
        yield tuple(row)
        row = []
        ended = _LINE_END.match(text, place)
        if ended is None:
            return
        place = ended.end()


def _cell(text: str, start: int, plain: re.Pattern[str], name: str) -> Cell:
    """The cell that begins at `start`; blanks around quotes say nothing."""
    quoted = _QUOTED.match(text, start)
    rest = plain.match(text, quoted.end() if quoted else start)
    end = rest.end() if rest else start
    said = rest[0] if rest else ""
    if quoted and not said:
        return Cell(quoted[1].replace('""', '"'), start, end, quoted=True)
    if quoted or said.lstrip(" ").startswith('"'):
        line = 1 + len(_LINE_END.findall(text, 0, start))
        raise CsvError(
            f"{name}, line {line}: a quotation mark is not closed, or something follows it",
            'a cell in quotes writes each quotation mark of its own twice: "Anna ""Ann"" Bo"',
        )
    return Cell(said, start, end, quoted=False)
