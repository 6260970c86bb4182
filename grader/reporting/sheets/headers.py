"""Columns of a table found by their headers, in the languages platforms write them in."""

from __future__ import annotations

from collections.abc import Collection

from grader.errors import SheetError
from grader.intake.csv_sheet import CsvSheet


def find_column(sheet: CsvSheet, names: Collection[str]) -> int | None:
    """The first column whose header is one of the names, whatever its case; None where there is none."""
    wanted = {name.casefold() for name in names}
    titles = [title.casefold() for title in sheet.values(0)]
    return next((place for place, title in enumerate(titles) if title in wanted), None)


def require_column(sheet: CsvSheet, names: Collection[str], *, asked: str, what: str) -> int:
    """As `find_column`, and never None.

    Args:
        sheet: The table.
        names: The headers that are known.
        asked: The header that the instructor names; empty to look for those that are known.
        what: What the column holds, for messages.

    Raises:
        SheetError: There is no such column.
    """
    found = find_column(sheet, [asked] if asked else names)
    if found is None:
        missing = f"no column '{asked}'" if asked else f"no column known as that of {what}"
        raise SheetError(
            f"{sheet.name} has {missing}",
            hint=f"name it with --column: {', '.join(sheet.values(0))}",
        )
    return found
