"""Students as the class page names them, with a link to their own page."""

from __future__ import annotations

from dataclasses import dataclass

from grader.records.result import GradeReport


@dataclass(frozen=True)
class Listed:
    """A student named in one of the lists, and on account of what."""

    name: str
    link: str
    what: str


def report_link(report: GradeReport) -> str:
    """Where a student's page lies, from the class page."""
    return f"reports/{report.student.id}/index.html"
