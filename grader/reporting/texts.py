"""Figures as text, in the habits of the language; pages, terminal and Markdown say the same words."""

from __future__ import annotations

from grader.messages import Catalogue, visible
from grader.records.result import CheckResult, Fact, GradeReport


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


def points_interval_text(report: GradeReport, say: Catalogue) -> str:
    """Between which points the result lies; empty where it is sure."""
    interval = report.points_interval
    if interval.high - interval.low <= 0.005:
        return ""
    return say("page.between", low=interval.low, high=interval.high)


def headline_text(report: GradeReport, say: Catalogue) -> str:
    """``30 / 70 points, not final, between 27 and 70 at 95 %``."""
    points = f"{say.points(report.points)} / {say.points(report.max_points)} {say('page.points')}"
    final = "" if report.complete else say("page.not-final")
    parts = (points, verdict_text(report.passed, say), final, points_interval_text(report, say))
    return ", ".join(part for part in parts if part)


def name_text(report: GradeReport) -> str:
    """The student's name, else the id."""
    return visible(report.student.name or report.student.id)


def verdict_text(passed: bool | None, say: Catalogue) -> str:
    """'Passed' or 'Not passed'; empty for labs with marks and while it is open."""
    if passed is None:
        return ""
    return say("page.passed" if passed else "page.not-passed")


def provenance_texts(report: GradeReport, say: Catalogue) -> list[tuple[str, str]]:
    """What a result rests on: labels and their texts."""
    source = report.provenance
    versions = ", ".join(f"{name} {version}" for name, version in source.versions.items())
    datasets = ", ".join(
        f"{dataset.title} ({say.count(dataset.images)}, {dataset.digest[:12]})"
        for dataset in source.datasets
    )
    return [
        (say("page.lab"), f"{report.lab}, {source.lab_version}"),
        (say("page.datasets"), datasets),
        (say("page.versions"), versions),
        (say("page.isolation"), source.isolation),
    ]
