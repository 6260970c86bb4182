"""``grader grade``."""

from __future__ import annotations

from pathlib import Path

import click

from grader import registry
from grader.cli.options import (
    course_option,
    isolation_option,
    json_option,
    limit_options,
    limits_from,
)
from grader.cli.progress import submissions_progress
from grader.sandbox.levels import Isolation


@click.command(name="grade")
@click.argument("lab")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Run folder; made if needed."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions at once; default one a core.")
@click.option(
    "--layout",
    type=click.Choice(registry.LAYOUTS.names()),
    help="How SUBMISSIONS is laid out; by default found out.",
)
@click.option("--fresh", is_flag=True, help="Collect all evidence anew.")
@limit_options
@isolation_option
@course_option
@json_option
def command(
    lab: str,
    submissions: Path,
    out: Path,
    jobs: int | None,
    layout: str | None,
    fresh: bool,
    timeout: float,
    memory: float,
    isolation: Isolation,
    course: Path | None,
    as_json: bool,
) -> None:
    """Grade a class of submissions into a run folder.

    SUBMISSIONS holds one folder or one file per student, is the unpacked download of an LMS, or is a single file. What
    it was recognised as is said first. A run that was stopped goes on
    where it stopped when the same command is given again; an unchanged one does no work.
    """
    from grader.cli.summary import print_class
    from grader.grading.grade import GradeOptions, grade_class

    with submissions_progress() as progress:
        options = GradeOptions(
            isolation=isolation,
            jobs=jobs,
            limits=limits_from(timeout, memory),
            fresh=fresh,
            progress=progress,
            layout=layout or "",
            announce=lambda sentence: click.echo(sentence, err=True),
        )
        result = grade_class(lab, submissions, out=out, options=options, course=course)
    print_class(result, as_json=as_json)
