"""``grader inspect``."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.answers_text import answers_lines
from grader.cli.code_text import code_lines
from grader.cli.options import isolation_option, json_option, limit_options, limits_from
from grader.cli.report_text import report_lines
from grader.sandbox.levels import Isolation

if TYPE_CHECKING:
    from grader.evidence.models.record import ModelSummary, Port


#: Columns of the terminal that are used, and the widths of the table's columns.
_WIDTH = 80
_COLUMNS = (42, 22, 16)


@click.command(name="inspect")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--as",
    "kind",
    type=click.Choice(("answers", "code", "model", "report")),
    help="What to read it as; by default what its name says.",
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
    """
    from grader.records.base import Record, to_json
    from grader.upkeep.inspect import inspect_model
    from grader.upkeep.inspect_answers import inspect_answers
    from grader.upkeep.inspect_code import inspect_code
    from grader.upkeep.inspect_report import inspect_report

    if path.is_dir() and kind not in (None, "code"):
        raise click.UsageError(f"{path} is a folder: only --as code reads one.")
    limits = limits_from(timeout, memory)
    shown: Record
    match kind or _kind_by_name(path):
        case "answers":
            shown = answers = inspect_answers(path, limits=limits, isolation=isolation)
            lines = answers_lines(answers)
        case "code":
            shown = reading = inspect_code(path, limits=limits, isolation=isolation)
            lines = code_lines(reading)
        case "report":
            shown = report = inspect_report(path, limits=limits, isolation=isolation)
            lines = report_lines(report)
        case _:
            shown = summary = inspect_model(path, limits=limits, isolation=isolation)
            lines = _lines(summary)
    click.echo(to_json(shown) if as_json else "\n".join(lines), nl=not as_json)


def _kind_by_name(path: Path) -> str:
    from grader.upkeep.inspect_answers import is_answers
    from grader.upkeep.inspect_code import is_code
    from grader.upkeep.inspect_report import is_report

    if is_code(path):
        return "code"
    if is_answers(path):
        return "answers"
    return "report" if is_report(path) else "model"


def _lines(summary: ModelSummary) -> list[str]:
    """The model as `model.summary()` shows one: at most 80 columns, whatever the terminal."""
    saved_by = summary.saved_by or "an unnamed version"
    head = [f"{summary.file}: {summary.format}, saved by {saved_by}"]
    if summary.repairs:
        head.append(f"repaired to open it: {', '.join(summary.repairs)}")
    for kind, ports in (("input", summary.inputs), ("output", summary.outputs)):
        shown = ", ".join(_port(port, alone=len(ports) == 1) for port in ports)
        head.append(f"{kind}: {shown}")
    lines = [line for text in head for line in textwrap.wrap(text, _WIDTH, subsequent_indent="  ")]
    rule = "-" * _WIDTH
    lines += [rule, _row("Layer (type)", "Output shape", "Parameters"), rule]
    for layer in summary.layers:
        output = _shape(layer.output_shape) if layer.output_shape else ""
        lines.append(_row(f"{layer.name} ({layer.type})", output, f"{layer.parameters:,}"))
        settings = ", ".join(f"{name} {_value(value)}" for name, value in layer.settings.items())
        lines += textwrap.wrap(settings, _WIDTH, initial_indent="    ", subsequent_indent="    ")
    trainable = f"{summary.trainable_parameters:,} of them trainable"
    lines += [rule, f"{summary.parameters:,} parameters, {trainable}"]
    return lines + textwrap.wrap(_training(summary), _WIDTH)


def _row(layer: str, output: str, parameters: str) -> str:
    """One line of the table; what is too long is cut off."""
    name, output_width, number = _COLUMNS
    return f"{_cut(layer, name):<{name}}{_cut(output, output_width):<{output_width}}{parameters:>{number}}"


def _cut(text: str, width: int) -> str:
    return text if len(text) < width else f"{text[: width - 4]}... "


def _training(summary: ModelSummary) -> str:
    """How it was trained, as far as the file says, what it expects, and the size of the file."""
    parts = [f"{summary.size_bytes:,} bytes"]
    if summary.optimizer:
        rate = f", learning rate {summary.learning_rate:g}" if summary.learning_rate else ""
        parts.append(f"trained with {summary.optimizer}{rate}")
    if summary.loss:
        parts.append(f"loss {summary.loss}")
    if summary.expects:
        parts.append(f"a layer expects pixels {summary.expects}")
    if summary.untrained:
        parts.append("never trained")
    return "; ".join(parts)


def _port(port: Port, *, alone: bool) -> str:
    return _shape(port.shape) if alone else f"{port.name} {_shape(port.shape)}"


def _shape(shape: tuple[int | None, ...]) -> str:
    return " x ".join("any" if size is None else str(size) for size in shape)


def _value(value: object) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
