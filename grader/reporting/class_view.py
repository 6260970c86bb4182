"""The view model of the class, for the instructor."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import msgspec
import numpy as np

from grader.confusion import confusion_matrix
from grader.messages import Catalogue, catalogue
from grader.records.feedback import CheckFeedback, ExerciseFeedback, Feedback
from grader.records.points import median_points
from grader.records.result import GradeReport, Status
from grader.records.section import ConfusionMatrix
from grader.reporting.class_charts import DotRow, Histogram, dot_rows, histogram
from grader.reporting.class_marks import MarkedCheck, OpenMatter, marked_checks, open_matters
from grader.reporting.confusion_view import ConfusedPair, confused_pairs, readable_names
from grader.reporting.feedback import staff_feedback
from grader.reporting.similarity_view import SimilaritySection
from grader.reporting.student_links import StudentLink, report_link
from grader.reporting.student_view import FactView, flag_texts
from grader.reporting.texts import (
    attempts_text,
    lateness_text,
    name_text,
    provenance_texts,
    verdict_text,
)

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
    rows: tuple[DotRow, ...]
    """The class as dots on an axis, once for each measurement of the check."""
    counts: tuple[tuple[Status, str, int], ...]
    """Status, its text, and how many submissions have it; only those that occur."""


@dataclass(frozen=True)
class Cause:
    """A reason why there was nothing to measure, and whose."""

    text: str
    students: tuple[StudentLink, ...]


@dataclass(frozen=True)
class ClassConfusion:
    """What the models of the class confuse on one check."""

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
    histogram: Histogram | None
    """Of the marks; None without any."""
    causes: tuple[Cause, ...]
    open: tuple[OpenMatter, ...]
    near: tuple[StudentLink, ...]
    confusions: tuple[ClassConfusion, ...]
    marked: tuple[MarkedCheck, ...]
    """What was marked by hand."""
    similarity: SimilaritySection | None
    """None where no submissions are similar."""
    provenance: tuple[FactView, ...]


def class_page(
    reports: Sequence[GradeReport],
    *,
    seconds: Mapping[str, float] | None = None,
    similarity: SimilaritySection | None = None,
) -> ClassPage:
    """What the instructor sees of the class.

    Args:
        reports: Full reports of one lab, at least one.
        seconds: Student id to the time collecting the evidence took.
        similarity: Similar submissions, where there are some.
    """
    shown = [staff_feedback(_without_evidence(report)) for report in reports]
    first = shown[0]
    translate = catalogue(first.language)
    took = seconds or {}
    points = [report.points for report in shown]
    full = max(report.max_points for report in shown)
    return ClassPage(
        language=first.language,
        title=translate("page.class-page", lab=first.lab_title),
        lab_title=first.lab_title,
        submissions=len(shown),
        median_text=translate.points(median_points(points)),
        best_text=translate.points(max(points)),
        max_text=translate.points(full),
        review=sum(not report.complete for report in shown),
        times_text=_times_text(list(took.values()), translate),
        check_titles=tuple(check.title for check in first.checks),
        rows=tuple(_row(report, took.get(report.student.id), translate) for report in shown),
        checks=_check_summaries(shown, translate),
        histogram=histogram(points, full, translate),
        causes=_causes(shown, translate),
        open=open_matters(shown, translate),
        near=_listed(shown, lambda check: "threshold-in-interval" in check.flags),
        confusions=_confusions(shown),
        marked=marked_checks(shown, translate),
        similarity=similarity,
        provenance=tuple(FactView(*pair) for pair in provenance_texts(first, translate)),
    )


def _without_evidence(report: GradeReport) -> GradeReport:
    """The report without what only a student's page shows: wording it would take as long as all the rest."""
    exercises = (msgspec.structs.replace(item, evidence=()) for item in report.exercises)
    return msgspec.structs.replace(report, exercises=tuple(exercises))


def _row(report: Feedback, seconds: float | None, translate: Catalogue) -> ClassRow:
    interval = report.points_interval
    spread = interval.high - interval.low > 0.005
    ends = (translate.points(interval.low), translate.points(interval.high))
    return ClassRow(
        student_name=name_text(report),
        link=report_link(report.student),
        points=report.points,
        points_text=translate.points(report.points),
        interval_text=" – ".join(ends) if spread else "",
        complete=report.complete,
        verdict=verdict_text(report.passed, translate),
        cells=tuple(_cell(check, translate) for check in report.checks),
        seconds=seconds,
        notes=_row_notes(report, translate),
    )


