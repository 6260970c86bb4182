from __future__ import annotations

import re
from html.parser import HTMLParser

import jinja2
import msgspec
import pytest

from grader import resources
from grader.messages import catalogue, visible
from grader.records.result import GradeReport
from grader.reporting import html
from grader.reporting.class_view import class_page
from grader.reporting.html import render_class, render_student
from grader.reporting.student_view import student_page
from tests.factories import check_result, report
from tests.factory_reports import (
    HOSTILE,
    accuracy_fact,
    hostile_report,
    of_every_status,
    small_class,
)

#: What runs, loads or sends something, or changes what the rest of a page means.
FORBIDDEN_ELEMENTS = {
    "script", "link", "iframe", "frame", "object", "embed", "applet", "base", "form", "input", "button",
    "audio", "video", "source", "track", "canvas", "template", "portal", "foreignobject", "use", "image",
    "animate", "set", "math",
}  # fmt: skip
#: What only the class page has: its one script, and the field to filter rows with.
CLASS_ELEMENTS = {"script", "input"}
#: Attributes that hold an address and are not looked at one by one.
FORBIDDEN_ATTRIBUTES = {
    "srcset", "action", "formaction", "background", "poster", "data", "xlink:href", "ping", "srcdoc",
    "http-equiv",
}  # fmt: skip
#: All that a page may say of looks in its elements: how long a bar is and how strong a colour.
STYLE = re.compile(r"(width|height|--s):\d+(\.\d+)?%")


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._inside = ""
        self.style = ""
        self.scripts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.style += data
        elif self._inside == "script":
            self.scripts.append(data.strip())
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def student(result: GradeReport) -> Page:
    return Page(render_student(student_page(result)))


def the_class(results: list[GradeReport], language: str = "en") -> Page:
    worded = [msgspec.structs.replace(item, language=language) for item in results]
    return Page(render_class(class_page(worded)))


def assert_inert(page: Page, *, of_class: bool = False) -> None:
    """Nothing that runs or loads; the class page may hold its own script, to the letter."""
    script = (resources.templates() / "class.js").read_text(encoding="utf-8").strip()
    assert page.scripts == ([script] if of_class else [])
    forbidden = FORBIDDEN_ELEMENTS - (CLASS_ELEMENTS if of_class else set())
    assert not forbidden & set(page.elements)
    names = {name for name, _ in page.attributes}
    assert not {name for name in names if name.startswith("on")} | (names & FORBIDDEN_ATTRIBUTES)
    for name, value in page.attributes:
        match name:
            case "href":
                assert of_class
                assert value == "leaderboard.html" or value.startswith("reports/")
            case "src":
                assert value.startswith("data:image/png;base64,")
            case "style":
                assert STYLE.fullmatch(value)
        assert "javascript:" not in value or name in {"title", "aria-label"}
    assert "url(" not in page.style
    assert "@import" not in page.style
    assert "://" not in page.style


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_text(name: str) -> None:
    """On both pages a name is shown as it is and brings no element, attribute or address of its own."""
    overview = the_class([hostile_report(name)])
    assert_inert(overview, of_class=True)
    own = student(hostile_report(name))
    assert_inert(own)
    for page in (own, overview):
        assert " ".join(visible(name).split()) in page.text
        assert "49" not in page.text
        assert "\u202e" not in page.text
        assert "\x1b" not in page.text


@pytest.mark.parametrize("result", small_class(), ids=lambda result: result.student.id)
def test_pages_need_nothing_from_elsewhere(result: GradeReport) -> None:
    """No script, no font, no address: the page works from a stick and tells nobody."""
    page = student(result)

    assert_inert(page)
    assert not {"script", "link", "iframe", "object", "form", "input"} & set(page.elements)
    assert_inert(the_class([result]), of_class=True)


def test_a_students_page_has_all_its_parts() -> None:
    """Mark, range, every check with status, measurement, threshold, advice, and on what it rests."""
    result = report(
        checks=(
            check_result(
                "partial",
                20,
                facts=(accuracy_fact(0.85),),
                flags=("threshold-in-interval",),
            ),
        ),
        complete=False,
        passed=False,
    )
    page = student(result)
    translate = catalogue("en")

    for part in (
        "Feedback for Amina", "A lab", "20 / 30 points", "mnist.h5", "partial", "85%", "needed 90%",
        "Your accuracy is 95%", "What to do next: Train longer", translate("flag.threshold-in-interval"),
        "not final", "Not passed", "keras 3.8.0", "Digits (100, dddddddddddd)", "strong",
    ):  # fmt: skip
        assert part in page.text
    assert "svg" in page.elements


def test_staff_detail_is_on_no_students_page() -> None:
    """What only staff may know is in neither page; flags for the instructor are on the class page."""
    result = report(checks=of_every_status(), flags=("needs-review",))
    note = catalogue("en")("flag.needs-review")

    assert "STAFF-ONLY" not in student(result).text
    assert note not in student(result).text
    assert note in the_class([result]).text


def test_the_class_page_lists_everybody() -> None:
    """Figures of the class, a row a student linked to the page, and how each check went."""
    page = the_class(small_class()[1:])
    links = [value for name, value in page.attributes if name == "href"]

    rows = [f"reports/{name}/index.html" for name in ("bruno", "chloe", "dmitri")]
    assert links == ["leaderboard.html", *rows]
    for part in (
        "3 submissions",
        "30 median / 40",
        "30 best / 40",
        "0 need review",
        "1 passed",
        "1 partial",
    ):
        assert part in page.text
    assert "1 day(s) late: points × 90%." in page.text


def test_ids_are_safe_in_links() -> None:
    """Signs that mean something in an address are written so that they do not."""
    result = report("a+b@c=d~é")
    links = [value for name, value in the_class([result]).attributes if name == "href"]

    assert links == ["leaderboard.html", "reports/a%2Bb%40c%3Dd~%C3%A9/index.html"]


def test_a_lab_in_french_has_pages_in_french() -> None:
    """Language, labels, numbers and statuses follow the lab."""
    result = report(checks=(check_result("failed", 12.5),), language="fr", complete=True)
    page = student(result)
    overview = the_class([result], "fr")

    assert ("lang", "fr") in page.attributes
    assert "12,5 / 30 points" in page.text
    assert "échoué" in page.text
    assert "Que faire ensuite" in page.text
    assert "la promotion" in overview.text
    assert "What to do next" not in page.text + overview.text


def test_a_hole_in_a_template_is_an_error() -> None:
    """A misspelt field stops the page instead of leaving an empty place."""
    environment = html._environment()

    assert environment.undefined is jinja2.StrictUndefined
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string("{{ page.no_such_field }}").render(page=student_page(report()))
