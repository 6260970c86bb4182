"""GitHub Actions: annotations, the step summary and step outputs.

Limits and escaping as documented by GitHub: ten annotations of a kind per step, one MiB of summary per step.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from grader.messages import catalogue
from grader.records.feedback import CheckFeedback, ExerciseFeedback, Feedback
from grader.records.points import points_text
from grader.records.result import GradeReport
from grader.reporting.student_view import StudentPage, student_page
from grader.reporting.texts import headline_text

MAX_ANNOTATIONS = 10
MAX_SUMMARY_BYTES = 1 << 20

_LEVELS = {"failed": "error", "partial": "warning", "error": "warning", "pending": "notice"}
#: The worst first: what GitHub drops is the least.
_ORDER = ("failed", "error", "partial", "pending")


def workflow_commands(report: Feedback, path: Path) -> str:
    """Workflow commands for every check that is not passed, and one notice with the points."""
    translate = catalogue(report.language)
    found: list[tuple[CheckFeedback, str, str]] = [
        (check, exercise.title, _first_file(exercise))
        for exercise in report.exercises
        for check in exercise.checks
        if check.status in _LEVELS
    ]
    found.sort(key=lambda entry: _ORDER.index(entry[0].status))
    lines = []
    counts: dict[str, int] = {}
    for check, exercise_title, file in found:
        level = _LEVELS[check.status]
        counts[level] = counts.get(level, 0) + 1
        if counts[level] > MAX_ANNOTATIONS - (level == "notice"):
            continue
        message = "\n".join(part for part in (check.feedback, check.advice) if part)
        properties = {"title": f"{exercise_title}: {check.title}"}
        if file:
            properties["file"] = (path / file if path.is_dir() else path).as_posix()
        lines.append(_command(level, properties, message))
    lines.append(_command("notice", {"title": report.lab_title}, headline_text(report, translate)))
    return "\n".join(lines) + "\n"


def notice(title: str, text: str) -> str:
    """A notice of a workflow, as one line."""
    return _command("notice", {"title": title}, text) + "\n"


def _first_file(exercise: ExerciseFeedback) -> str:
    """The file annotations of an exercise are attached to; empty where there is none."""
    return next((file for item in exercise.artefacts for file in item.files), "")


def write_step_files(report: GradeReport) -> None:
    """Append the summary and the outputs `points`, `max_points`, `complete` where GitHub names files for them."""
    append_summary(markdown(student_page(report)))
    outputs = os.environ.get("GITHUB_OUTPUT")
    if outputs:
        values = {
            "points": points_text(report.points),
            "max_points": points_text(report.max_points),
            "complete": str(report.complete).lower(),
        }
        _append(outputs, "".join(_output(name, value) for name, value in values.items()))


def append_summary(text: str) -> None:
    """Append Markdown to the step summary, cut to what it may hold, where GitHub names a file for it."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        _append(summary, _cut(text))


def markdown(page: StudentPage) -> str:
    """The result as GitHub-flavoured Markdown, cut to what a step summary may hold."""
    translate = catalogue(page.language)
    head = [
        translate("page.check"),
        translate("page.measured"),
        translate("page.needed"),
        translate("page.points"),
        translate("page.status"),
    ]
    lines = [
        f"## {plain_text(page.lab_title)}: {page.headline}",
        "",
        "| " + " | ".join(head) + " |",
        "| --- | --- | ---: | ---: | --- |",
    ]
    advice: list[str] = []
    for exercise in page.exercises:
        for check in exercise.checks:
            measured = "<br>".join(
                plain_text(f"{gauge.label} {gauge.text}")
                + (f" ({gauge.interval_text})" if gauge.interval_text else "")
                for gauge in check.gauges
            )
            needed = "<br>".join(gauge.needed_text for gauge in check.gauges)
            title = plain_text(f"{exercise.title}: {check.title}")
            cells = [title, measured, needed, check.score_text, check.status_text]
            lines.append("| " + " | ".join(cells) + " |")
            if check.status != "passed" or check.notes:
                feedback = plain_text(" ".join([check.feedback, *check.notes]))
                next_step = (
                    f" **{translate('page.next')}** {plain_text(check.advice)}"
                    if check.advice
                    else ""
                )
                advice.append(f"- **{title}** {feedback}{next_step}")
        advice += [f"- {plain_text(note)}" for note in exercise.notes]
    if advice:
        lines += ["", *advice]
    return _cut("\n".join(lines) + "\n")


def _command(level: str, properties: dict[str, str], message: str) -> str:
    shown = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{level} {shown}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")


def plain_text(text: str) -> str:
    """Text that Markdown and HTML leave as it is: names of files and layers come from strangers."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "\\`*_[]|~#!@":
        escaped = escaped.replace(sign, f"&#{ord(sign)};" if sign == "@" else f"\\{sign}")
    return " ".join(escaped.split())


def _cut(text: str) -> str:
    data = text.encode()
    if len(data) <= MAX_SUMMARY_BYTES:
        return text
    return data[: MAX_SUMMARY_BYTES - 8].decode("utf-8", "ignore") + "\n\n..."


def _output(name: str, value: str) -> str:
    delimiter = f"end_{secrets.token_hex(8)}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _append(file: str, text: str) -> None:
    with Path(file).open("a", encoding="utf-8") as stream:
        stream.write(text)
