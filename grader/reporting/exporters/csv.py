"""CSV: one line a student, for spreadsheets and scripts."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from grader.messages import visible
from grader.records.points import points_text
from grader.records.result import GradeReport
from grader.reporting.exporters import Exporter
from grader.reporting.sheets.csv_files import formula_safe, write_rows

#: What Excel may take for a number or a date (``00123``, ``1E5``, ``mar1``) and nothing that ends a quoted text.
_RISKY_ID = re.compile(r"(?=.*\d)[\w.@+~-]+")


def grade_table(reports: Sequence[GradeReport]) -> list[list[str | float]]:
    """The header, then one row a student: texts, and points as numbers."""
    keys = list(
        dict.fromkeys(
            f"{exercise.exercise_id}/{check.check_id}"
            for report in reports
            for exercise in report.exercises
            for check in exercise.checks
        )
    )
    header: list[str | float] = [
        *("id", "name", "email", "lab", "points", "max_points", "points_low", "points_high"),
        *("status", "passed", "days_late", "flags"),
        *(column for key in keys for column in (key, f"{key} status")),
    ]
    return [header, *(_row(report, keys) for report in reports)]


def render(reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """``grades.csv``, UTF-8."""
    rows = ([_text(cell, ".") for cell in row] for row in grade_table(reports))
    return {"grades.csv": write_rows(rows).encode()}


def render_for_excel(reports: Sequence[GradeReport], separator: str) -> dict[str, bytes]:
    """``grades.csv`` as Excel opens it: a byte order mark, and the decimal comma that goes with semicolons.

    Ids that Excel would turn into numbers or dates stand as ``="00123"``, the only form in which it keeps them.
    """
    sign = "," if separator == ";" else "."
    header, *others = grade_table(reports)
    rows = [[str(cell) for cell in header]]
    rows += [[excel_id(row[0]), *(_text(cell, sign) for cell in row[1:])] for row in others]
    text = write_rows(rows, separator=separator, line_end="\r\n")
    return {"grades.csv": codecs.BOM_UTF8 + text.encode()}


def _row(report: GradeReport, keys: Sequence[str]) -> list[str | float]:
    checks = {
        f"{exercise.exercise_id}/{check.check_id}": check
        for exercise in report.exercises
        for check in exercise.checks
    }
    row: list[str | float] = [
        report.student.id,
        report.student.name,
        report.student.email,
        report.lab,
        report.points,
        report.max_points,
        report.points_interval.low,
        report.points_interval.high,
        "final" if report.complete else "needs-review",
        "" if report.passed is None else ("yes" if report.passed else "no"),
        report.lateness.days if report.lateness else "",
        " ".join(report.flags),
    ]
    for key in keys:
        check = checks.get(key)
        points = "" if check is None or check.score is None else check.score
        row += [points, check.status if check else ""]
    return row


def _text(cell: str | float, sign: str) -> str:
    return _safe(cell) if isinstance(cell, str) else points_text(cell).replace(".", sign)


def _safe(cell: str) -> str:
    # A line break alone in a cell is not quoted by every reader's rules.
    return formula_safe(visible(cell))


def excel_id(cell: str | float) -> str:
    """An id as Excel keeps it: ``="00123"`` where it would become a number or a date."""
    text = str(cell)
    return f'="{text}"' if _RISKY_ID.fullmatch(text) else _safe(text)


EXPORTER = Exporter(
    description="one line a student: points, interval, status, every check (grades.csv)",
    render=render,
    render_for_excel=render_for_excel,
)
