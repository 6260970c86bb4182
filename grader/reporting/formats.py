"""What ``grader check`` can print of one report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.records.base import to_json
from grader.records.result import GradeReport
from grader.reporting.feedback import student_feedback
from grader.reporting.pictures import Images, no_images


def render_check(style: str, report: GradeReport, path: Path, images: Images = no_images) -> str:
    """The report in one of the styles `text`, `html`, `json`, `junit`, `github`.

    `github` also appends to the step summary and the step outputs where GitHub Actions asks for them.

    Args:
        style: One of those.
        report: The full report.
        path: What was checked, for annotations.
        images: Where the pictures of mistakes come from.

    Raises:
        KeyError: There is no such style.
    """
    renderers: dict[str, Callable[[], str]] = {
        "text": lambda: _text(report),
        "html": lambda: _html(report, images),
        "json": lambda: to_json(student_feedback(report)).decode(),
        "junit": lambda: _junit(report),
        "github": lambda: _github(report, path),
    }
    return renderers[style]()


def _text(report: GradeReport) -> str:
    from grader.reporting.student_view import student_page
    from grader.reporting.terminal import render_table

    return render_table(student_page(report))


def _html(report: GradeReport, images: Images) -> str:
    from grader.reporting.html import render_student
    from grader.reporting.student_view import student_page

    return render_student(student_page(report, images=images))


def _junit(report: GradeReport) -> str:
    from grader.reporting.exporters.junit import render_feedback

    return render_feedback([student_feedback(report)])["junit.xml"].decode()


def _github(report: GradeReport, path: Path) -> str:
    from grader.reporting.github import workflow_commands, write_step_files

    write_step_files(report)
    return workflow_commands(student_feedback(report), path)
