"""Canvas: the gradebook as the instructor exported it, with the marks of one assignment filled in."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.result import GradeReport
from grader.reporting.exporters import Filler
from grader.reporting.sheets.canvas_gradebook import read_gradebook
from grader.reporting.sheets.csv_files import read_sheet
from grader.reporting.sheets.filling import Filled, FillOptions, fill_marks, lab_names


def fill(data: bytes, name: str, reports: Sequence[GradeReport], options: FillOptions) -> Filled:
    """The gradebook, filled.

    Raises:
        SheetError: It is no gradebook of Canvas, or does not fit the run.
    """
    gradebook = read_gradebook(read_sheet(data, name))
    return fill_marks(gradebook.marks(options.column, lab_names(reports)), reports, options)


EXPORTER = Filler(
    description="marks filled into the gradebook exported from Canvas (--into FILE)", fill=fill
)
