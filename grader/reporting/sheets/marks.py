"""The sheet that checks are marked in by hand: a CSV that spreadsheets open, a line for each check of a student."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.errors import MarkError
from grader.intake.csv_sheet import CsvSheet, read_csv
from grader.intake.csv_text import CsvError
from grader.messages import visible
from grader.records.names import first_few
from grader.records.points import points_text
from grader.records.result import CheckResult, GradeReport
from grader.records.section import Excerpt
from grader.reporting.exporters.csv import excel_id
from grader.reporting.sheets.csv_files import formula_safe, write_rows

_STUDENT, _NAME, _CHECK, _POINTS, _COMMENT = "student", "name", "check", "points", "comment"
_HEADER = (_STUDENT, _NAME, _CHECK, "title", "maximum", _POINTS, _COMMENT, "excerpt")
#: A cell of Excel holds 32,767 characters; more than a screen of them is read on the student's page.
_LONGEST_EXCERPT = 3_000


@dataclass(frozen=True)
class MarkLine:
    """What a line of a sheet says."""

    where: str
    """The file and the line, for messages."""
    student: str
    """An id or a name."""
    check: str
    points: str
    """As written."""
    comment: str


def marks_template(reports: Sequence[GradeReport], separator: str = ",") -> bytes:
    """All checks that wait for a person, with what there is to read, and empty cells for points and comments.

    Args:
        reports: Full reports of a class.
        separator: Of the locale of the spreadsheet, ``,`` or ``;``; with semicolons goes the decimal comma.

    Returns:
        A CSV as Excel opens it: UTF-8 with a byte order mark.
    """
    sign = "," if separator == ";" else "."
    rows = [list(_HEADER), *_pending_rows(reports, sign)]
    text = write_rows(rows, separator=separator, line_end="\r\n")
    return codecs.BOM_UTF8 + text.encode()


def _pending_rows(reports: Sequence[GradeReport], sign: str) -> Iterator[list[str]]:
    """Check by check, since whoever marks compares what students say about one thing."""
    places = [
        (exercise, check)
        for exercise in range(len(reports[0].exercises) if reports else 0)
        for check in range(len(reports[0].exercises[exercise].checks))
    ]
    for place, position in places:
        for report in reports:
            exercise = report.exercises[place]
            check = exercise.checks[position]
            if check.status == "pending":
                yield [
                    excel_id(report.student.id),
                    formula_safe(visible(report.student.name)),
                    formula_safe(f"{exercise.exercise_id}/{check.check_id}"),
                    formula_safe(visible(f"{exercise.title}: {check.title}")),
                    points_text(check.max_score).replace(".", sign),
                    "",
                    "",
                    formula_safe(_excerpt(check)),
                ]


def _excerpt(check: CheckResult) -> str:
    """What there is to read, shortened; its lines are kept."""
    texts = [figure.text for figure in check.figures if isinstance(figure, Excerpt)]
    lines = [visible(line) for line in "\n\n".join(texts).splitlines()]
    text = "\n".join(lines)
    return text if len(text) <= _LONGEST_EXCERPT else text[:_LONGEST_EXCERPT].rstrip() + " …"


def read_marks(data: bytes, name: str) -> tuple[MarkLine, ...]:
    """The lines of a sheet that give points or a comment, whatever its separator and its encoding.

    Further columns and their order do not matter, nor do lines without points and comment.

    Args:
        data: The file.
        name: What it is called in messages.

    Raises:
        MarkError: It is no CSV, or lacks a column.
    """
    try:
        sheet = read_csv(data, name)
    except CsvError as error:
        raise MarkError(str(error), hint=error.hint) from error
    filled = [row for row in range(len(sheet.rows)) if any(sheet.values(row))]
    if not filled:
        raise MarkError(f"{name} is empty", hint="`grader mark RUN --template` writes a sheet")
    columns = _columns(sheet, filled[0])
    lines = (_line(sheet, row, columns) for row in filled[1:])
    return tuple(line for line in lines if line.points or line.comment)


def _columns(sheet: CsvSheet, header: int) -> dict[str, int]:
    found: dict[str, int] = {}
    titles = [title.casefold() for title in sheet.values(header)]
    for place, title in enumerate(titles):
        if title in found and title in _HEADER:
            raise MarkError(f"{sheet.name} has two columns '{title}'", hint="remove one of them")
        found[title] = place
    absent = [column for column in (_STUDENT, _CHECK, _POINTS) if column not in found]
    if absent:
        raise MarkError(
            f"{sheet.name} has no column '{absent[0]}'; its columns are {first_few(titles, most=12)}",
            hint="its first line names the columns, as in the sheet that `grader mark RUN --template` writes",
        )
    return found


def _line(sheet: CsvSheet, row: int, columns: dict[str, int]) -> MarkLine:
    def cell(column: str) -> str:
        return sheet.value(row, columns[column]) if column in columns else ""

    return MarkLine(
        where=f"{sheet.name}, line {sheet.line(row)}",
        student=_unquoted(cell(_STUDENT)) or _unquoted(cell(_NAME)),
        check=_unquoted(cell(_CHECK)),
        points=cell(_POINTS),
        comment=cell(_COMMENT),
    )


def _unquoted(text: str) -> str:
    """A text without the apostrophe that `formula_safe` puts before it."""
    bare = text.removeprefix("'")
    return bare if formula_safe(bare) == text else text
