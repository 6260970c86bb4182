"""``grader grade``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.completing import complete_lab
from grader.cli.options import (
    course_option,
    isolation_option,
    json_option,
    layout_option,
    limit_options,
    limits_from,
)
from grader.cli.progress import submissions_progress
from grader.sandbox.levels import Isolation


@click.command(name="grade")
@click.argument("lab", shell_complete=complete_lab)
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Run folder; made if needed.")
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions at once; default one a core.")
@layout_option
@click.option("--fresh", is_flag=True, help="Collect all evidence anew.")
@click.option("--dry-run", is_flag=True, help="Only say what would be graded; no --out is needed.")
@limit_options
@isolation_option
@course_option
@json_option
def command(
    lab: str,
    submissions: Path,
    out: Path | None,
    jobs: int | None,
    layout: str | None,
    fresh: bool,
    dry_run: bool,
    timeout: float,
    memory: float,
    isolation: Isolation,
    course: Path | None,
    as_json: bool,
) -> None:
    """Grade a class of submissions into a run folder.

    SUBMISSIONS holds one folder or one file per student, is the unpacked download of an LMS, or is a single file. What
    it was recognised as is said first; --dry-run says who is who and which file serves what, and stops there. A run
    that was stopped goes on where it stopped when the same command is given again; an unchanged one does no work.
    """
    if dry_run:
        from grader.cli.preview_text import print_preview
        from grader.grading.preview import preview_class

        preview, matters = preview_class(
            lab,
            submissions,
            isolation=isolation,
            limits=limits_from(timeout, memory),
            course=course,
            out=out,
            layout=layout or "",
        )
        print_preview(preview, matters, as_json=as_json)
        return
    if out is None:
        raise click.UsageError("Missing option '--out': the run folder. --dry-run needs none.")
    from grader.cli.summary import print_class
    from grader.grading.grade import GradeOptions, grade_class
    from grader.reporting.github_class import write_class_summary

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
    write_class_summary(result.reports)
    print_class(result, as_json=as_json)
