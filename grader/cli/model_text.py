"""What a saved model is, as text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.evidence.models.record import ModelSummary, Port

#: Columns of the terminal that are used, and the widths of the table's columns.
_WIDTH = 80
_COLUMNS = (42, 22, 16)


def model_lines(summary: ModelSummary) -> list[str]:
    """The model as `model.summary()` shows one: at most 80 columns, whatever the terminal."""
    saved_by = summary.saved_by or "an unnamed version"
    head = [f"{summary.file}: {summary.format}, saved by {saved_by}"]
    if summary.built_by:
        head.append(f"weights alone, loaded into the model that {summary.built_by} builds")
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
