"""``grader autograde``."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from grader.autograder.platforms import PLATFORMS
from grader.cli.options import isolation_option, limit_options, limits_from
from grader.sandbox.levels import Isolation


@click.command(name="autograde")
@click.argument("platform", type=click.Choice(list(PLATFORMS)))
@click.option(
    "--source",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the autograder: what the zip holds.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Where the platform's harness puts the submission and reads the result.",
)
@limit_options
@isolation_option
def command(
    platform: str, source: Path, root: Path, timeout: float, memory: float, isolation: Isolation
) -> None:
    """Grade one submission inside the harness of PLATFORM.

    The scripts of `grader export-autograder` call it.
    """
    from grader.grading.grade import GradeOptions

    runner = import_module(f"grader.autograder.{platform.replace('-', '_')}")
    options = GradeOptions(isolation=isolation, limits=limits_from(timeout, memory))
    said: str = runner.run(source, root, options)
    click.echo(said, nl=not said.endswith("\n"))
