"""``grader match``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.options import course_option


@click.command(name="match")
@click.argument("run", type=click.Path(path_type=Path))
@course_option
def command(run: Path, course: Path | None) -> None:
    """Show which submissions of RUN belong to nobody on the roster, and how to say whose they are.

    So does it with what was left out and is called like somebody without a submission. The lines go into course.toml;
    `grader rescore RUN` then takes them in.
    """
    from grader.cli.match_lines import match_lines
    from grader.grading.rescore import unsettled

    lines = match_lines(unsettled(run, course=course))
    if not lines:
        click.echo("Every submission is matched to the roster.")
    else:
        click.echo("# Into course.toml:")
    for line in lines:
        click.echo(line)
