"""GitHub Actions: the step summary of a class, without names: all who read the repository see it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from grader.messages import Catalogue, catalogue
from grader.records.points import median_points
from grader.records.result import CheckResult, GradeReport, Status
from grader.reporting.class_charts import histogram
from grader.reporting.github import append_summary, plain_text

#: Columns of the table: statuses that are counted together.
_COLUMNS: tuple[tuple[str, tuple[Status, ...]], ...] = (
    ("passed", ("passed",)),
    ("partial", ("partial",)),
    ("failed", ("failed", "skipped")),
    ("open", ("pending", "error")),
)


def write_class_summary(reports: Sequence[GradeReport]) -> None:
    """Append the summary of a class where GitHub names a file for it."""
    if reports and os.environ.get("GITHUB_STEP_SUMMARY"):
        append_summary(class_markdown(reports))


def class_markdown(reports: Sequence[GradeReport]) -> str:
    """The marks as a histogram that GitHub draws, and how each check ended, as GitHub-flavoured Markdown.

    Args:
        reports: Of one lab, one at least.
    """
    first = reports[0]
    translate = catalogue(first.language)
    points = [report.points for report in reports]
    lines = [
        f"## {plain_text(first.lab_title)}",
        "",
        translate(
            "class-summary.headline",
            count=len(reports),
            median=translate.points(median_points(points)),
            full=translate.points(first.max_points),
            open=sum(not report.complete for report in reports),
        ),
        "",
        *_chart(points, first.max_points, translate),
        *_table(reports, translate),
    ]
    return "\n".join(lines) + "\n"


def _chart(points: Sequence[float], full: float, translate: Catalogue) -> list[str]:
    """A chart in the language of Mermaid; none where there are no points to earn."""
    drawn = histogram(points, full, translate)
    if drawn is None:
        return []
    ranges = ", ".join(f'"{bar.text.rpartition(":")[0]}"' for bar in drawn.bars)
    top = max(1, *(bar.count for bar in drawn.bars))
    return [
        "```mermaid",
        "xychart-beta",
        f'    x-axis "{translate("page.points")}" [{ranges}]',
        f'    y-axis "{translate("class-summary.submissions")}" 0 --> {top}',
        f"    bar [{', '.join(str(bar.count) for bar in drawn.bars)}]",
        "```",
        "",
    ]


def _table(reports: Sequence[GradeReport], translate: Catalogue) -> list[str]:
    """A row for each check that students may see: how many passed, failed, are open."""
    head = [
        translate("page.check"),
        *(translate(f"class-summary.{name}") for name, _ in _COLUMNS),
    ]
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * len(_COLUMNS)}"]
    for place, exercise in enumerate(reports[0].exercises):
        for check in exercise.checks:
            found = [
                other
                for report in reports
                for other in report.exercises[place].checks
                if other.check_id == check.check_id
            ]
            if check.visibility != "hidden":
                title = plain_text(f"{exercise.title}: {check.title}")
                lines.append(f"| {title} | {' | '.join(_counts(found))} |")
    return lines


def _counts(checks: Sequence[CheckResult]) -> list[str]:
    ended = Counter(check.status for check in checks)
    return [str(sum(ended[status] for status in statuses)) for _, statuses in _COLUMNS]
