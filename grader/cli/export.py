"""``grader export``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.errors import GraderError, UsageError


@click.command(name="export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--to", "format_name", required=True, metavar="FORMAT", help="csv, gradescope, json or junit."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="File, or folder for formats of several files; by default the terminal.",
)
def command(run: Path, format_name: str, output: Path | None) -> None:
    """Write the results of RUN in a format other programs read.

    \b
    csv         one line a student
    gradescope  a results.json for each student, in a folder
    json        all full reports, staff detail included
    junit       JUnit XML, a suite a student
    """  # noqa: D301  (click reads the backspace itself)
    from grader.grading.runs import read_results
    from grader.reporting.exporters import render

    files = render(format_name, read_results(run))
    if format_name == "gradescope":
        if output is None:
            raise UsageError(
                "gradescope is a file for each student", hint="name a folder with --output"
            )
        written = [(output / name, data) for name, data in files.items()]
    elif output is None:
        for data in files.values():
            click.echo(data, nl=False)
        return
    else:
        written = [
            (output / name if output.is_dir() else output, data) for name, data in files.items()
        ]
    for path, data in written:
        _write(path, data)
    click.echo(f"{len(written)} file{'s' if len(written) != 1 else ''} written: {output}", err=True)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise GraderError(f"{path} cannot be written: {error.strerror}") from error
