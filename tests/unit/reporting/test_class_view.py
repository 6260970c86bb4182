from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from grader.messages import catalogue
from grader.records.evidence import Failure
from grader.records.message import message
from grader.records.result import CheckResult, ExerciseResult, GradeReport, OtherAttempt
from grader.records.section import ConfusionMatrix
from grader.reporting.class_marks import OpenMatter
from grader.reporting.class_view import ClassPage, class_page
from grader.reporting.html import render_class
from tests.factories import check_result, report
from tests.factory_reports import accuracy_fact, figure, marked_check, with_class_names


def of(
    reports: list[GradeReport], language: str = "en", seconds: dict[str, float] | None = None
) -> ClassPage:
    worded = [msgspec.structs.replace(item, language=language) for item in reports]
    return class_page(worded, seconds=seconds)


def unmeasured(student: str, *reasons: str | None) -> GradeReport:
    checks = [
        check_result(
            "failed", 0, check_id=f"c{n}", failure=Failure(reason=reason) if reason else None
        )
        for n, reason in enumerate(reasons)
    ]
    return report(student, checks)


def test_causes_are_listed_the_most_frequent_first() -> None:
    """Why nothing could be measured, and of whom; a student counts once a cause, however many checks it cost."""
    page = of(
        [
            unmeasured("amina", "corrupt", "corrupt"),
            unmeasured("bruno", None, "missing"),
            unmeasured("chloe", None, None),
            unmeasured("dmitri", "missing", "corrupt"),
            unmeasured("elif", "missing", None),
        ]
    )

    assert [(cause.text, [item.name for item in cause.students]) for cause in page.causes] == [
        ("no file", ["Bruno", "Dmitri", "Elif"]),
        ("damaged file", ["Amina", "Dmitri"]),
    ]
    assert page.causes[0].students[0].link == "reports/bruno/index.html"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_cause_has_words(language: str) -> None:
    """No reason is told by its code."""
    sentences = catalogue(language).sentences
    reasons = [key.removeprefix("reason.") for key in sentences if key.startswith("reason.")]
    page = of([unmeasured(f"s{n}", reason) for n, reason in enumerate(reasons)], language)

    assert [cause.text for cause in page.causes] == [
        catalogue(language)(f"reason.{reason}") for reason in reasons
    ]
    assert not {cause.text for cause in page.causes} & set(reasons) - {"crashed"}


def named(matter: OpenMatter) -> list[str]:
    return [student.name for student in matter.students]


def test_open_and_near_results_are_listed_by_check() -> None:
    """What waits for a person, and where other test images could have turned the outcome."""
    ours = check_result("error", None, title="Ours")
    near = check_result("passed", 30, title="Near", flags=("threshold-in-interval",))
    waits = check_result("pending", None, title="Relative")
    guessed = check_result("failed", 0, flags=("chance-level",))
    page = of(
        [
            report("amina", (ours, near)),
            report("bruno", (guessed, waits)),
            report("chloe", (guessed,) * 2),
        ]
    )

    assert [(item.text, item.status, named(item)) for item in page.open] == [
        ("MNIST: Ours", "error", ["Amina"]), ("MNIST: Relative", "pending", ["Bruno"]),
    ]  # fmt: skip
    assert [(item.name, item.what, item.link) for item in page.near] == [
        ("Amina", "Near", "reports/amina/index.html"),
    ]


def measured(student: str, shown: ConfusionMatrix, **more: Any) -> GradeReport:
    check: CheckResult = check_result(facts=(accuracy_fact(0.9),), figures=(shown,), **more)
    return with_class_names(report(student, (check,)), "cat", "sea_dog")


def test_confusions_are_summed_over_the_class() -> None:
    """The pairs of all models together, under the classes' names; who was not measured adds nothing."""
    page = of(
        [
            measured("amina", figure([[8, 2], [1, 9]])),
            measured("bruno", figure([[1, 0], [4, 0]])),
            unmeasured("chloe", "missing"),
        ]
    )
    (found,) = page.confusions

    assert found.title == "Accuracy"
    assert [(pair.name, pair.predicted, pair.count) for pair in found.pairs] == [
        ("sea dog", "cat", 5), ("cat", "sea dog", 2),
    ]  # fmt: skip


def test_sums_do_not_stop_where_the_count_of_one_does() -> None:
    """Two bytes hold the counts of a model, not those of a class."""
    page = of([measured(f"s{n}", figure([[0, 60_000], [0, 0]])) for n in range(3)])

    assert page.confusions[0].pairs[0].count == 180_000


