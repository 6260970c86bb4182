"""The view model: what pages and the terminal show, as ready-made texts and numbers. Templates say how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from grader.messages import Catalogue, catalogue, visible
from grader.records.result import CheckResult, ExerciseResult, Fact, GradeReport, Status
from grader.reporting.redaction import for_student

#: Columns of the histogram of marks.
BINS = 10


@dataclass(frozen=True)
class Gauge:
    """A share on a scale from 0 to 1, with what was needed and how sure it is."""

    label: str
    value: float
    text: str
    needed: float | None
    needed_text: str
    low: float | None
    high: float | None
    interval_text: str


@dataclass(frozen=True)
class FactView:
    """A label and its value as text."""

    label: str
    text: str


@dataclass(frozen=True)
class CheckView:
    """One check as shown."""

    key: str
    """``exercise/check``."""
    title: str
    status: Status
    status_text: str
    score_text: str
    feedback: str
    advice: str
    detail: str
    gauges: tuple[Gauge, ...]
    facts: tuple[FactView, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ExerciseView:
    """One exercise as shown."""

    id: str
    title: str
    file: str
    score_text: str
    checks: tuple[CheckView, ...]


@dataclass(frozen=True)
class StudentPage:
    """One student's result as shown."""

    language: str
    title: str
    lab_title: str
    student_id: str
    student_name: str
    points_text: str
    max_text: str
    share: float
    interval_text: str
    verdict: str
    """'Passed', 'Not passed', or empty for labs with marks."""
    complete: bool
    lateness: str
    notes: tuple[str, ...]
    exercises: tuple[ExerciseView, ...]
    provenance: tuple[FactView, ...]


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


def student_page(report: GradeReport, *, staff: bool = False) -> StudentPage:
    """What a student sees; with `staff`, everything."""
    shown = report if staff else for_student(report)
    say = catalogue(shown.language)
    share = shown.points / shown.max_points if shown.max_points else 0.0
    interval = shown.points_interval
    spread = interval.high - interval.low > 0.005
    return StudentPage(
        language=shown.language,
        title=say("page.feedback-for", student=_name(shown)),
        lab_title=shown.lab_title,
        student_id=shown.student.id,
        student_name=_name(shown),
        points_text=say.points(shown.points),
        max_text=say.points(shown.max_points),
        share=share,
        interval_text=say("page.between", low=interval.low, high=interval.high) if spread else "",
        verdict=_verdict(shown.passed, say),
        complete=shown.complete,
        lateness=lateness_text(shown, say),
        notes=tuple(say(f"flag.{flag}") for flag in shown.flags) if staff else (),
        exercises=tuple(_exercise(exercise, say) for exercise in shown.exercises),
        provenance=_provenance(shown, say),
    )


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
        provenance=_provenance(reports[0], say) if reports else (),
    )


def lateness_text(report: GradeReport, say: Catalogue) -> str:
    """One sentence on the hand-in time; empty for labs without a deadline."""
    late = report.lateness
    if late is None:
        return ""
    if late.days == 0:
        return say("late.on-time" if late.received_at <= late.deadline else "late.grace")
    if late.excused:
        return say("late.excused")
    return say("late.late", days=late.days, factor=late.factor)


def fact_text(fact: Fact, say: Catalogue) -> str:
    """A fact's value in the habits of the language."""
    if isinstance(fact.value, str):
        return fact.value
    match fact.unit:
        case "share":
            return say.percent(fact.value)
        case "count":
            return say.count(int(fact.value))
        case _:
            return say.points(fact.value)


def score_text(check: CheckResult, say: Catalogue) -> str:
    """``30 / 40``, with a dash where nothing could be judged."""
    score = "–" if check.score is None else say.points(check.score)
    return f"{score} / {say.points(check.max_score)}"


def interval_text(fact: Fact, say: Catalogue) -> str:
    """``89.1% – 90.3%``; empty where a fact has no interval."""
    if fact.interval is None:
        return ""
    return f"{say.percent(fact.interval.low)} – {say.percent(fact.interval.high)}"


def _name(report: GradeReport) -> str:
    return visible(report.student.name or report.student.id)


def _exercise(exercise: ExerciseResult, say: Catalogue) -> ExerciseView:
    return ExerciseView(
        id=exercise.exercise_id,
        title=exercise.title,
        file=visible(exercise.file),
        score_text=f"{say.points(exercise.score)} / {say.points(exercise.max_score)}",
        checks=tuple(_check(exercise.exercise_id, check, say) for check in exercise.checks),
    )


def _check(exercise_id: str, check: CheckResult, say: Catalogue) -> CheckView:
    return CheckView(
        key=f"{exercise_id}/{check.check_id}",
        title=check.title,
        status=check.status,
        status_text=say(f"status.{check.status}"),
        score_text=score_text(check, say),
        feedback=check.feedback,
        advice=check.advice,
        detail=check.detail,
        gauges=tuple(_gauge(fact, say) for fact in check.facts if fact.unit == "share"),
        facts=tuple(
            FactView(fact.label, fact_text(fact, say))
            for fact in check.facts
            if fact.unit != "share"
        ),
        notes=tuple(say(f"flag.{flag}") for flag in check.flags if flag != "chance-level"),
    )


def _gauge(fact: Fact, say: Catalogue) -> Gauge:
    return Gauge(
        label=fact.label,
        value=float(fact.value),
        text=fact_text(fact, say),
        needed=fact.needed,
        needed_text="" if fact.needed is None else say.percent(fact.needed),
        low=fact.interval.low if fact.interval else None,
        high=fact.interval.high if fact.interval else None,
        interval_text=interval_text(fact, say),
    )


def _verdict(passed: bool | None, say: Catalogue) -> str:
    if passed is None:
        return ""
    return say("page.passed" if passed else "page.not-passed")


def _provenance(report: GradeReport, say: Catalogue) -> tuple[FactView, ...]:
    source = report.provenance
    versions = ", ".join(f"{name} {version}" for name, version in source.versions.items())
    datasets = ", ".join(
        f"{dataset.title} ({say.count(dataset.images)}, {dataset.digest[:12]})"
        for dataset in source.datasets
    )
    return (
        FactView(say("page.lab"), f"{report.lab}, {source.lab_version}"),
        FactView(say("page.datasets"), datasets),
        FactView(say("page.versions"), versions),
        FactView(say("page.isolation"), source.isolation),
    )


def _row(report: GradeReport, say: Catalogue) -> ClassRow:
    interval = report.points_interval
    spread = interval.high - interval.low > 0.005
    return ClassRow(
        student_id=report.student.id,
        student_name=_name(report),
        link=f"reports/{report.student.id}/index.html",
        points=report.points,
        points_text=say.points(report.points),
        interval_text=f"{say.points(interval.low)} – {say.points(interval.high)}" if spread else "",
        complete=report.complete,
        verdict=_verdict(report.passed, say),
        statuses=tuple((check.status, say(f"status.{check.status}")) for check in report.checks),
        notes=_row_notes(report, say),
    )


def _row_notes(report: GradeReport, say: Catalogue) -> tuple[str, ...]:
    """What the instructor should look at: our flags, and why points were lost without a measurement."""
    late = lateness_text(report, say) if report.lateness and report.lateness.days else ""
    unmeasured = [
        check.feedback
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
