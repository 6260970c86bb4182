"""Classroom 50: the `result.json` an autograder writes about one submission.

Source: foundation50/classroom50 ``schemas/result-v1.schema.json``. Scores are whole numbers there: hundredths of our
points. What the result is of comes from the environment that Classroom 50 gives to an autograder.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from grader.errors import NotJudgedError, UsageError
from grader.records.feedback import CheckFeedback
from grader.records.result import GradeReport
from grader.reporting.exporters import Exporter
from grader.reporting.feedback import student_feedback

#: Key of the result to the variables it is taken from, the first that is set.
_IDENTITY = {
    "classroom": ("CLASSROOM",),
    "assignment": ("ASSIGNMENT",),
    "owner": ("OWNER", "USERNAME"),
    "submission": ("SUBMISSION_TAG",),
    "commit": ("COMMIT_URL",),
    "release": ("RELEASE_URL",),
    "review": ("REVIEW_URL", "COMMIT_URL"),
}
_TAG_TIME = re.compile(r"submit/.*?(\d{4}-\d\d-\d\d)T(\d\d)[-:]?(\d\d)[-:]?(\d\d)Z")


def render(reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """``result.json`` of the one submission of the run.

    Raises:
        UsageError: The run has several submissions, or the environment is not that of an autograder.
        NotJudgedError: The result is not final, through no fault of the submission.
    """
    if not reports:
        return {}
    if len(reports) > 1:
        raise UsageError(
            f"classroom50 is the result of one submission, the run has {len(reports)}",
            hint="grade a single checkout in its workflow, as docs/instructors.md shows",
        )
    data = result(reports[0], os.environ)
    return {"result.json": json.dumps(data, indent=2, ensure_ascii=False).encode() + b"\n"}


def result(report: GradeReport, environment: Mapping[str, str]) -> dict[str, Any]:
    """The result as plain data; hidden checks are left out, since students see the file.

    Raises:
        UsageError: A variable is not set.
        NotJudgedError: The result is not final.
    """
    if not report.complete:
        raise NotJudgedError(
            "the result is not final, and Classroom 50 knows no open marks",
            hint="the class page says what is open; exit with an error so that the submission is graded again",
        )
    identity = {
        key: next((environment[name] for name in names if environment.get(name)), "")
        for key, names in _IDENTITY.items()
    }
    missing = [_IDENTITY[key][0] for key, value in identity.items() if not value]
    if missing or not identity["submission"].startswith("submit/"):
        raise UsageError(
            f"not an autograder of Classroom 50: {', '.join(missing or ['SUBMISSION_TAG'])} "
            f"{'is not set' if missing else 'does not begin with submit/'}",
            hint="run this export in its workflow, which sets them",
        )
    feedback = student_feedback(report)
    return {
        "schema": "classroom50/result/v1",
        **identity,
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "datetime": _submitted(report, identity["submission"]),
        "score": _whole(report.points),
        "max-score": _whole(report.max_points),
        "tests": [
            _test(check, exercise.title)
            for exercise in feedback.exercises
            for check in exercise.checks
        ],
    }


def tag_time(tag: str) -> datetime | None:
    """The time that the tag of a submission says; None where it says none."""
    found = _TAG_TIME.match(tag)
    if found is None:
        return None
    day, *clock = found.groups()
    try:
        return datetime.fromisoformat(f"{day}T{':'.join(clock)}+00:00")
    except ValueError:
        return None


def _submitted(report: GradeReport, tag: str) -> str:
    """When it was submitted, which stays the same however often it is graded: the tag says it."""
    received = report.lateness.received_at if report.lateness else datetime.now(UTC)
    when = tag_time(tag) or received
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _test(check: CheckFeedback, exercise: str) -> dict[str, Any]:
    return {
        "test-name": f"{exercise}: {check.title}",
        "passed": check.status == "passed",
        "score": _whole(check.score or 0.0),
        "max-score": _whole(check.max_score),
        "message": check.sentences,
    }


def _whole(points: float) -> int:
    return round(100 * points)


EXPORTER = Exporter(
    description="Classroom 50's result.json of one submission, inside its workflow", render=render
)
