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
from grader.reporting.sheets.csv_files import formula_safe, read_sheet, write_rows
from grader.reporting.sheets.filling import Filled, FillOptions
from grader.reporting.sheets.people import student_name


def fill(data: bytes, name: str, reports: Sequence[GradeReport], options: FillOptions) -> Filled:
    """A new table: a line for each student of the gradebook who has a result, with the id Canvas has for them.

    Raises:
        SheetError: It is no gradebook of Canvas.
    """
    gradebook = read_gradebook(read_sheet(data, name))
    matched = gradebook.roll().match(reports)
    ready = [place for place in matched.found if reports[place].complete or options.include_open]
    rows = [["ID", "Student", "Comment"]]
    for place in ready:
        comment = "\n".join(comment_lines(reports[place]))
        canvas_id = gradebook.canvas_id(matched.found[place].row)
        rows.append([canvas_id, *map(formula_safe, (student_name(reports[place]), comment))])
    return Filled(
        data=write_rows(rows).encode(),
        title="Comment",
        comments=tuple(student_name(reports[place]) for place in ready),
        open=tuple(student_name(reports[place]) for place in matched.found if place not in ready),
        doubtful=matched.doubtful,
        not_in_run=matched.not_in_run,
        not_in_file=matched.not_in_file,
    )


EXPORTER = Filler(
    description="comments with the ids of the gradebook exported from Canvas (--into FILE), for its API",
    fill=fill,
    uses=frozenset({"include_open"}),
)
