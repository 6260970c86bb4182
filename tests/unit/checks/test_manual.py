from __future__ import annotations

from typing import Any

import pytest

from grader.checks import CheckContext, MarkedByPerson
from grader.evidence.code.record import CodeNeed, CodeReading, NotebookCell, NotebookRead
from grader.evidence.need import Need
from grader.evidence.report.record import Part, ReportNeed, ReportReading
from grader.messages import catalogue
from grader.records.evidence import Failure, file_failure, internal_failure
from grader.records.result import CheckResult
from grader.records.section import Excerpt
from tests.factories import View, exercise, worded
from tests.factory_marking import MISSING, essay, part

REPORT, CODE = ReportNeed(artefact="report"), CodeNeed(artefact="code")
SCAN = file_failure("empty-report", "scan.pdf", "report-scan")


def check(*sections: str, **more: Any) -> MarkedByPerson:
    return MarkedByPerson(id="why", title="Why", points=4, sections=sections, **more)


def judged(
    asked: MarkedByPerson,
    report: ReportReading | Failure | None = None,
    code: CodeReading | Failure | None = None,
    of: str = "2d-regularised",
) -> CheckResult:
    """Judge a check of an exercise with a report, with code, or with both."""
    given = {"report": report, "code": code}
    artefacts = tuple(name for name, found in given.items() if found is not None)
    placed = exercise(asked, id=of, artefacts=artefacts)
    needs: dict[str, Need[Any]] = {"report": REPORT, "code": CODE}
    view = View({needs[name]: given[name] for name in artefacts})
    return asked.judge(CheckContext(placed, view))


def shown(result: CheckResult) -> list[tuple[str, str]]:
    """The excerpts: where each is from, and its text."""
    translate = catalogue("en")
    assert all(isinstance(figure, Excerpt) for figure in result.figures)
    return [
        (translate.translate(figure.source), figure.text)
        for figure in result.figures
        if isinstance(figure, Excerpt)
    ]


def notebook(*sources: str) -> CodeReading:
    """A notebook whose text cells stand between cells of code."""
    cells: list[NotebookCell] = []
    for source in sources:
        cells.append(NotebookCell(number=2 * len(cells) + 1, kind="text", source=source))
    code = NotebookCell(number=2, kind="code", source="# why\nmodel.fit(x, y)")
    read = NotebookRead(file="lab.ipynb", cells=(*cells[:1], code, *cells[1:]))
    return CodeReading(files=("lab.ipynb",), notebooks=(read,))


TWO_PARTS: tuple[Part, ...] = (
    part("Exercise 2", text="All about it.", page=1),
    part("Exercise 2", "2a Models", text="Two layers.", page=1),
    part("Exercise 2", "2d Regularised", text="Weights stay small.", page=2),
    part("Exercise 2", "2d Regularised", "Why", text="Large weights overfit.", page=3),
    part("Exercise 3", "Why", text="Another why.", page=4),
)


def test_the_sections_of_the_exercise_with_a_word_in_their_heading_are_shown() -> None:
    """Of two headings with the word, the one below the exercise's own is to be read, with its page."""
    result = judged(check("why"), essay(*TWO_PARTS))

    assert shown(result) == [("report.pdf, page 3", "Why\n\nLarge weights overfit.")]
    assert (result.status, result.score, result.advice) == ("pending", None, ())


def test_headings_elsewhere_are_shown_where_the_exercise_has_none() -> None:
    """A heading with the word counts even where no heading names the exercise."""
    result = judged(check("why"), essay(*TWO_PARTS), of="7-other")

    assert [source for source, _ in shown(result)] == ["report.pdf, page 3", "report.pdf, page 4"]


def test_the_section_of_the_exercise_is_shown_where_no_heading_has_the_words() -> None:
    """The most plainly named section counts, with all that stands below it, and not the whole exercise 2."""
    result = judged(check("reason"), essay(*TWO_PARTS))

    assert shown(result) == [
        (
            "report.pdf, page 2",
            "2d Regularised\n\nWeights stay small.\n\nWhy\n\nLarge weights overfit.",
        )
    ]


def test_paragraphs_with_the_words_are_the_last_resort() -> None:
    """Without any heading that fits, the paragraphs that speak of it are shown."""
    parts = (part(text="Nothing.\n\nWe overfitted a lot.\n\nThe end.", page=5),)
    result = judged(check("overfit*"), essay(*parts))

    assert shown(result) == [("report.pdf, page 5", "We overfitted a lot.")]


