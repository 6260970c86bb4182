"""The view model of the class, for the instructor."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from grader.confusion import confusion_matrix
from grader.messages import Catalogue, catalogue, visible
from grader.records.result import CheckResult, ExerciseResult, GradeReport, Status
from grader.reporting.alike_view import AlikeSection
from grader.reporting.figure_view import ConfusedPair, confused_pairs, readable_names
from grader.reporting.student_list import Listed, report_link
from grader.reporting.student_view import FactView
from grader.reporting.texts import lateness_text, name_text, provenance_texts, verdict_text

#: Columns of the histogram of marks.
BINS = 10

_STATUS_ORDER: tuple[Status, ...] = (
    "passed", "partial", "failed", "skipped", "pending", "error",
)  # fmt: skip


@dataclass(frozen=True)
class CheckCell:
    """One check of one student in the class table."""

    status: Status
    status_text: str
    measured: str
    """The accuracy, where there is one."""


@dataclass(frozen=True)
class ClassRow:
    """One line of the class table."""

    student_name: str
    link: str
    points: float
    points_text: str
    interval_text: str
    complete: bool
    verdict: str
    cells: tuple[CheckCell, ...]
    seconds: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class CheckSummary:
    """How the class did on one check."""

    title: str
    counts: tuple[tuple[Status, str, int], ...]
    """Status, its text, and how many submissions have it; only those that occur."""


@dataclass(frozen=True)
class Cause:
    """A reason why there was nothing to measure, and whose."""

    text: str
    students: tuple[Listed, ...]


@dataclass(frozen=True)
class ClassConfusion:
    """What the networks of the class confuse on one check."""

    title: str
    pairs: tuple[ConfusedPair, ...]


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
    times_text: str
    check_titles: tuple[str, ...]
    rows: tuple[ClassRow, ...]
    checks: tuple[CheckSummary, ...]
    bins: tuple[tuple[str, int], ...]
    """Range of marks and how many fall into it."""
    causes: tuple[Cause, ...]
    open: tuple[Listed, ...]
    near: tuple[Listed, ...]
    confusions: tuple[ClassConfusion, ...]
    alike: AlikeSection | None
    """None where no networks look alike."""
    provenance: tuple[FactView, ...]


def class_page(
    reports: Sequence[GradeReport],
    *,
    lab_title: str,
    language: str,
    seconds: Mapping[str, float] | None = None,
    alike: AlikeSection | None = None,
) -> ClassPage:
    """What the instructor sees of the class.

    Args:
        reports: Full reports of one lab.
        lab_title: What the lab is called.
        language: Of the page.
        seconds: Student id to the time collecting the evidence took.
        alike: Networks that look alike, where some do.
    """
    say = catalogue(language)
    took = seconds or {}
    points = [report.points for report in reports]
    full = max((report.max_points for report in reports), default=0.0)
    return ClassPage(
        language=language,
        title=say("page.class-page", lab=lab_title),
        lab_title=lab_title,
        submissions=len(reports),
        median_text=say.points(median(points)) if points else "–",
        best_text=say.points(max(points)) if points else "–",
        max_text=say.points(full),
        review=sum(not report.complete for report in reports),
        times_text=_times_text(list(took.values()), say),
        check_titles=tuple(check.title for check in reports[0].checks) if reports else (),
        rows=tuple(_row(report, took.get(report.student.id), say) for report in reports),
        checks=_check_summaries(reports, say),
        bins=_histogram(points, full, say),
        causes=_causes(reports, say),
        open=_listed(reports, lambda check: check.status in ("pending", "error")),
        near=_listed(reports, lambda check: "threshold-in-interval" in check.flags),
        confusions=_confusions(reports),
        alike=alike,
        provenance=_provenance(reports, say),
    )


def _provenance(reports: Sequence[GradeReport], say: Catalogue) -> tuple[FactView, ...]:
    if not reports:
        return ()
    return tuple(FactView(*pair) for pair in provenance_texts(reports[0], say))


def _row(report: GradeReport, seconds: float | None, say: Catalogue) -> ClassRow:
    interval = report.points_interval
    spread = interval.high - interval.low > 0.005
    return ClassRow(
        student_name=name_text(report),
        link=report_link(report),
        points=report.points,
        points_text=say.points(report.points),
        interval_text=f"{say.points(interval.low)} – {say.points(interval.high)}" if spread else "",
        complete=report.complete,
        verdict=verdict_text(report.passed, say),
        cells=tuple(_cell(check, say) for check in report.checks),
        seconds=seconds,
        notes=_row_notes(report, say),
    )


def _cell(check: CheckResult, say: Catalogue) -> CheckCell:
    measured = [say.percent(float(fact.value)) for fact in check.facts if fact.gauge]
    return CheckCell(
        status=check.status,
        status_text=say(f"status.{check.status}"),
        measured=" / ".join(measured),
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
    summaries = []
    for position, check in enumerate(reports[0].checks):
        counts = Counter(report.checks[position].status for report in reports)
        shown = tuple(
            (status, say(f"status.{status}"), counts[status])
            for status in _STATUS_ORDER
            if counts[status]
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


def _judged(
    reports: Sequence[GradeReport],
) -> Iterator[tuple[GradeReport, ExerciseResult, CheckResult]]:
    for report in reports:
        for exercise in report.exercises:
            for check in exercise.checks:
                yield report, exercise, check


def _causes(reports: Sequence[GradeReport], say: Catalogue) -> tuple[Cause, ...]:
    """Reasons for which nothing could be measured, the most frequent first."""
    students: dict[str, dict[str, Listed]] = defaultdict(dict)
    for report, exercise, check in _judged(reports):
        if check.reason is not None:
            listed = Listed(name_text(report), report_link(report), exercise.title)
            students[check.reason].setdefault(report.student.id, listed)
    ordered = sorted(students.items(), key=lambda item: -len(item[1]))
    return tuple(
        Cause(text=say(f"reason.{reason}"), students=tuple(listed.values()))
        for reason, listed in ordered
    )


def _listed(
    reports: Sequence[GradeReport], wanted: Callable[[CheckResult], bool]
) -> tuple[Listed, ...]:
    return tuple(
        Listed(name_text(report), report_link(report), check.title)
        for report, _, check in _judged(reports)
        if wanted(check)
    )


def _confusions(reports: Sequence[GradeReport]) -> tuple[ClassConfusion, ...]:
    """The pairs of classes the networks of the class confuse most, check by check."""
    totals: dict[tuple[str, str], np.ndarray[tuple[int, int], np.dtype[np.int64]]] = {}
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    titles: dict[tuple[str, str], str] = {}
    for report, exercise, check in _judged(reports):
        if check.figure is None:
            continue
        key = exercise.exercise_id, check.check_id
        matrix = confusion_matrix(check.figure).astype(np.int64)
        totals[key] = totals.get(key, 0) + matrix
        known = {dataset.name: dataset.class_names for dataset in report.provenance.datasets}
        names[key] = readable_names(known.get(check.figure.dataset, ()), check.figure.classes)
        titles[key] = check.title
    return tuple(
        ClassConfusion(title=titles[key], pairs=confused_pairs(total, names[key]))
        for key, total in totals.items()
    )


def _times_text(seconds: Sequence[float], say: Catalogue) -> str:
    if not seconds:
        return ""
    return say("page.times", median=say.points(median(seconds)), longest=say.points(max(seconds)))
