"""JSON: the full reports, as records."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.base import to_json
from grader.records.result import GradeReport

DESCRIPTION = "all full reports in one array, staff detail included (grades.json)"


def render(reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """``grades.json``."""
    return {"grades.json": to_json(list(reports))}
