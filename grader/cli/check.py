"""``grader check``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.completing import complete_lab
from grader.cli.options import course_option, isolation_option, limit_options, limits_from
from grader.cli.progress import check_progress
from grader.errors import BelowThresholdError, GraderError
from grader.records.points import points_text
from grader.records.result import GradeReport
from grader.sandbox.levels import Isolation

FORMATS = ("text", "html", "json", "junit", "github")


@click.command(name="check")
@click.argument("lab", shell_complete=complete_lab)
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--format", "style", type=click.Choice(FORMATS), default="text", show_default=True,
    help="What to print; github writes annotations and the step summary.",
)  # fmt: skip
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write there, not to the terminal.",
)
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT",
    help="Exit with code 6 below this share of the points.",
)  # fmt: skip
@limit_options
@isolation_option
@course_option
def command(
    lab: str,
    path: Path,
    style: str,
    output: Path | None,
    fail_under: float | None,
    timeout: float,
    memory: float,
    isolation: Isolation,
    course: Path | None,
) -> None:
    """Check your own submission before handing it in.

    PATH is the folder or the file you would hand in. The code is the one that grades, on public data; the
    instructor's images may differ, so expect a mark within the range shown, not exactly this one.
    """
    from grader.files import write_whole
    from grader.grading.check import CheckOptions, check_submission
    from grader.reporting.formats import render_check

    with check_progress() as (progress, on_step):
        options = CheckOptions(
            isolation=isolation,
            limits=limits_from(timeout, memory),
            progress=progress,
            on_step=on_step,
        )
        result = check_submission(lab, path, options=options, course=course)
    report = result.report
    text = render_check(style, report, path, result.images)
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        if not output.parent.is_dir():
            raise GraderError(
                f"{output} cannot be written: there is no folder {output.parent}",
                hint="make it, or name another file",
            )
        write_whole(output, text.encode())
        click.echo(f"Written: {output}", err=True)
    for name, why in result.unavailable.items():
        click.echo(f"Dataset '{name}' is not here: {why}", err=True)
    if fail_under is not None:
        _gate(report, fail_under)


def _gate(report: GradeReport, fail_under: float) -> None:
    from grader.grading.check import assured_points

    points = assured_points(report)
    share = 100 * points / report.max_points if report.max_points else 100.0
    if share < fail_under:
        raise BelowThresholdError(
            f"{points_text(points)} of {points_text(report.max_points)} points are {share:.2f} %, "
            f"below the {fail_under:g} % asked for"
        )
