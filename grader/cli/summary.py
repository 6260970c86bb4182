"""The few lines a graded class comes to on the terminal."""

from __future__ import annotations

import click

from grader.grading.grade import ClassResult
from grader.records.base import Record, to_json
from grader.records.names import counted
from grader.records.points import median_points, points_text


class StudentLine(Record, frozen=True, kw_only=True):
    """One student in the summary."""

    id: str
    points: float
    complete: bool
    passed: bool | None
    flags: tuple[str, ...]


class ClassSummary(Record, frozen=True, kw_only=True):
    """What ``grader grade --json`` prints."""

    run: str
    lab: str
    submissions: int
    kept: int
    max_points: float
    median_points: float
    needs_review: int
    unavailable: dict[str, str]
    found: tuple[str, ...]
    """How the submissions were laid out, and what was left out."""
    students: tuple[StudentLine, ...]


def print_class(result: ClassResult, *, as_json: bool) -> None:
    """Print the outcome of a run and where its page is."""
    summary = _summarise(result)
    if as_json:
        click.echo(to_json(summary), nl=False)
        return
    for notice in result.notices:
        click.secho(notice, fg="yellow", err=True)
    for name, why in result.unavailable.items():
        click.secho(f"Dataset '{name}' is not here: {why}", fg="yellow", err=True)
    kept = f", {summary.kept} kept from before" if summary.kept else ""
    review = f", {summary.needs_review} need review" if summary.needs_review else ""
    click.echo(
        f"{counted(summary.submissions, 'submission')}{kept}; median "
        f"{points_text(summary.median_points)} of {points_text(summary.max_points)} points{review}."
    )
    guessed = sum("received-from-file-time" in report.flags for report in result.reports)
    if guessed:
        click.secho(
            f"{counted(guessed, 'hand-in time')} after the deadline taken from the files' dates; "
            "state received_at on the roster.",
            fg="yellow",
            err=True,
        )
    late = sum("marked-late" in report.flags for report in result.reports)
    if late:
        click.secho(
            f"{counted(late, 'submission')} marked as late by the LMS, which does not say when "
            f"{'it' if late == 1 else 'they'} came in: state received_at on the roster, then `grader rescore`. "
            "Until then nothing is deducted, and the marks are not final where lateness costs points.",
            fg="yellow",
            err=True,
        )
    click.echo(f"The class: {result.folder / 'index.html'}")


def _summarise(result: ClassResult) -> ClassSummary:
    points = [report.points for report in result.reports]
    return ClassSummary(
        run=str(result.folder),
        lab=result.lab.slug,
        submissions=len(points),
        kept=result.kept,
        max_points=result.lab.points,
        median_points=median_points(points),
        needs_review=sum(not report.complete for report in result.reports),
        unavailable=result.unavailable,
        found=result.found,
        students=tuple(
            StudentLine(
                id=report.student.id,
                points=report.points,
                complete=report.complete,
                passed=report.passed,
                flags=report.flags,
            )
            for report in result.reports
        ),
    )
