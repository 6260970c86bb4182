"""What ``grader check`` can print of one report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.records.base import to_json
from grader.records.result import GradeReport
from grader.reporting.redaction import for_student


def render_check(style: str, report: GradeReport, path: Path) -> str:
    """The report in one of the styles `text`, `html`, `json`, `junit`, `github`.

    `github` also appends to the step summary and the step outputs where GitHub Actions asks for them.

    Raises:
        KeyError: There is no such style.
    """
    renderers: dict[str, Callable[[GradeReport, Path], str]] = {
        "text": _text,
        "html": _html,
        "json": lambda report, path: to_json(for_student(report)).decode(),
        "junit": _junit,
        "github": _github,
    }
    return renderers[style](report, path)


def _text(report: GradeReport, path: Path) -> str:
    from grader.reporting.student_view import student_page
    from grader.reporting.terminal import render_table

    return render_table(student_page(report))


def _html(report: GradeReport, path: Path) -> str:
    from grader.reporting.html import render_student
    from grader.reporting.student_view import student_page

    return render_student(student_page(report))


def _junit(report: GradeReport, path: Path) -> str:
    from grader.reporting.exporters.junit import render

    return render([for_student(report)])["junit.xml"].decode()


def _github(report: GradeReport, path: Path) -> str:
    from grader.reporting.github import workflow_commands, write_step_files

    shown = for_student(report)
    write_step_files(shown)
    return workflow_commands(shown, path)
