"""Inside an autograder of Classroom 50: the checkout to ``result.json``, with the time its tag says.

Source: foundation50/classroom50 ``wiki/Advanced-Autograding.md``.
"""

from __future__ import annotations

import os
from pathlib import Path

from grader.autograder.one_submission import HandIn, grade_one
from grader.files import write_whole
from grader.grading.grade import GradeOptions
from grader.reporting.exporters.classroom50 import render, tag_time
from grader.reporting.github import markdown
from grader.reporting.student_view import student_page


def run(source: Path, root: Path, options: GradeOptions) -> str:
    """Grade the checkout in `root`; write ``result.json`` and ``release-body.md`` there.

    Returns:
        What came of it.

    Raises:
        UsageError: The variables of Classroom 50 are not set.
        NotJudgedError: The result is not final; nothing is written, so that it is graded again.
        GraderError: It cannot be graded.
    """
    hand_in = HandIn(
        path=root.resolve(),
        name=os.environ.get("USERNAME") or os.environ.get("OWNER") or "submission",
        received_at=tag_time(os.environ.get("SUBMISSION_TAG", "")),
    )
    report = grade_one(source, hand_in, options)
    for name, content in render([report]).items():
        write_whole(root / name, content)
    write_whole(root / "release-body.md", markdown(student_page(report)).encode())
    return f"{report.points:g} of {report.max_points:g} points"