def test_checks_of_one_title_are_kept_apart() -> None:
    """Two exercises may both have an 'Accuracy', of other classes at that."""
    first = report(checks=(check_result(figures=(figure([[1, 2], [0, 1]]),)),))
    second = ExerciseResult(
        exercise_id="other",
        title="Other",
        max_score=30,
        checks=(check_result(figures=(figure([[0, 0, 3], [0, 0, 0], [0, 0, 0]]),)),),
    )
    both = msgspec.structs.replace(first, exercises=(*first.exercises, second))
    page = of([both, both])

    assert [[pair.count for pair in item.pairs] for item in page.confusions] == [[4], [6]]


def test_times_are_told_for_the_class_and_for_each() -> None:
    """Median and longest above, each student's in the row; a student without one has an empty cell."""
    reports = [report(name) for name in ("amina", "bruno", "chloe", "dmitri")]
    page = of(reports, seconds={"amina": 1.0, "bruno": 10.0, "chloe": 2.5})

    assert page.times_text == "median 2.5 s, longest 10 s a submission"
    assert [row.seconds for row in page.rows] == [1.0, 10.0, 2.5, None]
    assert re.findall(r'data-value="[^"]*">(\d+\.\d s)?</td>', render_class(page)) == [
        "1.0 s", "10.0 s", "2.5 s", "",
    ]  # fmt: skip


def test_without_times_there_is_no_sentence_about_them() -> None:
    """A run whose evidence came without times is shown without."""
    page = of([report()])

    assert page.times_text == ""
    assert "median" not in render_class(page).partition("tiles")[0]


def test_rows_sort_by_numbers_not_by_texts() -> None:
    """The script finds the points as a number, whatever the language writes."""
    page = render_class(of([report(checks=(check_result("partial", 12.5),))], "fr"))

    assert 'data-value="12.5"' in page
    assert "12,5" in page


def test_a_class_without_any_of_it_has_no_empty_lists() -> None:
    """Where nothing is open, near or confused, no heading says so."""
    page = of([report()])
    text = render_class(page)

    assert (page.causes, page.open, page.near, page.confusions) == ((), (), (), ())
    for key in ("causes", "open", "near", "confused"):
        assert f"<h2>{catalogue('en')(f'page.{key}')}</h2>" not in text


def test_a_mark_that_is_open_as_a_whole_is_listed() -> None:
    """Late by an unknown time, or another attempt that may be better: what waits for a person says which."""
    late = report("amina", flags=("marked-late",), complete=False)
    other = report("bruno", flags=("other-attempt-open",), complete=False)
    page = of([late, other, report("chloe", flags=("marked-late",))])

    assert [named(item) for item in page.open] == [["Amina"], ["Bruno"]]
    assert "received_at" in page.open[0].text
    assert any("received_at" in note for note in page.rows[2].notes)


def test_what_was_marked_by_hand_is_listed() -> None:
    """Staff see the points, by whom and when, the comment, and the automatic points; no note repeats it."""
    page = of([report("amina", (marked_check(),)), report("bruno")])
    (item,) = page.marked
    text = render_class(page)

    assert (item.student.name, item.student.what) == ("Amina", "MNIST: Accuracy")
    assert (item.points_text, item.judged_text) == ("8 / 30", "0 / 30")
    assert (item.by, item.at_text) == ("Ana \ufffdB", "2026-12-01 09:05")
    assert "See <code>fit</code>.\n&lt;b&gt;Now&lt;/b&gt;" in text
    assert page.rows[0].notes == ()


def test_what_waits_for_a_person_is_counted() -> None:
    """A count for each check, names folded where there are many, and no note repeats it for every student."""
    waits = check_result("pending", None, feedback=(message("manual.pending-plain"),))
    many = of([report(f"s{number:02}", (waits,)) for number in range(13)])
    few = of([report("amina", (waits,)), report("bruno")])

    assert "13 pending</span> MNIST: Accuracy" in render_class(many)
    assert f"<summary>{catalogue('en')('page.who')}</summary>" in render_class(many)
    assert f"<summary>{catalogue('en')('page.who')}</summary>" not in render_class(few)
    assert many.rows[0].notes == ()
    assert (few.marked, [named(item) for item in few.open]) == ((), [["Amina"]])


def test_other_attempts_are_named_and_count_nowhere() -> None:
    """One row a student, with the attempt that counts and what the others came to."""
    others = (
        OtherAttempt(name="a3", points=12.5),
        OtherAttempt(name="a2", points=3, complete=False),
        OtherAttempt(name="a1"),
    )
    page = of([report("amina", attempt="a4", other_attempts=others), report("bruno")])

    assert page.submissions == 2
    assert (page.median_text, page.best_text) == ("30", "30")
    assert page.rows[0].notes == (
        "The attempt that counts is a4. Other attempts: a3 (12.5 points), a2 (3 points, not final), a1.",
    )
    assert page.rows[1].notes == ()
