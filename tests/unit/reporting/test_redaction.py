from __future__ import annotations

import base64
from pathlib import Path

import msgspec
import pytest

from grader.messages import catalogue
from grader.records.base import to_json
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
from grader.records.section import Interval
from grader.records.submission import Identity
from grader.reporting.exporters import render
from grader.reporting.feedback import student_feedback
from grader.reporting.formats import render_check
from grader.reporting.github import markdown
from grader.reporting.html import render_leaderboard
from grader.reporting.leaderboard import leaderboard
from grader.reporting.redaction import for_student, rounded
from grader.reporting.student_view import student_page
from tests.factories import DATASET, check_result, dataset_used, report, said
from tests.factory_reports import accuracy_fact, figure, marked_check

#: An exact figure and words that no student may see.
SECRET, DETAIL = 0.87654321, "STAFF-ONLY-DETAIL"
#: What was confused on the secret images, and one of them.
FIGURE = figure([[700, 141], [153, 6]], mistakes=[(4711, 0, 1)])


def secret_report() -> GradeReport:
    result = report(
        "amina",
        (
            check_result(
                "partial",
                20,
                detail=DETAIL,
                facts=(accuracy_fact(SECRET, reference=0.99123456),),
                datasets=(DATASET,),
                figures=(FIGURE,),
                class_scores=(0.91234567, SECRET, 0.13579246),
                score_interval=Interval(low=19.1234567, high=20.7654321),
                flags=("threshold-in-interval", "class-of-one", "needs-review"),
            ),
            check_result(
                "failed",
                0,
                check_id="hidden",
                title="HIDDEN-TITLE",
                feedback=said("HIDDEN-FEEDBACK"),
                visibility="hidden",
                facts=(accuracy_fact(0.61234567),),
                figures=(FIGURE,),
                class_scores=(0.91234567,),
                flags=("chance-level",),
            ),
            check_result(
                "failed",
                0,
                check_id="blunt",
                feedback=said("FIGURES-71%"),
                provisional_score=7.1239,
                visibility="result-only",
                facts=(accuracy_fact(0.7123),),
                figures=(FIGURE,),
                class_scores=(0.91234567, 0.7123),
            ),
        ),
        points_interval=Interval(low=19.1234567, high=20.7654321),
        flags=(
            "ambiguous-file", "chance-level", "class-of-one", "similar", "needs-review",
            "marked-late", "received-from-file-time", "threshold-in-interval", "other-attempt-open",
        ),
    )  # fmt: skip
    return with_secret(result)


def with_secret(result: GradeReport) -> GradeReport:
    source = msgspec.structs.replace(result.provenance, datasets=(dataset_used(secret=True),))
    return msgspec.structs.replace(result, provenance=source)


def test_secret_figures_are_rounded_and_lose_their_interval() -> None:
    """A secret accuracy is told in whole percents; neither its interval nor the points' gives more away."""
    shown = for_student(secret_report())
    fact = shown.checks[0].facts[0]
    assert isinstance(fact.value, Share)

    assert (fact.value.value, fact.interval, fact.reference) == (0.88, None, 0.99)
    assert shown.checks[0].score_interval is None
    assert shown.checks[0].figures == ()
    assert shown.checks[0].class_scores == (0.91, 0.88, 0.14)
    assert (shown.points_interval.low, shown.points_interval.high) == (20, 20)


def test_public_figures_stay() -> None:
    """Where nothing is secret, students see everything that was measured."""
    check = check_result(
        facts=(accuracy_fact(0.95),), figures=(FIGURE,), class_scores=(0.98765, 0.95)
    )
    public = report(checks=(check,))

    assert for_student(public) == public


def test_hidden_checks_are_gone_and_result_only_ones_keep_their_outcome() -> None:
    """A hidden check leaves no trace; a result-only one tells status and points without a figure."""
    shown = for_student(secret_report())

    assert [check.check_id for check in shown.checks] == ["accuracy", "blunt"]
    blunt = shown.checks[1]
    assert (blunt.status, blunt.score, blunt.facts) == ("failed", 0, ())
    assert (blunt.figures, blunt.class_scores, blunt.provisional_score) == ((), (), None)
    assert blunt.feedback == (message("hidden.feedback"),)


def test_flags_for_staff_and_of_hidden_checks_are_gone() -> None:
    """Students see flags about what they see, and no others."""
    shown = for_student(secret_report())

    assert shown.flags == ("ambiguous-file", "marked-late", "threshold-in-interval")
    assert shown.checks[0].flags == ("threshold-in-interval",)


def test_what_students_see_does_not_change_by_looking_twice() -> None:
    """Redacting is done once or twice with one outcome, so no path can undo it."""
    once = for_student(secret_report())

    assert for_student(once) == once


@pytest.mark.parametrize("style", ["text", "html", "json", "junit", "github"])
def test_no_view_of_students_shows_a_canary(style: str, tmp_path: Path) -> None:
    """No exact secret figure, no word for staff and no hidden check reaches any format of `check`."""
    assert_clean(render_check(style, secret_report(), tmp_path))