def test_where_nothing_is_found_it_says_so_and_still_waits() -> None:
    """A person reads the whole of it; the student learns how it would have been found."""
    result = judged(check("why", question="Why?"), essay(part(text="Hello.")))

    assert (result.status, result.figures) == ("pending", ())
    assert worded(result) == (
        "A person marks this part: Why? No passage about it was found by its heading or its words, so that person "
        "looks for it in what you handed in. Give that passage a heading that names the exercise, so that it is found."
    )


def test_text_cells_of_notebooks_are_read_with_their_headings() -> None:
    """A section may go over several text cells; code is no text, and the cell it begins in is named."""
    asked = check("why", notebooks=("code",))
    code = notebook("Intro\n# 2\n## 2d: Why\nLarge weights", "overfit.\n\n## 2e\nOther", "# 3")

    assert shown(judged(asked, code=code)) == [
        ("lab.ipynb, cell 1", "2d: Why\n\nLarge weights\n\noverfit.")
    ]


def test_reports_and_notebooks_are_shown_together() -> None:
    """What is missing in one may stand in the other; one that is missing does not end the search."""
    asked = check("why", notebooks=("code",))
    both = judged(asked, essay(part("Why", text="In it.")), notebook("# Why\nIn code."))
    one = judged(asked, MISSING, notebook("# Why\nIn code."))

    assert [source for source, _ in shown(both)] == ["report.pdf", "lab.ipynb, cell 1"]
    assert (one.status, len(one.figures)) == ("pending", 1)


def test_a_notebook_that_is_code_and_report_is_shown_once() -> None:
    """Where the notebook is the report too, its passages are those of its cells; another report is shown as well."""
    code = notebook("## Why\n\nIt overfits.")
    parts = (part("Why", text="It overfits."),)
    same = ReportReading(file="lab.ipynb", format="notebook", parts=parts)
    asked = check("why", notebooks=("code",))

    assert len(shown(judged(asked, same, code))) == 1
    assert len(shown(judged(asked, essay(*parts), code))) == 2


def test_scripts_have_no_text_to_show() -> None:
    """A script is handed in, so the check waits; there is no passage in it."""
    asked = check("why", notebooks=("code",))

    assert judged(asked, code=CodeReading(files=("a.py",))).status == "pending"


@pytest.mark.parametrize("failure", [MISSING, file_failure("encrypted-report", "a.pdf")])
def test_what_nobody_can_read_earns_nothing(failure: Failure) -> None:
    """Nothing handed in, or a file that opens for nobody, does not wait."""
    result = judged(check("why"), failure)

    assert (result.status, result.score, result.failure) == ("failed", 0, failure)


def test_a_scan_is_read_by_a_person() -> None:
    """What only the grader cannot read waits, and the student learns that it will be opened."""
    result = judged(check("why"), SCAN)

    assert (result.status, result.failure) == ("pending", None)
    assert worded(result) == (
        "A person marks this part. scan.pdf could not be read by the grader: a person opens it."
    )


def test_our_own_failure_is_no_zero() -> None:
    """Where one artefact is missing and the other failed through no fault of theirs, nothing is decided."""
    asked = check("why", notebooks=("code",))
    result = judged(asked, MISSING, internal_failure("bug"))

    assert (result.status, result.score) == ("error", None)


def test_long_passages_are_cut_and_there_are_not_many() -> None:
    """A page stays readable; the rest is read in the file."""
    parts = [part(f"Why {number}", text="word " * 2000) for number in range(20)]
    result = judged(check("why*"), essay(*parts), of="7-other")

    assert len(result.figures) == 8
    assert all(len(text) < 6_100 and text.endswith(" …") for _, text in shown(result))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"sections": ("why", " *")}, "one of them is empty"),
        ({"artefacts": ("report",), "notebooks": ("code",)}, "'code' of notebooks is none"),
    ],
)
def test_impossible_settings_are_refused(more: dict[str, Any], said: str) -> None:
    """A word that stands everywhere, or a notebook the check does not look at, is a mistake of the lab."""
    with pytest.raises(ValueError, match=said):
        MarkedByPerson(id="why", title="Why", points=1, **more)
