"""Render pages from the view model. Autoescaped, self-contained, no script."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jinja2

from grader import resources
from grader.messages import catalogue
from grader.reporting.class_view import ClassPage
from grader.reporting.student_view import StudentPage


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.templates()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render_student(page: StudentPage) -> str:
    """The student's page as HTML."""
    return _render("student.html.j2", page)


def render_class(page: ClassPage) -> str:
    """The instructor's page of the class as HTML."""
    return _render("class.html.j2", page)


def _render(template: str, page: StudentPage | ClassPage) -> str:
    say = catalogue(page.language)

    def label(key: str) -> str:
        return say(f"page.{key}")

    labels: Callable[[str], str] = label
    return _environment().get_template(template).render(page=page, label=labels)