def test_the_students_files_show_no_canary() -> None:
    """The page's data and Gradescope's file keep to the same."""
    shown = to_json(student_feedback(secret_report())).decode()
    (gradescope,) = render("gradescope", [secret_report()]).values()

    assert_clean(shown)
    assert_clean(markdown(student_page(secret_report())))
    assert_clean(gradescope.decode(), hidden_is_marked=True)


@pytest.mark.parametrize("name", ["csv", "gradescope", "json", "junit"])
def test_no_export_says_whose_model_is_similar(name: str) -> None:
    """A suspicion stays in the run folder: exports travel to other systems, and to students."""
    known = Identity(ids=("ID-4711",), names=("NAME-ON-FOLDER",))
    suspected = report("amina", flags=("ambiguous-file", "similar"), identity=known)
    exported = b"".join(render(name, [suspected]).values())

    assert b"similar" not in exported
    assert b"ID-4711" not in exported
    assert b"NAME-ON-FOLDER" not in exported
    assert (b"ambiguous-file" in exported) == (name != "junit")


def test_what_else_is_known_of_a_student_is_for_staff() -> None:
    """Numbers of a platform and names of folders find a line in a gradebook, and go nowhere else."""
    known = report(identity=Identity(ids=("ID-4711",)))

    assert for_student(known).identity == Identity()
    assert b"ID-4711" not in to_json(student_feedback(known))


def test_no_file_of_a_student_says_whose_model_is_similar(tmp_path: Path) -> None:
    """Neither the page nor its data, in any format of `check`."""
    suspected = secret_report()
    styles = ("text", "html", "json", "junit", "github")
    shown = [render_check(style, suspected, tmp_path) for style in styles]

    assert "similar" in suspected.flags
    note = catalogue("en")("flag.similar")
    assert all(note not in text and '"similar"' not in text for text in shown)
    assert note not in render_leaderboard(leaderboard([suspected], {"amina": "Amber Lynx"}))


def test_places_in_a_secret_class_go_by_what_is_shown() -> None:
    """Who shows the same rounded accuracy shares a place, so the order tells no further digits."""
    (first, second) = (
        check_result(
            facts=(accuracy_fact(own),),
            datasets=(DATASET,),
            class_scores=(0.9, 0.87654321, 0.87612345, 0.2),
        )
        for own in (0.87654321, 0.87612345)
    )
    plots = [
        student_page(with_secret(report(checks=(check,)))).exercises[0].checks[0].dot_plot
        for check in (first, second)
    ]

    assert plots[0] == plots[1]
    assert plots[0] is not None
    assert "All 4 valid submissions of the class, yours in place 2." in plots[0].text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Share(value=0.98765), Share(value=0.99)),
        (Share(value=0.985, setting=True), Share(value=0.985, setting=True)),
        (Number(value=0.98765), Number(value=0.99)),
        (Number(value=98.765), Number(value=99)),
        (Points(value=29.6295), Points(value=29.63)),
        (Count(value=9876), Count(value=9900)),
        (Count(value=97), Count(value=97)),
        (Count(value=9876, setting=True), Count(value=9876, setting=True)),
        (Name(text="accuracy 0.98765"), Name(text="accuracy 0.99")),
        (Name(text="98,76 %"), Name(text="99 %")),
        (Name(text="mnist-v2.h5"), Name(text="mnist-v2.h5")),
        (Name(text="Keras 3.8.0"), Name(text="Keras 3.8.0")),
        (Code(text="Adam(0.001)"), Code(text="Adam(0.001)")),
        (Code(text="(10,10)"), Code(text="(10,10)")),
        (Code(text="loss=9.8765e-01"), Code(text="loss=0.99")),
        (
            Listing(items=(message("a.b", share=Share(value=0.98765)),)),
            Listing(items=(message("a.b", share=Share(value=0.99)),)),
        ),
        (Message(key="acc 0.98765"), Message(key="acc 0.99")),
    ],
    ids=repr,
)
def test_values_are_rounded_by_their_type(value: Value, shown: Value) -> None:
    """Nothing finer than a percent is left, and names, versions, shapes and settings stay readable."""
    assert rounded(value) == shown


def assert_clean(text: str, *, hidden_is_marked: bool = False) -> None:
    canaries = ["0.8765", "87.65", "87,65", "19.12", "20.76", DETAIL, "FIGURES-71%", "71.23"]
    canaries += ["0.912", "894.", "0.1357", "0.6123", "61.23", "4711"]
    canaries += [base64.b64encode(FIGURE.counts).decode(), ">700<", ">141<", "141 times"]
    if not hidden_is_marked:
        canaries += ["HIDDEN-TITLE", "HIDDEN-FEEDBACK"]

    assert [canary for canary in canaries if canary in text] == []


def test_who_marked_a_check_is_for_staff() -> None:
    """Students read the comment, also of a check that shows no figures; by whom, and what was judged, they do not."""
    seen = marked_check(flags=("changed-since-marked",))
    shown = for_student(report(checks=(seen, marked_check(visibility="result-only"))))

    assert [check.comment for check in shown.checks] == [seen.comment] * 2
    assert [(check.score, check.review, check.flags) for check in shown.checks] == [
        (8, None, ())
    ] * 2
