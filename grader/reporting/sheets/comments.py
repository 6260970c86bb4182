"""A result as a short comment for a gradebook: the mark, what was noticed, then each check and what to do next."""

from __future__ import annotations

from html import escape

from grader.messages import catalogue
from grader.records.result import GradeReport
from grader.reporting.feedback import student_feedback
from grader.reporting.texts import attempts_text, headline_text, score_text

#: How a comment in HTML begins, so that a later export may replace it and nobody else's.
_BEGINS = '<div class="grader">'


def comment_lines(report: GradeReport) -> list[str]:
    """What the student may see, a line for the mark, each notice and each check, as plain text."""
    feedback = student_feedback(report)
    translate = catalogue(feedback.language)
    lines = [f"{feedback.lab_title}: {headline_text(feedback, translate)}", *feedback.notices]
    if attempts := attempts_text(feedback, translate):
        lines.append(attempts)
    for exercise in feedback.exercises:
        for check in exercise.checks:
            advice = "" if check.status == "passed" else check.advice
            comment = " ".join(check.comment.split())
            said = " ".join(part for part in (check.feedback, comment, advice) if part)
            lines.append(
                f"{exercise.title}, {check.title}: {score_text(check, translate)}. {said}".strip()
            )
    return lines


def html_comment(report: GradeReport) -> str:
    """The comment as a piece of HTML on one line."""
    return _BEGINS + "<br>".join(escape(line) for line in comment_lines(report)) + "</div>"


def is_our_comment(text: str) -> bool:
    """Whether a comment in HTML was written by an earlier export."""
    return text.startswith(_BEGINS)
