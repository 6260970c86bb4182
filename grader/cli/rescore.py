"""``grader rescore``."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click
from click.core import ParameterSource

from grader.cli.options import course_option, json_option
from grader.errors import UsageError
from grader.records.lab import Language
from grader.records.points import points_text


@click.command(name="rescore")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--language",
    type=click.Choice(get_args(Language)),
    help="Write the pages in another language; nothing is judged, and no evidence is needed.",
)
@course_option
@json_option
@click.pass_context
def command(
    context: click.Context, run: Path, language: Language | None, course: Path | None, as_json: bool
) -> None:
    """Judge a graded class again from its stored evidence.

    No model is opened and TensorFlow is not needed. Prints who changed and why, and keeps a record in
    RUN/rescores.jsonl.
    """
    from grader.grading.rescore import rescore, translate_run
    from grader.records.base import to_json

    if language is not None:
        # A course that the environment names goes with every command.
        is_named = context.get_parameter_source("course") is ParameterSource.COMMANDLINE
        if is_named or as_json:
            raise UsageError(
                "--language judges nothing, so it does not go with --course or --json",
                hint="run `grader rescore` with them first, then with --language",
            )
        reports = translate_run(run, language)
        click.echo(f"{len(reports)} pages written in the language '{language}'.")
        click.echo(f"The class: {run / 'index.html'}")
        return
    result, record = rescore(run, course=course)
    if as_json:
        click.echo(to_json(record), nl=False)
        return
    for notice in result.notices:
        click.echo(notice)
    for change in record.lab_changes:
        click.echo(f"Lab changed: {change}")
    for student in record.changes:
        before = "new" if student.before is None else points_text(student.before)
        click.echo(f"{student.student}: {before} -> {points_text(student.after)} points")
        for check in student.checks:
            click.echo(
                f"  {check.check_id}: {_judged(check.before, check.points_before)} -> "
                f"{_judged(check.after, check.points_after)}"
            )
        if student.lateness:
            click.echo("  the late rule or the hand-in time changed")
    changed = len(record.changes)
    click.echo(f"{record.submissions} submissions judged again, {changed} changed.")
    click.echo(f"The class: {result.folder / 'index.html'}")


def _judged(status: str | None, points: float | None) -> str:
    if status is None:
        return "absent"
    return status if points is None else f"{status}, {points_text(points)} points"
