from __future__ import annotations

from pathlib import Path

import pytest

from grader.records.result import GradeReport
from grader.reporting.github_class import class_markdown, write_class_summary
from tests.factories import check_result, report
from tests.factory_reports import HOSTILE


def graded(points: float, status: str = "partial", **more: object) -> GradeReport:
    result = check_result(status, points, **more)
    return report(checks=[result])


def test_a_class_is_a_histogram_and_a_table_without_names() -> None:
    """Marks by tenths of the points, full marks among the last; each check by how it ended."""
    reports = [graded(30, "passed"), graded(27), graded(0, "failed"), graded(0, "pending")]
    text = class_markdown(reports)

    assert "4 submissions, median 13.5 of 30 points, 1 not final." in text
    assert "    bar [2, 0, 0, 0, 0, 0, 0, 0, 0, 2]" in text
    assert '["0 – 3", "3 – 6",' in text
    assert "| MNIST: Accuracy | 1 | 1 | 1 | 1 |" in text
    assert "amina" not in text.casefold()


def test_hidden_checks_and_signs_of_markdown_stay_out() -> None:
    """The summary is seen by all who see the repository."""
    shown = class_markdown([graded(3, title=HOSTILE)])
    hidden = class_markdown([graded(3, visibility="hidden", title="Secret digits")])

    assert "<script" not in shown
    assert "Secret" not in hidden


def test_the_summary_goes_where_github_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind what is there; nowhere elsewhere, and of nobody nothing."""
    write_class_summary([graded(3)])
    file = tmp_path / "summary.md"
    file.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    write_class_summary([])
    write_class_summary([graded(3)])

    assert file.read_text().startswith("before\n## A lab\n")
    assert file.read_text().count("## A lab") == 1
