"""The range of a function's derivative, typed or in a text."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import CheckContext, IntervalIs, RangeStated, SetIs
from grader.evidence.answers.record import Answer, Answers, AnswersNeed
from grader.evidence.code.record import CodeNeed
from grader.evidence.need import Need
from grader.evidence.report.record import Part, Place, ReportNeed, ReportReading
from grader.records.evidence import file_failure
from grader.records.result import CheckResult
from tests.factories import View, exercise

SIGMOID = {"expected": IntervalIs(text="(0, 1/4]"), "called": ("sigmoid",), "others": ("tanh",)}
RELU = {"expected": SetIs(values=(0, 1)), "called": ("relu",)}


def judged(*paragraphs: str, answer: str = "", heading: str = "", **about: Any) -> CheckResult:
    check = RangeStated(id="range", title="Range", points=2, names=("sigmoid",), **about or SIGMOID)
    of = exercise(check, artefacts=("code", "report", "answers"))
    none: Any = file_failure("missing", "")
    seen: dict[Need[Any], Any] = {
        CodeNeed(artefact="code"): none,
        ReportNeed(artefact="report"): none,
        AnswersNeed(artefact="answers"): none,
    }
    if paragraphs:
        place = Place(sections=(heading,) if heading else ())
        parts = tuple(Part(place=place, text=text) for text in paragraphs)
        seen[ReportNeed(artefact="report")] = ReportReading(
            file="report.md", format="markdown", parts=parts
        )
    if answer:
        given = Answer(exercise=of.id, name="sigmoid", value=answer, where="answers.toml, line 2")
        seen[AnswersNeed(artefact="answers")] = Answers(
            file="answers.toml", format="toml", answers=(given,)
        )
    return check.judge(CheckContext(exercise=of, evidence=View(seen)))


@pytest.mark.parametrize(
    ("answer", "score"),
    [("(0, 1/4]", 2), ("]0; 0.25]", 2), ("[0, 1/4]", 1), ("(0, 1)", 0), ("small", 0)],
)
def test_typed_answers_count_first(answer: str, score: float) -> None:
    """The right ends are half where a bracket is wrong; what the report says does not matter then."""
    assert judged("The sigmoid has (0, 1/4].", answer=answer).score == score


@pytest.mark.parametrize(
    "text",
    [
        "The derivative of the sigmoid lies in (0, 1/4].",
        "For the sigmoid $0 < \\sigma'(x) \\leq \\frac{1}{4}$ holds.",
        "Sigmoid function. The values of the derivative are between 0 and 0.25.",
        "Sigmoid. Οι τιμές των παραγώγων είναι μεταξύ του 0 και του ¼.",  # noqa: RUF001
        "The sigmoid itself lies in (0, 1), and 0 <= s'(x) <= 1/4.",
    ],
)
def test_a_sentence_with_the_right_ends_counts(text: str) -> None:
    """In brackets, signs or words; other ranges in the same text do no harm."""
    assert judged(text).status == "passed"


def test_a_range_of_another_function_is_not_this_ones() -> None:
    """A sentence that names none is about the one that was named last."""
    found = judged("The sigmoid saturates. The tanh does, too. Its range is (0, 1/4].")

    assert (found.status, found.flags) == ("pending", ("needs-review",))


def test_a_heading_names_the_function_too() -> None:
    """As reports with a section for each have it."""
    assert judged("The gradient is between 0 and 1/4.", heading="Sigmoid").status == "passed"


@pytest.mark.parametrize(
    "text", ["ReLU' is {0, 1}.", "ReLU' is either 0 or 1.", "ReLU' is 0 if x < 0 and 1 if x > 0."]
)
def test_two_values_are_a_set_however_they_are_said(text: str) -> None:
    """In braces, with a word between, or piece by piece."""
    assert judged(text, **RELU).status == "passed"


def test_nothing_said_earns_nothing() -> None:
    """A report that never names the function; no hand-in at all is told as a missing file."""
    assert judged("All models were trained.").status == "failed"
    assert judged().failure == file_failure("missing", "")
