"""Read a table of text whose encoding and separator depend on who saved it, and where."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from grader.errors import CourseError
from grader.intake.sniffing import sniff_file

SAVE_AS = (
    "save it as CSV: in Excel 'File > Save As > CSV UTF-8', in LibreOffice 'Save As > Text CSV', "
    "in Google Sheets 'File > Download > CSV'"
)

_SEPARATORS = ",;\t|"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What a file that is no table is called, by what its first bytes say or its ending.
_NO_TABLES = {
    ".xlsx": "an Excel workbook",
    ".xlsm": "an Excel workbook",
    ".ods": "an OpenDocument spreadsheet",
    ".numbers": "a spreadsheet of Numbers",
    ".docx": "a Word document",
    "zip": "a zip archive",
    "office": "an Office document",
    "pdf": "a PDF document",
    "html": "a web page",
    "image": "a picture",
    "gzip": "a compressed file",
    "bzip2": "a compressed file",
    "xz": "a compressed file",
    "tar": "a tar archive",
    "notebook": "a notebook",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED = ("zip", "office")
_TEXT_KINDS = ("table", "text", "unknown", "empty")

#: Characters that names and headings hold besides letters, digits and ASCII.
_PUNCTUATION = frozenset(
    "\N{NO-BREAK SPACE}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}"
    "“”«»–—…·°ºª§€"
)
#: A capital of Windows-1252 that ends a lower-case word is, in files of old Macs, é, ü or the like.
_CAPITAL_AFTER_LOWER_CASE = re.compile(r"[a-zß-ÿ][ŠŽŸŒ]")
_INVISIBLE = r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+"
_INVISIBLE_ENDS = re.compile(rf"^{_INVISIBLE}|{_INVISIBLE}$")
_FORMULA_OF_TEXT = re.compile(r'="([^"]*)"')


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
    """Read a table in UTF-8, UTF-16 or Windows-1252 with commas, semicolons, tabs or bars between its cells.

    Empty rows, and empty cells beyond the headings, are passed over, as spreadsheets leave them.

    Raises:
        CourseError: The file cannot be read, is no table, or a row has more cells than there are headings; the
            message names the line.
    """
    try:
        data = path.read_bytes()
        kind = sniff_file(path)
    except OSError as error:
        raise CourseError(
            f"the roster {path} cannot be read: {error.strerror}",
            hint="`roster` in course.toml is the path of a CSV file, relative to course.toml",
        ) from error
    text = _decode(path, kind, data)
    separator, skipped = _separator(text)
    records = list(_records(path, text, separator, skipped))
    if not records:
        raise CourseError(
            f"{path} is empty: its first line must name the columns",
            hint="write a line such as id,name,email and one line for each student",
        )
    (line, cells), *others = records
    while cells and not cells[-1]:
        cells.pop()
    headings = tuple(cells)
    rows = tuple(
        TableRow(line, _fit(path, line, cells, headings, separator)) for line, cells in others
    )
    return Table(path=path, headings=headings, headings_line=line, rows=rows)


def _decode(path: Path, kind: str, data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).removeprefix("\ufeff")
            except UnicodeDecodeError as error:
                raise CourseError(
                    f"{path} begins as {encoding.removesuffix('-sig').upper()} and goes on as something else",
                    hint=SAVE_AS,
                ) from error
    _refuse_other_files(path, kind, data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_windows(path, data, error)


def _refuse_other_files(path: Path, kind: str, data: bytes) -> None:
    name = _NO_TABLES.get(path.suffix.lower()) if kind in _PACKED else None
    if name is None and kind not in _TEXT_KINDS:
        name = _NO_TABLES.get(kind, f"a file of the kind '{kind}'")
    if data.startswith(_OLD_OFFICE):
        name = "an Excel workbook" if path.suffix.lower() == ".xls" else "an Office document"
    elif kind in _PACKED and b"xl/workbook" in data:
        name = "an Excel workbook"
    elif kind in _PACKED and b"opendocument.spreadsheet" in data[:200]:
        name = "an OpenDocument spreadsheet"
    elif name is None and data.startswith((b"{", b"[")):
        name = "an RTF document" if data.startswith(b"{\\rtf") else "JSON"
    elif name is None and b"\0" in data:
        name = "no text, or UTF-16 without the mark that says so"
    if name is not None:
        raise CourseError(f"the roster {path} cannot be read: it is {name}, not CSV", hint=SAVE_AS)


def _decode_windows(path: Path, data: bytes, error: UnicodeDecodeError) -> str:
    """Windows-1252, unless the bytes speak against it: a name read wrong is worse than a roster refused."""
    line = data.count(b"\n", 0, error.start) + 1
    doubt = CourseError(
        f"{path}, line {line}: byte 0x{data[error.start]:02x} is no UTF-8, "
        "and the file is not plainly Windows-1252 either",
        hint=f"the letters beyond a to z would be read wrong; {SAVE_AS}",
    )
    partly_utf8 = any(
        ord(letter) > 127 and letter != "\ufffd" for letter in data.decode("utf-8", "replace")
    )
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise doubt from error
    odd = any(
        ord(letter) > 127
        and letter not in _PUNCTUATION
        and unicodedata.category(letter) not in ("Lu", "Ll")
        for letter in text
    )
    if partly_utf8 or odd or _CAPITAL_AFTER_LOWER_CASE.search(text):
        raise doubt from error
    return text


def _separator(text: str) -> tuple[str, int]:
    """What stands between cells, and how many lines say so: Excel reads a first line ``sep=;``."""
    first, _, _ = text.partition("\n")
    stated = re.fullmatch(r'"?sep=(.)"?', first.strip("\r"), re.IGNORECASE)
    if stated:
        return stated[1], 1
    lines = (line for line in text.splitlines() if line.strip())
    outside_quotes = re.sub(r'"[^"]*"', "", next(lines, ""))
    return max(_SEPARATORS, key=outside_quotes.count), 0


def _records(
    path: Path, text: str, separator: str, skipped: int
) -> Iterator[tuple[int, list[str]]]:
    stream = io.StringIO(text, newline="")
    for _ in range(skipped):
        stream.readline()
    reader = csv.reader(stream, delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        line = skipped + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise CourseError(
                f"{path}, line {line}: a quotation mark is not closed, or something follows it ({error})",
                hint='a cell in quotes writes each quotation mark of its own twice: "Anna ""Ann"" Bo"',
            ) from error
        if cells is None:
            return
        cells = [_clean(cell) for cell in cells]
        if any(cells):
            yield line, cells


def _clean(cell: str) -> str:
    """The text of a cell: without blanks and marks nobody sees around it, and ``="00123"`` as its text."""
    visible = _INVISIBLE_ENDS.sub("", cell)
    formula = _FORMULA_OF_TEXT.fullmatch(visible)
    return formula[1].strip() if formula else visible


def _fit(
    path: Path, line: int, cells: list[str], headings: tuple[str, ...], separator: str
) -> tuple[str, ...]:
    named = zip_longest(cells, headings, fillvalue="")
    for cell in [cell for cell, heading in named if cell and not heading]:
        raise CourseError(
            f"{path}, line {line}: '{cell}' stands under no heading; the headings are "
            f"{', '.join(filter(None, headings))}",
            hint=f'put a cell that holds a separator into quotes, as in "Last{separator} First", '
            "or give the column a heading",
        )
    return tuple((cells + [""] * len(headings))[: len(headings)])
