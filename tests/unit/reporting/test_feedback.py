from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec
import pytest

from grader.messages import catalogue
from grader.records.evidence import Failure, file_failure, internal_failure
from grader.records.feedback import (
    CheckFeedback,
    CountedValuesFeedback,
    CurvesFeedback,
    DrawingsFeedback,
    ExcerptFeedback,
    FactsFeedback,
    Feedback,
    PicturesFeedback,
    TableFeedback,
)
from grader.records.message import (
    Code,
    Count,
    Listing,
    Message,
    Name,
    Number,
    Points,
    Share,
    Value,
    message,
)
from grader.records.result import GradeReport
from grader.records.section import ConfusionMatrix, Fact
from grader.reporting.feedback import platform_feedback, staff_feedback, student_feedback
from tests.factories import check_result, report
from tests.factory_reports import SHAPES, sections


def only(result: GradeReport) -> CheckFeedback:
    (check,) = staff_feedback(result).checks
    return check


VALUES: list[tuple[Value, float | str, str]] = [
    (Share(value=0.8876), 0.8876, "88.76%"),
    (Points(value=12.5), 12.5, "12.5"),
    (Count(value=1234), 1234, "1,234"),
    (Number(value=0.25), 0.25, "0.25"),
    (Name(text="a\u202eb"), "a\ufffdb", "a\ufffdb"),
    (Code(text="(28, 28)"), "(28, 28)", "(28, 28)"),
    (message("fact.output"), "output used", "output used"),
    (Listing(items=(Name(text="a"), Name(text="b")), last="format.or"), "a or b", "a or b"),
]


@pytest.mark.parametrize(("value", "plain", "text"), VALUES, ids=repr)
def test_every_value_is_worded(value: Value, plain: float | str, text: str) -> None:
    """Numbers stay numbers for programs, and are text for people; the rest is text for both."""
    (fact,) = only(
        report(checks=(check_result(facts=(Fact(label=message("fact.best"), value=value),)),))
    ).facts

    assert (fact.label, fact.value, fact.text) == ("best accuracy", plain, text)


def test_every_type_of_section_is_worded() -> None:
    """Titles, cells, captions and names of curves are sentences; pictures and counts stay."""
    shown = sections(Share(value=0.5))
    facts, table, curves, pictures, excerpt, counted, drawings, matrix = only(
        report(checks=(check_result(figures=shown),))
    ).figures

    assert isinstance(facts, FactsFeedback)
    assert (facts.title, facts.facts[0].text) == ("output used", "50%")
    assert isinstance(table, TableFeedback)
    assert (table.columns[0].title, table.rows, table.notes) == (
        "output used", (("50%",),), ("output used",),
    )  # fmt: skip
    assert isinstance(curves, CurvesFeedback)
    assert (curves.x_label, curves.y_label, curves.curves[0].name) == (
        "output used", "output used", "50%",
    )  # fmt: skip
    assert isinstance(pictures, PicturesFeedback)
    assert pictures.pictures[0].caption == "50%"
    assert isinstance(excerpt, ExcerptFeedback)
    assert (excerpt.source, excerpt.text, excerpt.first_line) == ("50%", "first\nsecond", 7)
    assert isinstance(counted, CountedValuesFeedback)
    assert (counted.title, counted.x_label, counted.counts) == (
        "output used", "output used", (3, 0, 1, 4),
    )  # fmt: skip
    assert isinstance(drawings, DrawingsFeedback)
    assert (drawings.drawings[0].caption, drawings.drawings[0].shapes) == ("50%", SHAPES)
    assert isinstance(matrix, ConfusionMatrix)
    assert matrix == shown[-1]


def test_feedback_advice_and_hint_are_sentences_in_a_row() -> None:
    """The instructor's own words close the advice."""
    check = only(
        report(
            checks=(
                check_result(
                    "failed",
                    0,
                    feedback=(message("accuracy.failed"), message("hidden.feedback")),
                    advice=(message("advice.corrupt"),),
                    hint="Come to the lab.",
                ),
            )
        )
    )
    translate = catalogue("en")

    assert check.feedback == f"{translate('accuracy.failed')} {translate('hidden.feedback')}"
    assert check.advice == f"{translate('advice.corrupt')} Come to the lab."


