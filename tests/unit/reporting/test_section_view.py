from __future__ import annotations

import base64

import msgspec
import pytest

from grader.messages import catalogue
from grader.records.feedback import DrawingsFeedback, FactsFeedback, TableFeedback
from grader.records.message import Code, Name, message
from grader.records.result import GradeReport, ShownEvidence
from grader.records.section import Curve, Curves, Excerpt, Section
from grader.reporting.confusion_view import ConfusionView
from grader.reporting.html import render_student
from grader.reporting.section_view import (
    CountedView,
    CurvesView,
    ExcerptView,
    PicturesView,
    SectionView,
)
from grader.reporting.student_view import student_page
from tests.factories import check_result, report
from tests.factory_reports import HOSTILE, PNG, sections
from tests.unit.reporting.test_html import Page, assert_inert

SECTIONS = sections(Name(text="a value"))


def with_evidence(*shown: Section, language: str = "en") -> GradeReport:
    """A report whose exercise shows these sections."""
    result = report(language=language)
    (exercise,) = result.exercises
    named = msgspec.structs.replace(exercise, evidence=(ShownEvidence(sections=shown),))
    return msgspec.structs.replace(result, exercises=(named,))


def views(result: GradeReport) -> tuple[SectionView, ...]:
    (exercise,) = student_page(result).exercises
    return exercise.sections


def test_every_type_of_section_has_a_view() -> None:
    """Kinds of evidence of other packages may show any of them."""
    found = views(with_evidence(*SECTIONS))

    assert [type(view.content) for view in found] == [
        FactsFeedback, TableFeedback, CurvesView, PicturesView, ExcerptView, CountedView,
        DrawingsFeedback, ConfusionView,
    ]  # fmt: skip


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: type(section).__name__)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_type_of_section_is_drawn(section: Section, language: str) -> None:
    """Under a check and under an exercise, with its title and what it holds, and nothing that runs."""
    for result in (
        with_evidence(section, language=language),
        report(checks=(check_result(figures=(section,)),), language=language),
    ):
        text = render_student(student_page(result))
        page = Page(text)
        assert_inert(page)
        (view,) = views(result) or student_page(result).exercises[0].checks[0].figures
        assert view.content.title in page.text
        if not isinstance(view.content, ConfusionView):
            assert catalogue(language)("fact.output") in page.text
            assert "a value" in page.text or isinstance(view.content, CountedView)


@pytest.mark.parametrize("name", HOSTILE)
def test_text_in_sections_is_only_text(name: str) -> None:
    """Whatever a submission brings into a section, it adds no element."""
    result = with_evidence(*sections(Name(text=name)), *sections(Code(text=name)))
    plain = with_evidence(*SECTIONS, *SECTIONS)
    page = Page(render_student(student_page(result)))

    assert_inert(page)
    assert page.elements == Page(render_student(student_page(plain))).elements


def test_curves_fill_their_diagram() -> None:
    """The lowest value lies at the bottom, the highest at the top, and the axes say which they are."""
    (view,) = views(with_evidence(SECTIONS[2]))
    assert isinstance(view.content, CurvesView)
    (curve,) = view.content.curves

    assert curve.points == "0.0,240.0 300.0,160.0 600.0,0.0"
    assert (view.content.x_ends, view.content.y_ends) == (("0", "2"), ("0.25", "1"))


@pytest.mark.parametrize("values", [(), (0.5,), (0.5, 0.5)], ids=["none", "one", "constant"])
def test_curves_of_few_values_are_drawn(values: tuple[float, ...]) -> None:
    """A curve without extent divides by nothing."""
    title = message("fact.output")
    curve = Curve(name=Name(text="loss"), x=tuple(map(float, range(len(values)))), y=values)
    section = Curves(title=title, x_label=title, y_label=title, curves=(curve,))

    assert "loss" in Page(render_student(student_page(with_evidence(section)))).text


def test_excerpts_keep_the_numbers_of_their_lines() -> None:
    """A reader finds the lines again in the file."""
    (view,) = views(with_evidence(SECTIONS[4]))
    assert isinstance(view.content, ExcerptView)

    assert view.content.lines == ((7, "first"), (8, "second"))


def test_pictures_are_inside_the_page() -> None:
    """Bytes become an address that needs nothing from elsewhere."""
    (view,) = views(with_evidence(SECTIONS[3]))
    assert isinstance(view.content, PicturesView)
    (picture,) = view.content.pictures

    assert base64.b64decode(picture.src.removeprefix("data:image/png;base64,")) == PNG


def test_prose_has_no_line_numbers() -> None:
    """A passage of a report is shown as it is read, not as numbered lines."""
    passage = Excerpt(
        title=message("manual.passage"),
        source=Name(text="a.pdf"),
        text="One.\n\n2.\u202e",
        first_line=None,
    )
    (shown,) = views(with_evidence(passage))

    assert isinstance(shown.content, ExcerptView)
    assert (shown.content.lines, shown.content.prose) == ((), "One.\n\n2.\ufffd")
    assert "One.\n\n2.\ufffd</blockquote>" in render_student(student_page(with_evidence(passage)))


def test_a_histogram_has_a_column_for_each_range() -> None:
    """Each as high as its count, with the range in words; the axis ends where the last range does."""
    (view,) = views(with_evidence(SECTIONS[5]))
    assert isinstance(view.content, CountedView)
    histogram = view.content.histogram

    assert [(bar.left, bar.height, bar.count) for bar in histogram.bars] == [
        (0, 0.75, 3), (0.25, 0, 0), (0.5, 0.25, 1), (0.75, 1, 4),
    ]  # fmt: skip
    assert histogram.bars[2].text == "250 – 375: 1"
    assert [tick.text for tick in histogram.x_ticks] == ["0", "125", "250", "375", "500"]


def test_drawings_are_shapes_of_the_page() -> None:
    """Lines, boxes and discs in the colours of the page, each drawing with its caption."""
    text = render_student(student_page(with_evidence(SECTIONS[6])))

    assert '<polyline class="soft" points="0,60 160,60 "/>' in text
    assert '<rect class="own" x="70" y="48" width="20.0" height="12.0"/>' in text or (
        '<rect class="own" x="70' in text
    )
    assert '<circle class="strong" cx="80' in text
    assert "a value</li>" in text
