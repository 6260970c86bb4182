"""JSON: the full reports for staff, worded."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.base import to_json
from grader.records.result import GradeReport
from grader.reporting.exporters import Exporter
from grader.reporting.feedback import staff_feedback


def render(reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """``grades.json``."""
    return {"grades.json": to_json([staff_feedback(report) for report in reports])}


EXPORTER = Exporter(
    description="all full reports in one array, staff details included (grades.json)",
    render=render,
)
