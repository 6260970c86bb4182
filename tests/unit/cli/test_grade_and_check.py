from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.cli.summary import ClassSummary
from grader.grading import check as checking
from grader.grading import grade as runs
from grader.records.base import from_json
from grader.records.feedback import Feedback
from grader.records.section import Interval
from grader.reporting.pictures import png
from grader.sandbox import Limits
from tests.factories import check_result, report
from tests.factory_reports import figure
from tests.unit.cli.library import Library, checked_submission, class_result

Call = Callable[..., Any]


@pytest.fixture
def grading(monkeypatch: pytest.MonkeyPatch) -> Library:
    library = Library(
        class_result(report("amina"), report("bruno", (check_result("error", None),)), kept=1)
    )
    monkeypatch.setattr(runs, "grade_class", library)
    return library


def test_grade_passes_on_what_was_asked(call: Call, grading: Library) -> None:
    """Arguments and options reach the library as they were given; without them its defaults hold."""
    called = call(
        "grade", "mnist-cifar100", "class", "--out", "run", "--jobs", "3", "--fresh",
        "--timeout", "10", "--memory", "2", "--isolation", "medium",
    )  # fmt: skip
    options = grading.options["options"]

    assert called.code == 0
    assert grading.arguments == ("mnist-cifar100", Path("class"))
    assert (grading.options["out"], grading.options["course"]) == (Path("run"), None)
    assert (options.jobs, options.fresh, options.isolation) == (3, True, "medium")
    assert (options.limits.wall_s, options.limits.memory_bytes) == (10, 2 << 30)
    call("grade", "mnist-cifar100", "class", "--out", "run")
    options = grading.options["options"]
    assert (options.limits, options.isolation) == (Limits(), "auto")
    assert (options.jobs, options.fresh) == (None, False)


def test_grade_sums_the_class_up(call: Call, grading: Library) -> None:
    """A few lines: how many, the median, what needs a person, and where the page is."""
    called = call("grade", "mnist-cifar100", "class", "--out", "run")

    assert called.out.splitlines() == [
        "2 submissions, 1 kept from before; median 15 of 100 points, 1 need review.",
        f"The class: {Path('run/index.html')}",
    ]


def test_grade_prints_json_for_scripts(call: Call, grading: Library) -> None:
    """`--json` is one record and nothing else."""
    summary = from_json(
        call("grade", "l", "class", "--out", "run", "--json").out.encode(), ClassSummary
    )

    assert [student.id for student in summary.students] == ["amina", "bruno"]
    assert (summary.needs_review, summary.kept, summary.median_points) == (1, 1, 15)


def test_grade_says_which_data_are_missing(call: Call, grading: Library) -> None:
    """A dataset that is not here is reported on standard error, with what to do."""
    grading.result = class_result(unavailable={"mnist": "not here; grader data fetch mnist"})
    called = call("grade", "l", "class", "--out", "run")

    assert "Dataset 'mnist' is not here: not here; grader data fetch mnist" in called.err
    assert called.code == 0


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Library:
    library = Library(checked_submission(report(checks=(check_result("partial", 15),))))
    monkeypatch.setattr(checking, "check_submission", library)
    return library


def test_check_prints_the_result(call: Call, checked: Library) -> None:
    """By default a table; in JSON a report."""
    assert "15 / 30" in call("check", "mnist-cifar100", "m.h5").out
    shown = call("check", "mnist-cifar100", "m.h5", "--format", "json")
    assert from_json(shown.out.encode(), Feedback).points == 15
    assert checked.arguments == ("mnist-cifar100", Path("m.h5"))


def test_a_checked_page_is_given_the_pictures(call: Call, checked: Library, tmp_path: Path) -> None:
    """The page holds the images the model got wrong, which the library hands over."""
    shown = check_result("partial", 15, figures=(figure([[1, 1], [0, 0]], mistakes=[(3, 0, 1)]),))
    pixels = np.eye(4, dtype=np.uint8)
    checked.result = checked_submission(
        report(checks=(shown,)), images=lambda dataset, place: pixels
    )
    page = tmp_path / "page.html"

    assert call("check", "l", "m.h5", "--format", "html", "--output", page).code == 0
    assert f'<img src="{png(pixels)}"' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(("percent", "code"), [("50", 0), ("50.1", 6), ("0", 0), ("100", 6)])
def test_check_can_be_a_gate(call: Call, checked: Library, percent: str, code: int) -> None:
    """Below `--fail-under` the exit code is 6, and the result is printed all the same."""
    called = call("check", "mnist-cifar100", "m.h5", "--fail-under", percent)

    assert called.code == code
    assert "15 / 30" in called.out
    assert ("below" in called.err) == (code == 6)


def test_check_of_a_lab_without_points_is_no_error(call: Call, checked: Library) -> None:
    """A course may set every exercise to 0 points; a gate of 0 % is then reached."""
    checked.result = checked_submission(report(checks=(check_result("passed", 0, max_score=0),)))

    assert call("check", "l", "m.h5", "--fail-under", "0").code == 0
    assert call("check", "l", "m.h5").code == 0


def test_a_gate_is_not_closed_by_a_failure_of_ours(call: Call, checked: Library) -> None:
    """Where a check could not be judged there is no share to compare, and the code says so."""
    checked.result = checked_submission(report(checks=(check_result("error", None),)))
    called = call("check", "l", "m.h5", "--fail-under", "50")

    assert called.code == 3
    assert "could not be judged" in called.err
    assert call("check", "l", "m.h5").code == 0


def test_a_gate_counts_what_is_sure_of_a_mark_that_waits(call: Call, checked: Library) -> None:
    """A mark relative to a class not graded yet counts with the least it can come to."""
    waiting = check_result("pending", None, score_interval=Interval(low=24, high=30))
    checked.result = checked_submission(report(checks=(waiting,)))

    assert call("check", "l", "m.h5", "--fail-under", "80").code == 0
    assert call("check", "l", "m.h5", "--fail-under", "81").code == 6


def test_grade_warns_of_guessed_hand_in_times(call: Call, grading: Library) -> None:
    """Late by the files' dates alone is reported, with the way to state the time."""
    grading.result = class_result(report(flags=("received-from-file-time",)))

    assert "1 hand-in time after the deadline" in call("grade", "l", "c", "--out", "run").err


def test_grade_says_how_to_settle_what_the_lms_marked_late(call: Call, grading: Library) -> None:
    """Late by an unknown time is reported, with the way to state the time."""
    grading.result = class_result(report(flags=("marked-late",)))
    said = call("grade", "l", "c", "--out", "run").err

    assert "1 submission marked as late by the LMS" in said
    assert "state received_at on the roster" in said


def test_check_writes_where_it_is_asked_to(call: Call, checked: Library, tmp_path: Path) -> None:
    """`--output` takes the text; a place that cannot be written is an error of its own."""
    called = call("check", "l", "m.h5", "--format", "html", "--output", tmp_path / "out.html")

    assert called.out == ""
    assert (tmp_path / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    failed = call("check", "l", "m.h5", "--output", tmp_path / "absent/out.txt")
    assert (failed.code, "cannot be written" in failed.err) == (1, True)


def test_json_is_never_mixed_with_other_words(call: Call, grading: Library) -> None:
    """Standard output of `--json` is JSON from the first byte to the last."""
    grading.result = class_result(unavailable={"mnist": "not here"})
    for arguments in (
        ("grade", "l", "class", "--out", "run", "--json"),
        ("labs", "--json"),
        ("data", "list", "--json"),
    ):
        assert msgspec.json.decode(call(*arguments).out)
