"""In a workflow of the classic GitHub Classroom: annotations, and the points as its reporter notes them.

The reporter's own arithmetic knows no part of the points of a test, so the notices it ends with are written directly.
Source: classroom-resources/autograding-grading-reporter ``src/``.
"""

from __future__ import annotations

import json
from pathlib import Path

from grader.autograder.settings import read_settings
from grader.grading.check import CheckOptions, check_submission
from grader.grading.grade import GradeOptions
from grader.reporting.feedback import student_feedback
from grader.reporting.github import notice, workflow_commands, write_step_files


def run(source: Path, root: Path, options: GradeOptions) -> str:
    """Check the checkout in `root` on public data, as its student could.

    Returns:
        Workflow commands to print.

    Raises:
        GraderError: It cannot be checked.
    """
    checking = CheckOptions(isolation=options.isolation, limits=options.limits)
    report = check_submission(read_settings(source).lab, root, options=checking).report
    write_step_files(report)
    points = {"totalPoints": report.points, "maxPoints": report.max_points}
    total = f"Points {report.points:g}/{report.max_points:g}"
    return (
        workflow_commands(student_feedback(report), root)
        + notice("Autograding complete", total)
        + notice("Autograding report", json.dumps(points))
    )
