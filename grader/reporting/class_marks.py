"""What of a class waits for a person, and what people decided, for the instructor's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.messages import Catalogue, visible
from grader.records.feedback import CheckFeedback, Feedback
from grader.records.result import ReviewedCheck, Status
from grader.reporting.student_links import StudentLink, report_link
from grader.reporting.texts import name_text, score_text

_OPEN_STATUSES: tuple[Status, ...] = ("pending", "error")
#: Flags of reports whose marks are not final although every check is judged.
_OPEN_FLAGS = ("marked-late", "other-attempt-open")


@dataclass(frozen=True)
class OpenMatter:
    """Something that waits for a person or the class, and whose."""

    text: str
    status: Status | None
    """Of the check; None where a whole mark is open."""
    status_text: str
    students: tuple[StudentLink, ...]


@dataclass(frozen=True)
class MarkedCheck:
    """A check that somebody marked by hand."""

    student: StudentLink
    points_text: str
    comment: str
    by: str
    at_text: str
    """In UTC."""
    judged_text: str
    """How it was judged without them; empty where it was open."""


def open_matters(reports: Sequence[Feedback], translate: Catalogue) -> tuple[OpenMatter, ...]:
    """What is open, check by check in the order of the lab, then what keeps whole marks from being final."""
    return (*_open_checks(reports, translate), *_open_marks(reports, translate))


def _open_checks(reports: Sequence[Feedback], translate: Catalogue) -> Iterator[OpenMatter]:
    for of_class in zip(*map(_checks, reports), strict=True):
        for status in _OPEN_STATUSES:
            students = [item for item in of_class if item.check.status == status]
            if students:
                yield OpenMatter(
                    text=students[0].title,
                    status=status,
                    status_text=translate(f"status.{status}"),
                    students=tuple(item.link for item in students),
                )


def _open_marks(reports: Sequence[Feedback], translate: Catalogue) -> Iterator[OpenMatter]:
    for flag in _OPEN_FLAGS:
        students = [item for item in reports if not item.complete and flag in item.flags]
        if students:
            yield OpenMatter(
                text=translate(f"flag.{flag}"),
                status=None,
                status_text="",
                students=tuple(map(_student_link, students)),
            )


def marked_checks(reports: Sequence[Feedback], translate: Catalogue) -> tuple[MarkedCheck, ...]:
    """What people decided, student by student."""
    return tuple(
        MarkedCheck(
            student=item.link,
            points_text=score_text(item.check, translate),
            comment=item.check.comment,
            by=visible(review.by),
            at_text=f"{review.at:%Y-%m-%d %H:%M}",
            judged_text=_judged_text(item.check.max_score, review, translate),
        )
        for report in reports
        for item in _checks(report)
        if (review := item.check.review) is not None
    )


def _judged_text(max_score: float, review: ReviewedCheck, translate: Catalogue) -> str:
    if review.judged_score is None:
        return ""
    return f"{translate.points(review.judged_score)} / {translate.points(max_score)}"


@dataclass(frozen=True)
class _StudentCheck:
    check: CheckFeedback
    title: str
    """With the exercise's."""
    link: StudentLink


def _checks(report: Feedback) -> Iterator[_StudentCheck]:
    for exercise in report.exercises:
        for check in exercise.checks:
            title = f"{exercise.title}: {check.title}"
            yield _StudentCheck(check, title, _student_link(report, title))


def _student_link(report: Feedback, what: str = "") -> StudentLink:
    return StudentLink(name_text(report), report_link(report.student), what)
