"""The gradebook of Canvas, as an instructor exports it.

Source: instructure/canvas-lms ``lib/gradebook_importer.rb`` and ``lib/gradebook_exporter.rb``. The header is
``Student, ID, [SIS User ID,] [SIS Login ID,] [Integration ID,] [Root Account,] Section``, then an instructor's own
columns, assignments as ``Title (number)``, and totals. Rows without an id before the students say which columns are
posted by hand, the points possible, and which columns are read-only. The students follow.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grader.errors import SheetError
from grader.intake.csv_sheet import CsvSheet
from grader.records.points import points_text
from grader.records.submission import Identity
from grader.reporting.sheets.filling import MarkTable, read_number
from grader.reporting.sheets.people import PeopleTable, PersonRow

_NUMBERED = re.compile(r"(?P<title>.*\S)\s*\((?P<id>\d+)\)")
#: Columns whose cells name one person and no other.
_ID_COLUMNS = frozenset(
    {"id", "sis user id", "sis login id", "integration id", "login id", "email"}
)
_POINTS_ROW = "points possible"
_READ_ONLY = "read only"
#: What a cell says of a student who is to have no mark.
_LOCKED = {"ex": "excused in the file", "n/a": "not assigned in the file"}


@dataclass(frozen=True)
class Gradebook:
    """A gradebook whose header was recognised."""

    sheet: CsvSheet
    header: tuple[str, ...]
    """Titles of the columns, casefolded."""
    students: tuple[int, ...]
    """Rows of the students."""
    above: tuple[int, ...]
    """Rows between the header and the first student."""
    first: int
    """The first column that may hold marks."""

    def identity(self, row: int) -> Identity:
        """Who stands in a row."""
        if "student" in self.header:
            name = self.sheet.value(row, self.header.index("student"))
        else:
            parts = (self.header.index(part) for part in ("lastname", "firstname"))
            name = ", ".join(self.sheet.value(row, place) for place in parts)
        ids = (
            self.sheet.value(row, place)
            for place, title in enumerate(self.header)
            if title in _ID_COLUMNS
        )
        return Identity(ids=tuple(filter(None, ids)), names=(name,))

    def canvas_id(self, row: int) -> str:
        """The number that Canvas has for whoever stands in a row."""
        return self.sheet.value(row, self.header.index("id"))

    def roll(self) -> PeopleTable:
        """The gradebook without a column for marks."""
        people = (PersonRow(row=row, identity=self.identity(row)) for row in self.students)
        return PeopleTable(sheet=self.sheet, people=tuple(people))

    def marks(self, column: str, lab_names: Collection[str]) -> MarkTable:
        """The gradebook with the column the marks go into.

        Args:
            column: Header, title or number of the assignment; empty where there is no doubt.
            lab_names: What the lab is called; picks a column where none is named.

        Raises:
            SheetError: No column fits, several do, or it is read-only.
        """
        place = self._mark_column(column, lab_names)
        full = self._full_marks(place)
        people = (
            PersonRow(
                row=row,
                identity=self.identity(row),
                full=full,
                locked=_LOCKED.get(self.sheet.value(row, place).casefold(), ""),
            )
            for row in self.students
        )
        return MarkTable(sheet=self.sheet, people=tuple(people), column=place)

    def _mark_column(self, column: str, lab_names: Collection[str]) -> int:
        titles = self.sheet.values(0)
        assignments = [place for place in range(self.first, len(titles)) if self._is_open(place)]
        wanted = [column] if column else lab_names
        named = [
            place
            for place, title in enumerate(titles)
            if any(_is_called(title, name) for name in wanted)
        ]
        fitting = [place for place in named if place in assignments]
        if named and not fitting and column:
            raise SheetError(
                f"'{titles[named[0]]}' in {self.sheet.name} takes no marks: it is read-only or no assignment",
                hint=self._candidates(assignments),
            )
        if not column and not fitting:
            fitting = assignments
        if len(fitting) != 1:
            asked = f"'{column}'" if column else "this lab"
            raise SheetError(
                f"{'several columns' if fitting else 'no column'} of {self.sheet.name} "
                f"{'fit' if fitting else 'fits'} {asked}",
                hint=self._candidates(fitting or assignments),
            )
        return fitting[0]

    def _candidates(self, places: Sequence[int]) -> str:
        names = []
        for place in places:
            full = self._full_marks(place)
            points = "" if full is None else f" ({points_text(full)} points)"
            names.append(f"'{self.sheet.value(0, place)}'{points}")
        if not names:
            return "make the assignment in Canvas first, and export the gradebook again"
        return f"name one with --column: {', '.join(names)}"

    def _is_open(self, place: int) -> bool:
        """Whether a column takes marks: it is numbered or has points possible, and is not read-only."""
        if any(_READ_ONLY in self.sheet.value(row, place).casefold() for row in self.above):
            return False
        numbered = _NUMBERED.fullmatch(self.sheet.value(0, place)) is not None
        return numbered or self._full_marks(place) is not None

    def _full_marks(self, place: int) -> float | None:
        for row in self.above:
            if self.sheet.value(row, 0).casefold() == _POINTS_ROW:
                return read_number(self.sheet.value(row, place))
        return None


def read_gradebook(sheet: CsvSheet) -> Gradebook:
    """Recognise a gradebook.

    Raises:
        SheetError: It is none of Canvas.
    """
    header = tuple(title.casefold() for title in sheet.values(0))
    named = "student" in header or {"lastname", "firstname"} <= set(header)
    if not named or not {"id", "section"} <= set(header):
        raise SheetError(
            f"{sheet.name} is no gradebook of Canvas: its first line names no Student, ID and Section",
            hint="export it in Canvas: Grades, Export, Export Entire Gradebook",
        )
    place = header.index("id")
    students = tuple(row for row in range(1, len(sheet.rows)) if sheet.value(row, place))
    return Gradebook(
        sheet=sheet,
        header=header,
        students=students,
        above=tuple(range(1, students[0] if students else len(sheet.rows))),
        first=1 + header.index("section"),
    )


def _is_called(title: str, name: str) -> bool:
    """Whether a header is meant by its whole text, its title, or its number."""
    parts = _NUMBERED.fullmatch(title)
    names = {title, *(parts.groups() if parts else ())}
    return name.strip().casefold() in {text.casefold() for text in names}
