"""``grader init``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.errors import UsageError


@click.command(name="init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> None:
    """Make FOLDER a course directory: a commented course.toml, a roster, and the folders beside them."""
    from grader import resources
    from grader.files import make_folder, write_whole

    course_file = folder / "course.toml"
    if course_file.exists():
        raise UsageError(f"{course_file} is there already", hint="nothing was changed")
    for name in ("submissions", "hidden_tests"):
        make_folder(folder / name)
    template = resources.templates() / "course"
    # The last one makes it a course directory, so that the command can be given again until it is one.
    for name in ("roster.csv", "course.toml"):
        target = folder / name
        if not target.exists():
            write_whole(target, (template / name).read_bytes())
    click.echo(f"Made {folder}. Next:")
    click.echo(f"  1. read and change {course_file}")
    click.echo("  2. put one folder or file per student under submissions/LAB")
    click.echo(
        f"  3. grader grade LAB {folder / 'submissions' / 'LAB'} --course {folder} --out RUN"
    )
