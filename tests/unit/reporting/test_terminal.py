from __future__ import annotations

import json
import sys
from pathlib import Path

import msgspec
import pytest

from grader.records.base import from_json
from grader.records.feedback import Feedback
from grader.records.result import GradeReport, JudgedArtefact
from grader.records.section import Interval
from grader.reporting.formats import render_check
from grader.reporting.student_view import student_page
from grader.reporting.terminal import render_table
from tests.factories import check_result, report
from tests.factory_reports import HOSTILE, accuracy_fact, hostile_report, of_every_status


def table(result: GradeReport) -> str:
    return render_table(student_page(result))


def test_the_table_tells_checks_points_and_what_to_do() -> None:
    """Measured and needed stand side by side, advice below, the total last."""
    text = table(
        report(
            checks=(check_result("partial", 20, facts=(accuracy_fact(0.85),)),),
            points_interval=Interval(low=15, high=25),
        )
    )

    for part in ("MNIST: Accuracy", "accuracy 85%", "90%", "20 / 30", "◐ partial", "Train longer"):
        assert part in text
    assert text.rstrip().endswith("Result: 20 / 30 points, between 15 and 25 at 95 %")


def test_every_status_has_its_sign() -> None:
    """Statuses can be told apart without colour."""
    text = table(report(checks=of_every_status()))

    for sign in ("✔ passed", "◐ partial", "✘ failed", "– skipped", "… pending", "? needs review"):
        assert sign in text
    assert "not final" in text


def test_without_a_terminal_there_is_no_colour() -> None:
    """Output into a file or a pipe is plain text."""
    assert not sys.stdout.isatty()
    assert "\x1b" not in table(report(checks=of_every_status()))


@pytest.mark.parametrize("name", HOSTILE)
def test_names_do_nothing_to_the_terminal(name: str) -> None:
    """Terminal commands, markup and turns of direction in names are shown or dropped, not obeyed."""
    text = table(hostile_report(name))

    assert not {"\x1b", "\u202e", "\r"} & set(text)
    assert "Result: 0 / 30 points" in text


def test_a_narrow_terminal_cuts_nothing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are wrapped; figures stay whole."""
    monkeypatch.setenv("COLUMNS", "60")
    text = table(report(checks=(check_result("partial", 20, facts=(accuracy_fact(0.85),)),)))

    assert "20 / 30" in text
    assert max(map(len, text.splitlines())) <= 60


def test_the_file_is_named_where_several_could_have_been_meant() -> None:
    """Students and instructors see which file counted, and which others were there."""
    (exercise,) = report().exercises
    artefact = JudgedArtefact(
        artefact_id="digits",
        title="it",
        files=("mnist.h5",),
        alternatives=("old\u202e.h5", "older.h5"),
    )
    named = msgspec.structs.replace(exercise, artefacts=(artefact,))
    text = table(report(exercises=(named,)))

    assert "mnist.h5" in text
    assert "old\ufffd.h5, older.h5" in text


def test_french_results_are_in_french() -> None:
    """The terminal speaks the language of the lab."""
    text = table(report(checks=(check_result("failed", 12.5),), language="fr"))

    assert "Résultat : 12,5 / 30 points" in text
    assert "✘ échoué" in text


@pytest.mark.parametrize("style", ["text", "html", "json", "junit", "github"])
def test_every_style_of_check_renders(style: str, tmp_path: Path) -> None:
    """Each style `grader check` offers gives something, and JSON is a report."""
    text = render_check(style, report(checks=of_every_status()), tmp_path)

    assert text.strip()
    if style == "json":
        assert from_json(text.encode(), Feedback).points == 42.5
        assert json.loads(text)["schema"] == "grader/report/v2"
    with pytest.raises(KeyError):
        render_check("no such style", report(), tmp_path)
