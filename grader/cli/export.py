"""``grader export``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.errors import GraderError, UsageError


class _ExportCommand(click.Command):
    """Lists the formats there are, those of other packages among them."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line on each format."""
        from grader.registry import EXPORTERS

        with formatter.section("Formats"):
            formatter.write_dl(
                [(name, exporter.description) for name, exporter in EXPORTERS.all().items()]
            )


@click.command(name="export", cls=_ExportCommand)
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--to", "format_name", required=True, metavar="FORMAT", help="See below.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="File, or folder for formats of several files; by default the terminal.",
)
def command(run: Path, format_name: str, output: Path | None) -> None:
    """Write the results of RUN in a format other programs read."""
    from grader.grading.rescore import read_results
    from grader.reporting.exporters import exporter, render

    per_student = exporter(format_name).per_student
    if per_student and output is None:
        raise UsageError(
            f"{format_name} is a file for each student", hint="name a folder with --output"
        )
    files = render(format_name, read_results(run))
    if output is None:
        for data in files.values():
            click.echo(data, nl=False)
        return
    folder = per_student or output.is_dir()
    for name, data in files.items():
        _write(output / name if folder else output, data)
    click.echo(f"{len(files)} file{'s' if len(files) != 1 else ''} written: {output}", err=True)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise GraderError(f"{path} cannot be written: {error.strerror}") from error
