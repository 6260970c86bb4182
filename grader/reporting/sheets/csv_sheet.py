"""A CSV of somebody else's in which some cells are replaced, and every other byte stays as it was."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grader.errors import SheetError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What is tried without a byte order mark: UTF-8, what Excel writes in Western Europe, and what reads all bytes.
_ENCODINGS = ("utf-8", "cp1252", "latin-1")
_SEPARATORS = ",;\t"
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"')
_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
#: A cell that begins with one of these would be run as a formula by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@")
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Cell:
    """One cell: what it says, and where it stands in the file's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class CsvSheet:
    """The cells of a CSV, and all that is needed to write it back."""

    name: str
    """Of the file, for messages."""
    text: str
    """The file, decoded, without its byte order mark."""
    bom: bytes
    encoding: str
    separator: str
    rows: tuple[tuple[Cell, ...], ...]
    """Every line, blank ones and the header among them; a line break inside quotes ends none."""

    def value(self, row: int, column: int) -> str:
        """What a cell says, without blanks around it; empty beyond the end of a short row."""
        cells = self.rows[row]
        return cells[column].text.strip() if column < len(cells) else ""

    def values(self, row: int) -> list[str]:
        """What every cell of a row says, without blanks around it."""
        return [cell.text.strip() for cell in self.rows[row]]

    def line(self, row: int) -> int:
        """The number of the row's first line in the file, from 1."""
        return 1 + len(_LINE_END.findall(self.text, 0, self.rows[row][0].start))

    def replaced(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """The file with some cells saying something else.

        Args:
            cells: (Row, column) to the new text. A row that ends before such a column is made longer.

        Raises:
            SheetError: A text has letters that the file's encoding lacks.
        """
        text, done = [], 0
        for start, end, new in sorted(self._pieces(cells)):
            text += [self.text[done:start], new]
            done = end
        text.append(self.text[done:])
        try:
            return self.bom + "".join(text).encode(self.encoding)
        except UnicodeEncodeError as error:
            letter = error.object[error.start]
            raise SheetError(
                f"{self.name} is in {self.encoding}, which has no '{letter}'",
                hint="save it as CSV UTF-8 first",
            ) from error

    def _pieces(self, cells: Mapping[tuple[int, int], str]) -> Iterator[tuple[int, int, str]]:
        """Where the file's text changes: start, end, what stands there then."""
        beyond: dict[int, dict[int, str]] = {}
        for (row, column), new in cells.items():
            if column >= len(self.rows[row]):
                beyond.setdefault(row, {})[column] = new
                continue
            cell = self.rows[row][column]
            was_quoted = self.text.startswith('"', cell.start)
            yield cell.start, cell.end, _raw(new, self.separator, quoted=was_quoted)
        for row, added in beyond.items():
            end = self.rows[row][-1].end
            columns = range(len(self.rows[row]), max(added) + 1)
            # After a change of the row's last cell, which ends where this begins.
            yield (
                end,
                end,
                "".join(
                    self.separator + _raw(added.get(column, ""), self.separator)
                    for column in columns
                ),
            )


def read_sheet(data: bytes, name: str) -> CsvSheet:
    """Take a CSV apart.

    Args:
        data: The file: UTF-8, UTF-16 or Windows-1252; separated by commas, semicolons or tabs.
        name: What the file is called in messages.

    Raises:
        SheetError: It is no CSV, is empty, or has a quotation mark that is never closed.
    """
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SheetError(f"{name} is a workbook, no CSV", hint="export or save it as CSV")
    bom, encoding, text = _decode(data)
    declared = _DECLARED.match(text)
    begin = declared.end() if declared else 0
    separator = declared.group(1) if declared else _separator(text)
    rows = tuple(_rows(text, begin, separator, name))
    if not any(cell.text.strip() for row in rows for cell in row):
        raise SheetError(f"{name} is empty", hint="download it again")
    return CsvSheet(name, text, bom, encoding, separator, rows)


def write_rows(rows: Iterable[Iterable[str]], *, separator: str = ",", line_end: str = "\n") -> str:
    """Rows as the text of a CSV."""
    return "".join(separator.join(_raw(cell, separator) for cell in row) + line_end for row in rows)


def formula_safe(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe stands before what would begin a formula."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) else text


def _decode(data: bytes) -> tuple[bytes, str, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return bom, encoding, data[len(bom) :].decode(encoding)
            except UnicodeDecodeError:
                break
    for encoding in _ENCODINGS:
        try:
            return b"", encoding, data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes all bytes")


def _separator(text: str) -> str:
    """The separator that is most frequent outside quotes in the first line."""
    header = _LINE_END.split(_QUOTED.sub("", text).lstrip("\r\n"), maxsplit=1)[0]
    return max(_SEPARATORS, key=header.count)


def _rows(text: str, place: int, separator: str, name: str) -> Iterator[tuple[Cell, ...]]:
    plain = re.compile(rf"[^{re.escape(separator)}\r\n]*")
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
    """The cell that begins at `start`; what follows its closing quote belongs to it as it stands."""
    value, end = "", start
    if text.startswith('"', start):
        quoted = _QUOTED.match(text, start)
        if quoted is None:
            line = 1 + len(_LINE_END.findall(text, 0, start))
            raise SheetError(
                f"{name}, line {line}: a quotation mark is opened and never closed",
                hint="download the file again",
            )
        value, end = quoted.group(1).replace('""', '"'), quoted.end()
    rest = plain.match(text, end)
    stop = rest.end() if rest else end
    return Cell(value + text[end:stop], start, stop)


def _raw(text: str, separator: str, *, quoted: bool = False) -> str:
    """A cell as it is written: in quotes where it has to be, or where the cell before it was."""
    if quoted or any(sign in text for sign in (separator, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text
