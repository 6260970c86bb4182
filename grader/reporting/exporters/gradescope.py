"""Gradescope: the `results.json` an autograder writes, one file a student.

Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from grader.messages import catalogue
from grader.records.feedback import CheckFeedback
from grader.records.result import GradeReport
from grader.reporting.exporters import Exporter
from grader.reporting.feedback import platform_feedback

_VISIBILITY = {"visible": "visible", "result-only": "visible", "hidden": "hidden"}


def render(reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """``<student id>.json`` for each report."""
    return {f"{report.student.id}.json": _dump(results(report)) for report in reports}


def results(report: GradeReport) -> dict[str, Any]:
    """One student's `results.json` as plain data.

    The score is given once, for the whole submission: a late rule changes it and not the tests. A result that is
    not final has its open checks without a score, and says so.
    """
    feedback = platform_feedback(report)
    checks = [(item, check) for item in feedback.exercises for check in item.checks]
    tests = [_test(check, item.title, number) for number, (item, check) in enumerate(checks, 1)]
    data: dict[str, Any] = {
        "score": report.points,
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {
            "lab": report.lab,
            "complete": report.complete,
            "flags": list(feedback.flags),
        },
    }
    if not report.complete:
        data["output"] = catalogue(report.language)("page.waits")
    return data


def _test(check: CheckFeedback, exercise: str, number: int) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": f"{exercise}: {check.title}",
        "number": str(number),
        "output": check.sentences,
        "visibility": _VISIBILITY[check.visibility],
    }
    if check.score is not None:
        test |= {
            "score": check.score,
            "max_score": check.max_score,
            "status": "passed" if check.status == "passed" else "failed",
        }
    return test


def _dump(data: dict[str, Any]) -> bytes:
    return json.dumps(data, indent=2, ensure_ascii=False).encode() + b"\n"


EXPORTER = Exporter(
    description="Gradescope results.json, one a student (<id>.json)",
    render=render,
    per_student=True,
)