def _cell(check: CheckFeedback, translate: Catalogue) -> CheckCell:
    measured = [fact.text for fact in check.facts if fact.gauge]
    return CheckCell(
        status=check.status,
        status_text=translate(f"status.{check.status}"),
        measured=" / ".join(measured),
    )


def _row_notes(report: Feedback, translate: Catalogue) -> tuple[str, ...]:
    """What the instructor should look at: our flags, and why points were lost without a measurement."""
    late = lateness_text(report, translate) if report.lateness and report.lateness.days else ""
    unmeasured = [
        check.feedback
        for check in report.checks
        if not check.facts and check.score != check.max_score and not _is_of_person(check)
    ]
    flags = flag_texts(report.flags, translate)
    attempts = attempts_text(report, translate)
    return tuple(dict.fromkeys(note for note in (*unmeasured, *flags, late, attempts) if note))


def _is_of_person(check: CheckFeedback) -> bool:
    """Whether a person marks it or did: the page lists that by itself."""
    return check.status == "pending" or check.review is not None


def _check_summaries(reports: Sequence[Feedback], translate: Catalogue) -> tuple[CheckSummary, ...]:
    summaries = []
    for position, check in enumerate(reports[0].checks):
        judged = [report.checks[position] for report in reports]
        counts = Counter(item.status for item in judged)
        shown = tuple(
            (status, translate(f"status.{status}"), counts[status])
            for status in _STATUS_ORDER
            if counts[status]
        )
        rows = dot_rows(judged, translate)
        summaries.append(CheckSummary(title=check.title, rows=rows, counts=shown))
    return tuple(summaries)


def _judged(
    reports: Sequence[Feedback],
) -> Iterator[tuple[Feedback, ExerciseFeedback, CheckFeedback]]:
    for report in reports:
        for exercise in report.exercises:
            for check in exercise.checks:
                yield report, exercise, check


def _causes(reports: Sequence[Feedback], translate: Catalogue) -> tuple[Cause, ...]:
    """Reasons for which nothing could be measured, the most frequent first."""
    students: dict[str, dict[str, StudentLink]] = defaultdict(dict)
    for report, exercise, check in _judged(reports):
        if check.reason:
            listed = StudentLink(name_text(report), report_link(report.student), exercise.title)
            students[check.reason].setdefault(report.student.id, listed)
    ordered = sorted(students.items(), key=lambda item: -len(item[1]))
    return tuple(
        Cause(text=_reason_text(reason, translate), students=tuple(listed.values()))
        for reason, listed in ordered
    )


def _reason_text(reason: str, translate: Catalogue) -> str:
    key = f"reason.{reason}"
    return translate(key) if key in translate.sentences else reason


def _listed(
    reports: Sequence[Feedback], wanted: Callable[[CheckFeedback], bool]
) -> tuple[StudentLink, ...]:
    return tuple(
        StudentLink(name_text(report), report_link(report.student), check.title)
        for report, _, check in _judged(reports)
        if wanted(check)
    )


def _confusions(reports: Sequence[Feedback]) -> tuple[ClassConfusion, ...]:
    """The pairs of classes the models of the class confuse most, check by check."""
    totals: dict[tuple[str, str], np.ndarray[tuple[int, int], np.dtype[np.int64]]] = {}
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    titles: dict[tuple[str, str], str] = {}
    for report, exercise, check in _judged(reports):
        known = {dataset.name: dataset.class_names for dataset in report.provenance.datasets}
        for figure in check.figures:
            if isinstance(figure, ConfusionMatrix):
                key = exercise.exercise_id, check.check_id
                matrix = confusion_matrix(figure).astype(np.int64)
                totals[key] = totals.get(key, 0) + matrix
                names[key] = readable_names(known.get(figure.dataset, ()), figure.classes)
                titles[key] = check.title
    return tuple(
        ClassConfusion(title=titles[key], pairs=confused_pairs(total, names[key]))
        for key, total in totals.items()
    )


def _times_text(seconds: Sequence[float], translate: Catalogue) -> str:
    if not seconds:
        return ""
    return translate(
        "page.times",
        median=translate.points(median(seconds)),
        longest=translate.points(max(seconds)),
    )
