"""Students as the class page names them, with a link to their own page."""

from __future__ import annotations

from dataclasses import dataclass

from grader.records.submission import Student


@dataclass(frozen=True)
class StudentLink:
    """A student named in one of the lists, and on account of what."""

    name: str
    link: str
    what: str


def report_link(student: Student) -> str:
    """Where a student's page lies, from the class page."""
    return f"reports/{student.id}/index.html"
