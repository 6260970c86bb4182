"""Figures as text, in the habits of the language; pages, terminal and Markdown use the same words."""

from __future__ import annotations

from grader.messages import Catalogue, visible
from grader.records.feedback import CheckFeedback, FactFeedback, Feedback
from grader.records.points import late_points, sum_points
from grader.records.result import GradeReport, OtherAttempt


def lateness_text(report: Feedback, translate: Catalogue) -> str:
    """One sentence on the hand-in time; empty for labs without a deadline."""
    late = report.lateness
    if late is None:
        return ""
    if late.days == 0:
        return translate("late.on-time" if late.received_at <= late.deadline else "late.grace")
    if late.excused:
        return translate("late.excused")
    return translate("late.late", days=late.days, factor=late.factor)


def attempts_text(report: Feedback, translate: Catalogue) -> str:
    """Which of several attempts counts, and what the others came to; empty where there was but one."""
    if not report.other_attempts:
        return ""
    others = (_attempt_text(other, translate) for other in report.other_attempts)
    return translate("page.attempt", attempt=visible(report.attempt), others=", ".join(others))


def _attempt_text(other: OtherAttempt, translate: Catalogue) -> str:
    if other.points is None:
        return visible(other.name)
    key = "page.attempt-points" if other.complete else "page.attempt-open"
    return translate(key, attempt=visible(other.name), points=translate.points(other.points))


def score_text(check: CheckFeedback, translate: Catalogue) -> str:
    """``30 / 40``, with a dash where nothing could be judged."""
    score = "–" if check.score is None else translate.points(check.score)
    return f"{score} / {translate.points(check.max_score)}"


def interval_text(fact: FactFeedback, translate: Catalogue) -> str:
    """``89.1% – 90.3%``; empty where a fact has no interval."""
    if fact.interval is None:
        return ""
    return f"{translate.percent(fact.interval.low)} – {translate.percent(fact.interval.high)}"


def points_interval_text(report: Feedback, translate: Catalogue) -> str:
    """Between which points the result lies; empty where it is sure."""
    interval = report.points_interval
    if interval.high - interval.low <= 0.005:
        return ""
    unmeasured = any(item.score is None and item.score_interval is None for item in report.checks)
    key = "page.between-open" if unmeasured else "page.between"
    return translate(key, low=interval.low, high=interval.high)


def headline_text(report: Feedback, translate: Catalogue) -> str:
    """``30 / 70 points, not final, between 27 and 70 at 95 %``."""
    provisional = provisional_points(report)
    if provisional is not None:
        points = translate(
            "page.provisional",
            points=translate.points(provisional),
            full=translate.points(report.max_points),
        )
    else:
        full = translate.points(report.max_points)
        points = f"{translate.points(report.points)} / {full} {translate('page.points')}"
    final = "" if report.complete else translate("page.not-final")
    verdict = verdict_text(report.passed, translate)
    parts = (points, verdict, final, points_interval_text(report, translate))
    return ", ".join(part for part in parts if part)


def provisional_points(report: Feedback) -> float | None:
    """The points with every mark that waits for the class measured against the reference solution.

    None where nothing waits for the class, or something else is open as well.
    """
    open_checks = [check for check in report.checks if check.score is None]
    waiting = [check.provisional_score for check in open_checks]
    if not waiting or any(score is None for score in waiting):
        return None
    factor = report.lateness.factor if report.lateness else 1.0
    provisional = sum_points(score for score in waiting if score is not None)
    return sum_points([report.points, late_points(provisional, factor)])


def name_text(report: Feedback | GradeReport) -> str:
    """The student's name, else the id."""
    return visible(report.student.name or report.student.id)


def verdict_text(passed: bool | None, translate: Catalogue) -> str:
    """'Passed' or 'Not passed'; empty for labs with marks and while it is open."""
    if passed is None:
        return ""
    return translate("page.passed" if passed else "page.not-passed")


def provenance_texts(report: Feedback, translate: Catalogue) -> list[tuple[str, str]]:
    """What a result rests on: labels and their texts."""
    source = report.provenance
    versions = ", ".join(
        f"{name} {version}" for name, version in source.versions.items() if version
    )
    datasets = ", ".join(
        f"{dataset.title} ({translate.count(dataset.images)}, {dataset.digest[:12]})"
        for dataset in source.datasets
    )
    return [
        (translate("page.lab"), f"{report.lab}, {source.lab_version}"),
        (translate("page.datasets"), datasets),
        (translate("page.versions"), versions),
        (translate("page.isolation"), source.isolation),
    ]
