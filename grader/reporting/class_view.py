"""The view model of the class, for the instructor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from grader.messages import Catalogue, catalogue, visible
from grader.records.result import GradeReport, Status
from grader.reporting.student_view import FactView
from grader.reporting.texts import lateness_text, name_text, provenance_texts, verdict_text

#: Columns of the histogram of marks.
BINS = 10


@dataclass(frozen=True)
class ClassRow:
    """One line of the class table."""

    student_id: str
    student_name: str
    link: str
    points: float
    points_text: str
    interval_text: str
    complete: bool
    verdict: str
    statuses: tuple[tuple[Status, str], ...]
    """Status and its text, check by check."""
    notes: tuple[str, ...]


@dataclass(frozen=True)
class CheckSummary:
    """How the class did on one check."""

    title: str
    counts: tuple[tuple[Status, str, int], ...]
    """Status, its text, and how many submissions have it; only those that occur."""


@dataclass(frozen=True)
class ClassPage:
    """The class as shown to the instructor."""

    language: str
    title: str
    lab_title: str
    submissions: int
    median_text: str
    best_text: str
    max_text: str
    review: int
    check_titles: tuple[str, ...]
    rows: tuple[ClassRow, ...]
    checks: tuple[CheckSummary, ...]
    bins: tuple[tuple[str, int], ...]
    """Range of marks and how many fall into it."""
    provenance: tuple[FactView, ...]


def class_page(reports: Sequence[GradeReport], *, lab_title: str, language: str) -> ClassPage:
    """What the instructor sees of the class."""
    say = catalogue(language)
    points = [report.points for report in reports]
    best = max(points, default=0.0)
    full = max((report.max_points for report in reports), default=0.0)
    return ClassPage(
        language=language,
        title=say("page.class-page", lab=lab_title),
        lab_title=lab_title,
        submissions=len(reports),
        median_text=say.points(median(points)) if points else "–",
        best_text=say.points(best) if points else "–",
        max_text=say.points(full),
        review=sum(not report.complete for report in reports),
        check_titles=tuple(check.title for check in reports[0].checks) if reports else (),
        rows=tuple(_row(report, say) for report in reports),
        checks=_check_summaries(reports, say),
        bins=_histogram(points, full, say),
        provenance=tuple(FactView(*pair) for pair in provenance_texts(reports[0], say))
        if reports
        else (),
    )


def _row(report: GradeReport, say: Catalogue) -> ClassRow:
    interval = report.points_interval
    spread = interval.high - interval.low > 0.005
    return ClassRow(
        student_id=report.student.id,
        student_name=name_text(report),
        link=f"reports/{report.student.id}/index.html",
        points=report.points,
        points_text=say.points(report.points),
        interval_text=f"{say.points(interval.low)} – {say.points(interval.high)}" if spread else "",
        complete=report.complete,
        verdict=verdict_text(report.passed, say),
        statuses=tuple((check.status, say(f"status.{check.status}")) for check in report.checks),
        notes=_row_notes(report, say),
    )


def _row_notes(report: GradeReport, say: Catalogue) -> tuple[str, ...]:
    """What the instructor should look at: our flags, and why points were lost without a measurement."""
    late = lateness_text(report, say) if report.lateness and report.lateness.days else ""
    unmeasured = [
        visible(check.feedback)
        for check in report.checks
        if not check.facts and check.score != check.max_score
    ]
    flags = [say(f"flag.{flag}") for flag in report.flags]
    return tuple(dict.fromkeys(note for note in (*unmeasured, *flags, late) if note))


def _check_summaries(reports: Sequence[GradeReport], say: Catalogue) -> tuple[CheckSummary, ...]:
    if not reports:
        return ()
    order: tuple[Status, ...] = ("passed", "partial", "failed", "skipped", "pending", "error")
    summaries = []
    for position, check in enumerate(reports[0].checks):
        counts = Counter(report.checks[position].status for report in reports)
        shown = tuple(
            (status, say(f"status.{status}"), counts[status]) for status in order if counts[status]
        )
        summaries.append(CheckSummary(title=check.title, counts=shown))
    return tuple(summaries)


def _histogram(points: Sequence[float], full: float, say: Catalogue) -> tuple[tuple[str, int], ...]:
    """How many marks fall into each tenth of the points; full marks belong to the last."""
    if not points or not full:
        return ()
    counts = [0] * BINS
    for value in points:
        counts[min(BINS - 1, int(BINS * value / full))] += 1
    width = full / BINS
    return tuple(
        (f"{say.points(width * i)} – {say.points(width * (i + 1))}", count)
        for i, count in enumerate(counts)
    )
