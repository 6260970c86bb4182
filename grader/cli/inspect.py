"""``grader inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from grader.cli.options import isolation_option, json_option, limit_options, limits_from
from grader.sandbox.levels import Isolation

if TYPE_CHECKING:
    from grader.evidence.code.kept_trainings import ResumeFolder
    from grader.records.base import Record
    from grader.sandbox import Limits
    from grader.upkeep.inspect_code import InspectedCode, RunCode
    from grader.upkeep.inspect_submission import InspectedSubmission


@click.command(name="inspect")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--as",
    "kind",
    type=click.Choice(("answers", "code", "model", "report")),
    help="What to read a file as; by default what its name says.",
)
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PAGE",
    help="Also write a page with what the code trains, its figures, and the code itself.",
)
@click.option(
    "--run",
    "mode",
    type=click.Choice(("quick", "full", "no")),
    default="quick",
    show_default=True,
    help="How code is run besides being read: trainings capped to a few steps, as it is written, or not.",
)
@click.option(
    "--resume",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="With --run full: keep finished trainings in DIR, and take from there those of a run that was ended.",
)
@limit_options
@isolation_option
@json_option
def command(
    path: Path,
    kind: str | None,
    page: Path | None,
    mode: Literal["quick", "full", "no"],
    folder: Path | None,
    timeout: float,
    memory: float,
    isolation: Isolation,
    as_json: bool,
) -> None:
    """Show what a saved model is, what code trains, what a report says, or which answers a file gives.

    Of a model: layers, shapes, parameters, who saved it. Of code: every training with its model, loss, optimizer,
    epochs, batch size, validation and regularizers, as it reads and as it runs, and the figures it draws.
    Of a report (PDF, Word, Markdown, HTML, text): front page, headings, figures, numbers.
    Of answers.toml, and with --as answers of a notebook or a report: every question that is answered.
    Of a folder or an archive (zip, tar, tar.gz, tar.bz2, tar.xz): all of that. An archive is unpacked in isolation.
    """
    from grader.cli.inspect_text import text_lines
    from grader.cli.progress import steps_progress
    from grader.cli.resume_text import resume_lines
    from grader.records.base import to_json
    from grader.upkeep.inspect_code import RunCode

    if folder is not None and mode != "full":
        raise click.UsageError("--resume goes with --run full.")
    if path.is_dir() and kind is not None:
        raise click.UsageError(f"{path} is a folder: --as says what one file is read as.")
    read_as = kind or _kind(path)
    if page is not None and read_as not in ("code", "submission"):
        raise click.UsageError("--html is for scripts, notebooks, and folders or archives of them.")
    resume = None if folder is None else _resume_folder(folder)
    with steps_progress() as on_step:
        inspected = _inspected(
            path,
            read_as,
            limits_from(timeout, memory),
            isolation,
            None if mode == "no" else RunCode(mode, on_step, resume),
        )
    shown = _record(inspected)
    if page is not None:
        _write_page(page, path, inspected)
    click.echo(to_json(shown) if as_json else "\n".join(text_lines(shown)), nl=not as_json)
    code = _code(inspected)
    if code is not None:
        for line in resume_lines(code.shown.run, path, resume):
            click.echo(line, err=True)


def _resume_folder(path: Path) -> ResumeFolder:
    from grader.evidence.code.kept_trainings import ResumeFolder

    return ResumeFolder(path)


def _inspected(
    path: Path, kind: str, limits: Limits, isolation: Isolation, run: RunCode | None
) -> Record | InspectedCode | InspectedSubmission:
    """What a path holds that is read as `kind`."""
    from grader.upkeep.inspect import inspect_model
    from grader.upkeep.inspect_answers import inspect_answers
    from grader.upkeep.inspect_code import inspect_code
    from grader.upkeep.inspect_report import inspect_report
    from grader.upkeep.inspect_submission import inspect_submission

    match kind:
        case "answers":
            return inspect_answers(path, limits=limits, isolation=isolation)
        case "code":
            return inspect_code(path, limits=limits, isolation=isolation, run=run)
        case "report":
            return inspect_report(path, limits=limits, isolation=isolation)
        case "submission":
            return inspect_submission(path, limits=limits, isolation=isolation, run=run)
        case _:
            return inspect_model(path, limits=limits, isolation=isolation)


def _record(inspected: Record | InspectedCode | InspectedSubmission) -> Record:
    """The record that is shown as text or JSON."""
    from grader.upkeep.inspect_code import InspectedCode
    from grader.upkeep.inspect_submission import InspectedSubmission

    if isinstance(inspected, InspectedCode):
        return inspected.shown
    return inspected.contents if isinstance(inspected, InspectedSubmission) else inspected


def _code(inspected: Record | InspectedCode | InspectedSubmission) -> InspectedCode | None:
    """The code in what was inspected; None where there is none."""
    from grader.upkeep.inspect_code import InspectedCode
    from grader.upkeep.inspect_submission import InspectedSubmission

    code = inspected.code if isinstance(inspected, InspectedSubmission) else inspected
    return code if isinstance(code, InspectedCode) else None


def _write_page(
    page: Path, path: Path, inspected: Record | InspectedCode | InspectedSubmission
) -> None:
    """Write the page of the code.

    Raises:
        UsageError: There is none.
    """
    from grader.files import write_whole
    from grader.reporting.html import render_code
    from grader.upkeep.code_page import ShownCode, code_page

    code = _code(inspected)
    if code is None:
        raise click.UsageError(f"{path} holds no code that --html could show.")
    shown = ShownCode(title=path.resolve().name, code=code)
    write_whole(page, render_code(code_page(shown)).encode())


def _kind(path: Path) -> str:
    """What a path is by its name; what its name does not tell, by its first bytes."""
    from grader.upkeep.inspect_answers import is_answers
    from grader.upkeep.inspect_code import is_code
    from grader.upkeep.inspect_report import is_report
    from grader.upkeep.inspect_submission import is_submission

    if is_code(path):
        return "code"
    if is_answers(path):
        return "answers"
    if is_report(path):
        return "report"
    return "submission" if is_submission(path) else "model"
