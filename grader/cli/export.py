"""``grader export``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.records.result import GradeReport
    from grader.reporting.exporters import ExportFormat, Filler

_SEPARATORS = {"comma": ",", "semicolon": ";"}


class _ExportCommand(click.Command):
    """Lists the formats there are, those of other packages among them."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line on each format."""
        from grader.registry import EXPORTERS

        with formatter.section("Formats"):
            formatter.write_dl(
                [(name, exporter.description) for name, exporter in EXPORTERS.all().items()]
            )


def _fill_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of formats that fill a file of the instructor's."""
    for decorate in reversed(
        (
            click.option(
                "--into",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help="The gradebook or worksheet of your platform to fill; it stays as it is.",
            ),
            click.option("--column", default="", help="Its column for the marks, by its header."),
            click.option("--scale", is_flag=True, help="Convert marks to its points."),
            click.option("--comments", is_flag=True, help="Fill its comments as well (moodle)."),
            click.option(
                "--include-open", is_flag=True, help="Write marks that are not final too."
            ),
            click.option("--in-place", is_flag=True, help="Write into the file itself."),
            click.option("--dry-run", is_flag=True, help="Print what would change; write nothing."),
        )
    ):
        function = decorate(function)
    return function


@click.command(name="export", cls=_ExportCommand)
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--to", "format_name", required=True, metavar="FORMAT", help="See below.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="File, or folder for formats of several files; by default the terminal.",
)
@click.option(
    "--excel",
    type=click.Choice(list(_SEPARATORS)),
    help="The form Excel opens, with the separator of its language (csv).",
)
@_fill_options
def command(
    run: Path,
    format_name: str,
    output: Path | None,
    excel: str | None,
    **options: Any,
) -> None:
    """Write the results of RUN in a format other programs read, or into the gradebook of your platform."""
    from grader.reporting.exporters import Exporter, Filler, exporter

    found = exporter(format_name)
    _refuse_unused(format_name, found, {"excel": excel, **options})
    if isinstance(found, Filler):
        _fill(found, format_name, _reports(run), output, **options)
        return
    per_student = isinstance(found, Exporter) and found.per_student
    if per_student and output is None:
        raise UsageError(
            f"{format_name} is a file for each student", hint="name a folder with --output"
        )
    _write_files(_render(found, format_name, run, excel), output, folder=per_student)


def _refuse_unused(format_name: str, found: ExportFormat, options: Mapping[str, object]) -> None:
    """Refuse options that the format has no use for, with the formats that have one."""
    from grader.registry import EXPORTERS

    for option, value in options.items():
        if value and option not in found.options:
            users = [name for name, other in EXPORTERS.all().items() if option in other.options]
            raise UsageError(
                f"--{option.replace('_', '-')} says nothing to {format_name}",
                hint=f"leave it out; it goes with {', '.join(users)}",
            )


def _target(output: Path | None, into: Path | None, *, in_place: bool) -> Path | None:
    """Where a filled file goes; None for the terminal."""
    if in_place:
        if into is None or output is not None:
            raise UsageError("--in-place goes with --into and without --output")
        return into
    if output is not None and into is not None and output.exists() and output.samefile(into):
        raise UsageError(
            f"{output} is the file to fill, and would be overwritten",
            hint="name another file with --output, or say --in-place",
        )
    return output


def _fill(
    filler: Filler,
    format_name: str,
    reports: list[GradeReport],
    output: Path | None,
    *,
    into: Path | None,
    in_place: bool,
    dry_run: bool,
    **asked: Any,
) -> None:
    from grader.cli.filled_summary import count_line, left_lines, mark_lines
    from grader.files import write_whole
    from grader.reporting.sheets.filling import FillOptions
    from grader.storage import storing

    target = _target(output, into, in_place=in_place)
    if into is not None:
        with storing(into, "read"):
            name, sheet = str(into), into.read_bytes()
    elif filler.blank is not None:
        name, sheet = format_name, filler.blank(reports)
    else:
        raise UsageError(
            f"{format_name} fills a file that you download from your platform",
            hint="name it with --into FILE",
        )
    filled = filler.fill(sheet, name, reports, FillOptions(**asked))
    for line in mark_lines(filled) if dry_run else ():
        click.echo(line)
    click.echo(count_line(filled), err=not dry_run)
    for line in left_lines(filled):
        click.secho(line, fg="yellow", err=not dry_run)
    if dry_run:
        click.echo("Nothing was written.")
    elif target is None:
        _print_bytes(filled.data, into.name if into else format_name)
    else:
        write_whole(target, filled.data)
        click.echo(f"Written: {target}", err=True)


def _render(found: object, format_name: str, run: Path, excel: str | None) -> dict[str, bytes]:
    from grader.reporting.exporters import Exporter, RunExporter
    from grader.runs.store import RunStore

    match found:
        case Exporter(render_for_excel=for_excel) if excel and for_excel:
            return for_excel(_reports(run), _SEPARATORS[excel])
        case Exporter(render=render):
            return render(_reports(run))
        case RunExporter(render=render_run):
            return render_run(_reports(run), RunStore(run))
    raise UsageError(f"{format_name} makes no files of its own")


def _reports(run: Path) -> list[GradeReport]:
    """The results of a run, without what no export has."""
    from grader.grading.rescore import read_results
    from grader.reporting.redaction import without_similarity

    return [without_similarity(report) for report in read_results(run)]


def _write_files(files: dict[str, bytes], output: Path | None, *, folder: bool) -> None:
    if output is None:
        for name, data in files.items():
            _print_bytes(data, name)
        return
    from grader.files import write_whole

    folder = folder or output.is_dir()
    for name, data in files.items():
        write_whole(output / name if folder else output, data)
    click.echo(f"{len(files)} file{'s' if len(files) != 1 else ''} written: {output}", err=True)


def _print_bytes(data: bytes, name: str) -> None:
    """Write a file to standard output; a terminal is only shown text.

    Raises:
        UsageError: It is no text, and a terminal would be given it.
    """
    if b"\0" in data and sys.stdout.isatty():
        raise UsageError(
            f"{name} is no text that a terminal can show", hint="write it to a file: --output FILE"
        )
    click.echo(data, nl=False)
