"""Canvas: a comment for every student of the exported gradebook, as a CSV for scripts.

Canvas imports no comments from a file. Its API takes one a student, by the id that the gradebook has:
``PUT /api/v1/courses/:course/assignments/:assignment/submissions/:id`` with ``comment[text_comment]``.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.result import GradeReport
from grader.reporting.exporters import Filler
from grader.reporting.sheets.canvas_gradebook import read_gradebook
from grader.reporting.sheets.comments import comment_lines
from grader.reporting.sheets.csv_sheet import formula_safe, read_sheet, write_rows
from grader.reporting.sheets.filling import Filled, FillOptions, student_name, without_row


def fill(data: bytes, name: str, reports: Sequence[GradeReport], options: FillOptions) -> Filled:
    """A new table: a line for each student of the gradebook who has a result, with the id Canvas has for them.

    Raises:
        SheetError: It is no gradebook of Canvas, or somebody fits several lines of it.
    """
    sheet = read_sheet(data, name)
    gradebook = read_gradebook(sheet)
    roll = gradebook.roll()
    found = roll.match(reports)
    ready = [place for place in found if reports[place].complete or options.include_open]
    rows = [["ID", "Student", "Comment"]]
    for place in ready:
        row = roll.people[found[place]].row
        comment = "\n".join(comment_lines(reports[place]))
        canvas_id = sheet.value(row, gradebook.header.index("id"))
        rows.append([canvas_id, *map(formula_safe, (student_name(reports[place]), comment))])
    return Filled(
        data=write_rows(rows).encode(),
        title="Comment",
        comments=tuple(student_name(reports[place]) for place in ready),
        open=tuple(student_name(reports[place]) for place in found if place not in ready),
        not_in_run=roll.without(found),
        not_in_file=without_row(reports, found),
    )


EXPORTER = Filler(
    description="comments with the ids of the gradebook exported from Canvas (--into FILE), for its API",
    fill=fill,
)
