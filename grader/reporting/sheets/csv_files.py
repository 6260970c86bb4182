"""CSV files of somebody else's in which some cells are replaced and every other byte stays, and new ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from grader.errors import SheetError
from grader.intake.csv_sheet import CsvSheet, read_csv
from grader.intake.csv_text import CsvError

#: A cell that begins with one of these would be run as a formula by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@")


def read_sheet(data: bytes, name: str) -> CsvSheet:
    """Take the CSV of a learning platform apart.

    Raises:
        SheetError: It is no CSV, is empty, or has a quotation mark that is never closed.
    """
    try:
        sheet = read_csv(data, name)
    except CsvError as error:
        raise SheetError(str(error), hint=error.hint) from error
    if not any(any(sheet.values(row)) for row in range(len(sheet.rows))):
        raise SheetError(f"{name} is empty", hint="download it again")
    return sheet


def replace_cells(sheet: CsvSheet, cells: Mapping[tuple[int, int], str]) -> bytes:
    """The file with some cells saying something else.

    Args:
        sheet: The file.
        cells: (Row, column) to the new text. A row that ends before such a column is made longer.

    Raises:
        SheetError: A text has letters that the file's encoding lacks.
    """
    before, text, done = sheet.source.text, [], 0
    for start, end, new in sorted(_pieces(sheet, cells)):
        text += [before[done:start], new]
        done = end
    text.append(before[done:])
    try:
        return sheet.source.bom + "".join(text).encode(sheet.source.encoding)
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        raise SheetError(
            f"{sheet.name} is in {sheet.source.encoding}, which has no '{letter}'",
            hint="save it as CSV UTF-8 first",
        ) from error


def write_rows(rows: Iterable[Iterable[str]], *, separator: str = ",", line_end: str = "\n") -> str:
    """Rows as the text of a CSV."""
    return "".join(separator.join(_raw(cell, separator) for cell in row) + line_end for row in rows)


def formula_safe(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe stands before what would begin a formula."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) else text


def _pieces(
    sheet: CsvSheet, cells: Mapping[tuple[int, int], str]
) -> Iterator[tuple[int, int, str]]:
    """Where the file's text changes: start, end, what stands there then."""
    beyond: dict[int, dict[int, str]] = {}
    for (row, column), new in cells.items():
        if column >= len(sheet.rows[row]):
            beyond.setdefault(row, {})[column] = new
            continue
        cell = sheet.rows[row][column]
        yield cell.start, cell.end, _raw(new, sheet.separator, quoted=cell.quoted)
    for row, added in beyond.items():
        end = sheet.rows[row][-1].end
        columns = range(len(sheet.rows[row]), max(added) + 1)
        texts = [_raw(added.get(column, ""), sheet.separator) for column in columns]
        # After a change of the row's last cell, which ends where this begins.
        yield end, end, "".join(sheet.separator + text for text in texts)


def _raw(text: str, separator: str, *, quoted: bool = False) -> str:
    """A cell as it is written: in quotes where it has to be, or where the cell before it was."""
    if quoted or any(sign in text for sign in (separator, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text
