"""``grader inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.options import isolation_option, json_option, limit_options, limits_from
from grader.sandbox.levels import Isolation

if TYPE_CHECKING:
    from grader.records.base import Record
    from grader.sandbox import Limits


@click.command(name="inspect")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--as",
    "kind",
    type=click.Choice(("answers", "code", "model", "report")),
    help="What to read a file as; by default what its name says.",
)
@limit_options
@isolation_option
@json_option
def command(
    path: Path,
    kind: str | None,
    timeout: float,
    memory: float,
    isolation: Isolation,
    as_json: bool,
) -> None:
    """Show what a saved model is, what code trains, what a report says, or which answers a file gives.

    Of a model: layers, shapes, parameters, who saved it. Of code: every training with its model, loss, optimizer,
    epochs, batch size, validation and regularizers; the code is read, and nothing of it is run.
    Of a report (PDF, Word, Markdown, HTML, text): front page, headings, figures, numbers.
    Of answers.toml, and with --as answers of a notebook or a report: every question that is answered.
    Of a folder or an archive (zip, tar, tar.gz, tar.bz2, tar.xz): all of that. An archive is unpacked in isolation.
    """
    from grader.cli.inspect_text import text_lines
    from grader.records.base import to_json

    if path.is_dir() and kind is not None:
        raise click.UsageError(f"{path} is a folder: --as says what one file is read as.")
    shown = _inspected(path, kind or _kind(path), limits_from(timeout, memory), isolation)
    click.echo(to_json(shown) if as_json else "\n".join(text_lines(shown)), nl=not as_json)


def _inspected(path: Path, kind: str, limits: Limits, isolation: Isolation) -> Record:
    """The record of a path that is read as `kind`."""
    from grader.upkeep.inspect import inspect_model
    from grader.upkeep.inspect_answers import inspect_answers
    from grader.upkeep.inspect_code import inspect_code
    from grader.upkeep.inspect_report import inspect_report
    from grader.upkeep.inspect_submission import inspect_submission

    match kind:
        case "answers":
            return inspect_answers(path, limits=limits, isolation=isolation)
        case "code":
            return inspect_code(path, limits=limits, isolation=isolation)
        case "report":
            return inspect_report(path, limits=limits, isolation=isolation)
        case "submission":
            return inspect_submission(path, limits=limits, isolation=isolation)
        case _:
            return inspect_model(path, limits=limits, isolation=isolation)


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
