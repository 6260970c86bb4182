"""Render pages from the view models. Autoescaped, self-contained, complete without script."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache

import jinja2

from grader import resources
from grader.messages import catalogue, catalogue_files
from grader.reporting.class_view import ClassPage
from grader.reporting.code_page import CodePage
from grader.reporting.leaderboard import Leaderboard
from grader.reporting.links_page import LinksPage
from grader.reporting.similar_code_view import SimilarCodePage
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


@cache
def wording_digest(language: str) -> str:
    """Digest of every template and of a language's catalogues: pages written with others are out of date."""
    digest = hashlib.sha256()
    for file in sorted([*resources.templates().glob("*.*"), *catalogue_files(language)]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def render_student(page: StudentPage) -> str:
    """The student's page as HTML."""
    return _render("student.html.j2", page)


def render_class(page: ClassPage) -> str:
    """The instructor's page of the class as HTML."""
    return _render("class.html.j2", page)


def render_leaderboard(page: Leaderboard) -> str:
    """The leaderboard as HTML."""
    return _render("leaderboard.html.j2", page)


def render_code(page: CodePage) -> str:
    """Code with what it trains as HTML."""
    return _render("code.html.j2", page)


def render_links(page: LinksPage) -> str:
    """Playground links with their pictures and losses as HTML."""
    return _render("links.html.j2", page)


def render_similar_code(page: SimilarCodePage) -> str:
    """The code of two students side by side as HTML."""
    return _render("similar_code.html.j2", page)


def _render(
    template: str,
    page: StudentPage | ClassPage | Leaderboard | CodePage | LinksPage | SimilarCodePage,
) -> str:
    translate = catalogue(page.language)

    def label(key: str, **fields: object) -> str:
        return translate(key if "." in key else f"page.{key}", **fields)

    labels: Callable[..., str] = label
    return _environment().get_template(template).render(page=page, label=labels)
