"""``grader doctor``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.options import course_option, json_option


@click.command(name="doctor")
@course_option
@json_option
def command(course: Path | None, as_json: bool) -> None:
    """Show versions, data and limits, and what is missing."""
    from grader.records.base import to_json
    from grader.upkeep.doctor import diagnose

    diagnosis = diagnose(course)
    if as_json:
        click.echo(to_json(diagnosis), nl=False)
    else:
        width = max(len(item.name) for item in diagnosis)
        for item in diagnosis:
            mark = {"ok": click.style("ok  ", fg="green"), "note": click.style("note", fg="yellow")}
            state = mark.get(item.state, click.style("FAIL", fg="red"))
            click.echo(f"{state} {item.name:<{width}}  {item.found}")
            if item.fix:
                click.echo(f"     {'':<{width}}  -> {item.fix}")
    if any(item.state == "fail" for item in diagnosis):
        raise click.exceptions.Exit(1)
