"""The page with the code of two students side by side."""

from __future__ import annotations

import re
from typing import Any

import pytest

from grader.records.similarity import (
    CodeOverlap,
    CodeRegion,
    ComparedSource,
    Group,
    LineRange,
    Link,
    SimilarCode,
    Similarities,
    SourcePiece,
)
from grader.records.submission import Student
from grader.reporting.class_view import class_page
from grader.reporting.html import render_class, render_similar_code
from grader.reporting.similar_code_view import SimilarCodePage, similar_code_pages
from grader.reporting.similarity_view import similarity_section
from tests.factories import ARTEFACT, report
from tests.factory_reports import HOSTILE

PAIR = ("amina", "bruno")


def lines(start: int, stop: int) -> LineRange:
    return LineRange(start=start, stop=stop)


REGIONS = (
    CodeRegion(first=lines(1, 3), second=lines(0, 2)),
    CodeRegion(first=lines(3, 4), second=lines(0, 1)),
)
LINK = Link(
    kind="same-code",
    students=PAIR,
    similarity=0.9,
    code=CodeOverlap(tokens=180, own_tokens=(400, 200), regions=REGIONS),
)
FOUND = Similarities(groups=(Group(artefact=ARTEFACT, students=PAIR, links=(LINK,)),))


def source(student: str, *texts: str, **more: Any) -> ComparedSource:
    cells = [1] if len(texts) == 1 else range(2, 9)
    pieces = tuple(
        SourcePiece(file=f"{student}.ipynb", cell=cell, text=text)
        for cell, text in zip(cells, texts, strict=False)
    )
    return ComparedSource(artefact=ARTEFACT, student=student, pieces=pieces, **more)


CODE = SimilarCode(
    sources=(
        source("amina", "import a\nx = 1\n", "y = 2\nz = 3", handed_out=(lines(0, 1),)),
        source("bruno", "u = 1\nv = 2"),
    )
)


def pages(code: SimilarCode = CODE, **more: Any) -> dict[str, SimilarCodePage]:
    reports = [report(name, **more) for name in PAIR]
    return dict(similar_code_pages(FOUND, code, reports))


def test_the_code_of_both_stands_side_by_side() -> None:
    """Cell by cell with its lines; each line is in at most one region, each region has a mark on both sides."""
    ((name, page),) = pages().items()
    left, right = page.sides

    assert name == f"similar/{ARTEFACT}/amina--bruno.html"
    assert page.title == "Amina and Bruno: the code side by side"
    assert (left.link, left.summary) == (
        "../../reports/amina/index.html",
        "180 of 400 tokens are also on the other side.",
    )
    assert [piece.title for piece in left.pieces] == ["amina.ipynb, cell 2", "amina.ipynb, cell 3"]
    shown = [line for piece in left.pieces for line in piece.lines]
    assert [(line.number, line.text, line.region, line.is_handed_out) for line in shown] == [
        (1, "import a", 0, True),
        (2, "x = 1", 1, False),
        (3, "", 1, False),
        (1, "y = 2", 2, False),
        (2, "z = 3", 0, False),
    ]
    marks = [mark for piece in right.pieces for line in piece.lines for mark in line.marks]
    assert [(mark.number, mark.anchor, mark.link) for mark in marks] == [
        (1, "b1", "a1"),
        (2, "b2", "a2"),
    ]


def test_the_page_works_without_scripts() -> None:
    """Every link on it leads to an anchor on it, or to a page of the run folder."""
    ((_, page),) = pages().items()
    text = render_similar_code(page)

    assert "<script" not in text
    anchors = set(re.findall(r'id="([^"]+)"', text))
    links = re.findall(r'href="([^"]+)"', text)
    assert (
        {link[1:] for link in links if link.startswith("#")} == anchors == {"a1", "a2", "b1", "b2"}
    )
    assert {link for link in links if not link.startswith("#")} == {
        "../../index.html", "../../reports/amina/index.html", "../../reports/bruno/index.html",
    }  # fmt: skip
    assert text.count("region-0") >= 4
    assert "not proof" in text


def test_the_class_page_leads_to_it() -> None:
    """With how much is the same, and what that means."""
    reports = [report(name) for name in PAIR]
    section = similarity_section(FOUND, reports)
    assert section is not None
    (group,) = section.groups
    text = render_class(class_page(reports, similarity=section))

    assert (group.share_title, group.links[0].share) == ("Code in common", "90% (180 tokens)")
    assert f'href="similar/{ARTEFACT}/amina--bruno.html"' in text
    assert "What was handed out" in text
    assert "Weights in common" not in text


def test_many_with_the_same_code_have_one_cause() -> None:
    """Then the advice is to name what was handed out."""
    names = tuple(f"s{number}" for number in range(7))
    found = Similarities(groups=(Group(artefact=ARTEFACT, students=names, links=(LINK,)),))
    section = similarity_section(found, [report(name) for name in (*names, *PAIR)])

    assert section is not None
    assert "Name such a script or notebook as starter" in section.groups[0].notes[0]


@pytest.mark.parametrize("code", [SimilarCode(), SimilarCode(sources=CODE.sources[:1])])
def test_without_the_code_there_is_no_page(code: SimilarCode) -> None:
    """A run folder that lost it still has its other pages."""
    assert pages(code) == {}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_code_is_inert(hostile: str) -> None:
    """Code, names of files and names of students are text."""
    piece = SourcePiece(file=hostile, text=f"{hostile}\n{hostile}\n\t{hostile}\n")
    sources = tuple(
        ComparedSource(artefact=ARTEFACT, student=student, pieces=(piece,)) for student in PAIR
    )
    reports = [report(name, student=Student(id=name, name=hostile)) for name in PAIR]
    ((_, page),) = similar_code_pages(FOUND, SimilarCode(sources=sources), reports)
    text = render_similar_code(page)

    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "\u202e" not in text


def test_the_page_speaks_the_language_of_the_run() -> None:
    """Names of files and code stay as they are."""
    ((_, page),) = pages(language="fr").items()

    assert page.title == "Amina et Bruno : le code côte à côte"
    assert "preuve" in render_similar_code(page)