def test_a_failure_takes_the_place_of_the_feedback() -> None:
    """What was not measured is explained by why; the reason is there for programs."""
    failure = file_failure("corrupt", "a.h5")
    check = only(report(checks=(check_result("failed", 0, failure=failure),)))

    assert (check.reason, check.feedback) == (
        "corrupt", "a.h5 is damaged or incomplete and cannot be read.",
    )  # fmt: skip
    assert check.advice == catalogue("en")("advice.corrupt")


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Message(key="toy.unknown"), "toy.unknown"),
        (Message(key="toy.\u202eunknown"), "toy.\ufffdunknown"),
        (message("accuracy.missed"), "accuracy.missed"),
        (
            message("skipped.requires", requires=Message(key="toy.unknown")),
            "Not judged: toy.unknown has to pass first.",
        ),
        (
            message(
                "skipped.requires",
                requires=Listing(items=(Message(key="toy.unknown"), Share(value=0.5))),
            ),
            "Not judged: toy.unknown, 50% has to pass first.",
        ),
    ],
    ids=["no sentence", "unprintable", "a field is missing", "nested", "listed"],
)
def test_what_has_no_sentence_shows_its_key(
    found: Message, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake in another package's catalogue costs its own sentence and is logged; the page is there."""
    with caplog.at_level(logging.WARNING):
        check = only(report(checks=(check_result(feedback=(found,)),)))

    assert check.feedback == text
    assert "no sentence for" in caplog.text


@pytest.mark.parametrize("fault", ["submission", "grader"])
def test_a_failure_whose_sentence_lacks_a_value_is_told_by_its_reason(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Wherever it comes from, it stops no page."""
    failure = Failure(reason="corrupt", fault=fault)  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        check = only(report(checks=(check_result("failed", 0, failure=failure),)))

    assert "(corrupt)" in check.feedback
    assert ("not counted against you" in check.feedback) == (fault == "grader")
    assert "corrupt" in caplog.text


def audiences() -> GradeReport:
    """A report with something that each audience sees differently."""
    failure = internal_failure("STAFF-ONLY")
    return report(
        checks=(
            check_result("passed", 30, detail="STAFF-ONLY", flags=("needs-review", "ties")),
            check_result("failed", 0, check_id="hidden", visibility="hidden"),
            check_result("failed", 0, check_id="blunt", visibility="result-only"),
            check_result("error", None, check_id="ours", failure=failure, detail=failure.detail),
        ),
        flags=("needs-review", "similar", "ties"),
    )


@pytest.mark.parametrize(
    ("word", "ids", "details", "flags"),
    [
        (
            staff_feedback,
            ["accuracy", "hidden", "blunt", "ours"],
            ["STAFF-ONLY", "", "", "STAFF-ONLY"],
            ("needs-review", "similar", "ties"),
        ),
        (platform_feedback, ["accuracy", "hidden", "blunt", "ours"], [""] * 4, ("ties",)),
        (student_feedback, ["accuracy", "blunt", "ours"], [""] * 3, ("ties",)),
    ],
)
def test_every_audience_has_its_own_report(
    word: Callable[[GradeReport], Feedback],
    ids: list[str],
    details: list[str],
    flags: tuple[str, ...],
) -> None:
    """Staff see all; a platform gets hidden checks without figures; students get none of them."""
    shown = word(audiences())

    assert [check.check_id for check in shown.checks] == ids
    assert [check.detail for check in shown.checks] == details
    assert shown.flags == flags
    blunt = {check.check_id: check.feedback for check in shown.checks}["blunt"]
    hidden = catalogue("en")("hidden.feedback")
    assert (blunt == hidden) == (word is not staff_feedback)


def test_another_language_words_the_same_result() -> None:
    """A result holds no sentence, so it can be published again in French."""
    result = report(checks=(check_result("partial", 12.5, facts=()),))
    french = student_feedback(msgspec.structs.replace(result, language="fr"))
    english = student_feedback(result)

    assert english.checks[0].feedback == "Your accuracy is 95%; 90% was needed."
    assert french.language == "fr"
    assert french.checks[0].feedback != english.checks[0].feedback
    assert catalogue("fr").percent(0.95) in french.checks[0].feedback
    assert (french.points, french.checks[0].score) == (english.points, english.checks[0].score)


def test_notices_are_worded() -> None:
    """What concerns the submission as a whole is a sentence as well."""
    notice = message("notice.bad-declaration", error=Name(text="line 3"))

    assert student_feedback(report(notices=(notice,))).notices == (
        "submission.toml was not used: line 3",
    )
