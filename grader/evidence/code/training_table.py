"""Trainings as a table of a page, whether they were read or recorded."""

from __future__ import annotations

from collections.abc import Iterable

from grader.evidence.code.record import Training
from grader.evidence.code.words import (
    batch_text,
    epochs_text,
    layers_text,
    optimizer_text,
    swept_text,
    validation_text,
)
from grader.records.message import Code, Count, Message, Name, Value, message
from grader.records.section import Column, Table

_COLUMNS = (
    "where",
    "layers",
    "parameters",
    "loss",
    "optimizer",
    "epochs",
    "batch",
    "validation",
    "runs",
)


def training_table(
    title: Message, trainings: Iterable[Training], notes: tuple[Message, ...]
) -> Table:
    """One row for each training.

    Args:
        title: Of the table.
        trainings: The rows.
        notes: Sentences above the table.
    """
    return Table(
        title=title,
        columns=tuple(
            Column(title=message(f"code.{name}"), numeric=name == "parameters") for name in _COLUMNS
        ),
        rows=tuple(map(_row, trainings)),
        notes=notes,
    )


def _row(training: Training) -> tuple[Value, ...]:
    unknown = message("code.unknown")
    parameters = training.parameters
    return (
        Name(text=training.where),
        Code(text=layers_text(training)) if training.layers else unknown,
        Count(value=parameters) if parameters is not None else unknown,
        Code(text=swept_text(training.loss)),
        Code(text=optimizer_text(training)),
        Code(text=epochs_text(training)),
        Code(text=batch_text(training)),
        Code(text=validation_text(training)),
        runs_value(training),
    )


def runs_value(training: Training) -> Value:
    """How often it runs."""
    if not training.executed:
        return message("code.not-reached")
    return message("code.unknown") if training.runs is None else Count(value=training.runs)
