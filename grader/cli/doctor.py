"""``grader doctor``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.completing import complete_lab
from grader.cli.options import course_option, json_option, layout_option


@click.command(name="doctor")
@click.argument("submissions", type=click.Path(path_type=Path), required=False)
@click.option("--lab", help="The lab that SUBMISSIONS are of.", shell_complete=complete_lab)
@layout_option
@course_option
@json_option
def command(
    submissions: Path | None,
    lab: str | None,
    layout: str | None,
    course: Path | None,
    as_json: bool,
) -> None:
    """Show versions, data and limits, and what is missing.

    With SUBMISSIONS, show instead what `grader grade LAB SUBMISSIONS --dry-run` does: who is who, and which file serves
    what.
    """
    if submissions is not None:
        _preview(submissions, lab, layout, course, as_json=as_json)
        return
    if lab or layout:
        raise click.UsageError("--lab and --layout are about SUBMISSIONS, which are missing.")
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


def _preview(
    submissions: Path, lab: str | None, layout: str | None, course: Path | None, *, as_json: bool
) -> None:
    from grader.cli.preview_text import print_preview
    from grader.grading.preview import preview_class

    if lab is None:
        raise click.UsageError("Missing option '--lab': the lab that SUBMISSIONS are of.")
    preview, matters = preview_class(lab, submissions, course=course, layout=layout or "")
    print_preview(preview, matters, as_json=as_json)
