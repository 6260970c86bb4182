"""Gradescope: the scores of an assignment as a CSV, in the columns of "Download Grades"."""

from __future__ import annotations

from collections.abc import Sequence

from grader.intake.csv_sheet import CsvSheet
from grader.records.points import points_text
from grader.records.result import GradeReport
from grader.records.submission import Identity
from grader.reporting.exporters import Filler
from grader.reporting.sheets.csv_files import formula_safe, read_sheet, write_rows
from grader.reporting.sheets.filling import (
    Filled,
    FillOptions,
    MarkTable,
    fill_marks,
    read_number,
)
from grader.reporting.sheets.headers import find_column, require_column
from grader.reporting.sheets.people import PersonRow

_HEADER = ("Name", "SID", "Email", "Total Score", "Max Points", "Status")


def fill(data: bytes, name: str, reports: Sequence[GradeReport], options: FillOptions) -> Filled:
    """The scores, filled.

    Raises:
        SheetError: It has no column of scores, or does not fit the run.
    """
    sheet = read_sheet(data, name)
    scores = require_column(sheet, ["Total Score"], asked=options.column, what="the total scores")
    maximum = find_column(sheet, ["Max Points"])
    people = (
        PersonRow(
            row=row,
            identity=_identity(sheet, row),
            full=None if maximum is None else read_number(sheet.value(row, maximum)),
        )
        for row in range(1, len(sheet.rows))
        if any(sheet.values(row))
    )
    table = MarkTable(sheet=sheet, people=tuple(people), column=scores)
    return fill_marks(table, reports, options)


def blank(reports: Sequence[GradeReport]) -> bytes:
    """A table of the run's students, without scores."""
    rows = [
        [
            *map(formula_safe, (report.student.name, report.student.id, report.student.email)),
            *("", points_text(report.max_points), "Graded" if report.complete else "Ungraded"),
        ]
        for report in reports
    ]
    return write_rows([_HEADER, *rows]).encode()


def _identity(sheet: CsvSheet, row: int) -> Identity:
    def said(*headers: str) -> list[str]:
        places = [find_column(sheet, [header]) for header in headers]
        return [text for place in places if place is not None and (text := sheet.value(row, place))]

    names = [" ".join(said("First Name", "Last Name")), *said("Name")]
    return Identity(ids=tuple(said("SID", "Email")), names=tuple(filter(None, names)))


EXPORTER = Filler(
    description="total scores in the columns of Gradescope's CSV, or filled into yours (--into FILE)",
    fill=fill,
    blank=blank,
)
