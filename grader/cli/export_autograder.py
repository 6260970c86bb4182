"""``grader export-autograder``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.autograder.platforms import PLATFORMS
from grader.cli.completing import complete_lab
from grader.cli.options import course_option


@click.command(name="export-autograder")
@click.argument("lab", shell_complete=complete_lab)
@click.option(
    "--to", "name", type=click.Choice(list(PLATFORMS)), required=True, help="The platform."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("autograder.zip"),
    show_default=True,
    help="The zip to write.",
)
@click.option(
    "--wheels",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of wheels to pack, for a harness that reaches no index of packages.",
)
@course_option
def command(lab: str, name: str, out: Path, wheels: Path | None, course: Path | None) -> None:
    """Write the zip with which a platform grades LAB, one submission at a time.

    The grader goes with it, and where students cannot read the zip the course: its settings, secret images and hidden
    tests, but never its roster.
    """
    from grader.autograder.bundle import autograder_zip
    from grader.course import Course, load_course
    from grader.files import write_whole

    settings = load_course(course) if course else Course()
    content = autograder_zip(PLATFORMS[name], settings.lab(lab), settings, wheels=wheels)
    write_whole(out, content)
    click.echo(f"{out}: {len(content) / 1e6:.1f} MB, {PLATFORMS[name].description}")
