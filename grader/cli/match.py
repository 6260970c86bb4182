"""``grader match``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from grader.cli.options import course_option


@click.command(name="match")
@click.argument("run", type=click.Path(path_type=Path))
@course_option
def command(run: Path, course: Path | None) -> None:
    """Show which submissions of RUN belong to nobody on the roster, and how to say whose they are.

    The lines go into course.toml; `grader rescore RUN` then takes them in.
    """
    from grader.grading.rescore import unmatched_submissions

    questions = unmatched_submissions(run, course=course)
    if not questions:
        click.echo("Every submission is matched to the roster.")
        return
    click.echo("# Into course.toml, with the id on the roster of whoever handed it in:")
    click.echo("[matches]")
    for submission, likely in questions:
        name = _quoted(submission.source)
        if likely:
            click.echo(f"# {name} = {_quoted(likely[0])}    # or: {', '.join(likely)}")
        else:
            click.echo(f'# {name} = ""    # nobody on the roster has such a name')


def _quoted(text: str) -> str:
    """A text as TOML writes it, which is as JSON does."""
    return json.dumps(text, ensure_ascii=False)
