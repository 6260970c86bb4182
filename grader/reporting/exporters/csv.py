"""CSV: one line a student, for spreadsheets and scripts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from grader.messages import visible
from grader.records.result import GradeReport
from grader.reporting.exporters import Exporter

#: A cell that begins with one of these would be run as a formula by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@")


def render(reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """``grades.csv``, UTF-8."""
    keys = list(
        dict.fromkeys(
            f"{exercise.exercise_id}/{check.check_id}"
            for report in reports
            for exercise in report.exercises
            for check in exercise.checks
        )
    )
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(
        ["id", "name", "email", "lab", "points", "max_points", "points_low", "points_high"]
        + ["status", "passed", "days_late", "flags"]
        + [column for key in keys for column in (key, f"{key} status")]
    )
    for report in reports:
        writer.writerow([_safe(cell) for cell in _row(report, keys)])
    return {"grades.csv": stream.getvalue().encode()}


def _row(report: GradeReport, keys: Sequence[str]) -> list[str]:
    checks = {
        f"{exercise.exercise_id}/{check.check_id}": check
        for exercise in report.exercises
        for check in exercise.checks
    }
    row = [
        report.student.id,
        report.student.name,
        report.student.email,
        report.lab,
        _number(report.points),
        _number(report.max_points),
        _number(report.points_interval.low),
        _number(report.points_interval.high),
        "final" if report.complete else "needs-review",
        "" if report.passed is None else ("yes" if report.passed else "no"),
        str(report.lateness.days) if report.lateness else "",
        " ".join(report.flags),
    ]
    for key in keys:
        check = checks.get(key)
        points = "" if check is None or check.score is None else _number(check.score)
        row += [points, check.status if check else ""]
    return row


def _number(value: float) -> str:
    return f"{round(value, 4):.12g}"


def _safe(cell: str) -> str:
    # A line break alone in a cell is not quoted by every reader's rules.
    cell = visible(cell)
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA_STARTS) else cell


EXPORTER = Exporter(
    description="one line a student: points, interval, status, every check (grades.csv)",
    render=render,
)
