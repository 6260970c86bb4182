"""``grader inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.options import isolation_option, json_option, limit_options, limits_from
from grader.sandbox.levels import Isolation

if TYPE_CHECKING:
    from grader.records.evidence import ModelSummary, Port


@click.command(name="inspect")
@click.argument("model", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@limit_options
@isolation_option
@json_option
def command(
    model: Path, timeout: float, memory: float, isolation: Isolation, as_json: bool
) -> None:
    """Show what a saved network is: layers, shapes, parameters, who saved it."""
    from grader.grading.inspecting import inspect_model
    from grader.records.base import to_json

    summary = inspect_model(model, limits=limits_from(timeout, memory), isolation=isolation)
    if as_json:
        click.echo(to_json(summary), nl=False)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    saved_by = summary.saved_by or "an unnamed version"
    click.echo(f"{summary.file}: {summary.format}, saved by {saved_by}")
    if summary.repairs:
        click.echo(f"repaired to open it: {', '.join(summary.repairs)}")
    for kind, ports in (("input", summary.inputs), ("output", summary.outputs)):
        click.echo(f"{kind} " + ", ".join(_port(port, alone=len(ports) == 1) for port in ports))
    click.echo(
        f"{summary.parameters:,} parameters, {summary.trainable_parameters:,} of them trainable"
    )
    click.echo(_training(summary))
    table = Table("Layer", "Type", "Settings", "Output")
    table.add_column("Parameters", justify="right")
    for layer in summary.layers:
        settings = ", ".join(f"{name} {_value(value)}" for name, value in layer.settings.items())
        output = _shape(layer.output_shape) if layer.output_shape else ""
        cells = (layer.name, layer.type, settings, output, f"{layer.parameters:,}")
        table.add_row(*(Text(cell) for cell in cells))
    Console().print(table)


def _training(summary: ModelSummary) -> str:
    """How it was trained, as far as the file says, what it expects, and the size of the file."""
    parts = [f"{summary.size_bytes:,} bytes"]
    if summary.optimiser:
        rate = f", learning rate {summary.learning_rate:g}" if summary.learning_rate else ""
        parts.append(f"trained with {summary.optimiser}{rate}")
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
