"""Code as checks see it, and as pages show it."""

from __future__ import annotations

import msgspec

from grader.evidence.base import StoredRecord
from grader.evidence.code.record import CodeNeed, CodeReading, Training
from grader.evidence.code.run_record import CodeRun, CodeRunNeed, RecordedRun
from grader.evidence.code.words import (
    batch_text,
    epochs_text,
    layers_text,
    optimizer_text,
    swept_text,
    validation_text,
)
from grader.records.message import Code, Count, Message, Name, Value, message
from grader.records.section import Column, Section, Table

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


def decode_code(need: CodeNeed | CodeRunNeed, stored: StoredRecord) -> CodeReading | RecordedRun:
    """The record as it was stored; of a run with its pictures."""
    if isinstance(need, CodeNeed):
        return msgspec.json.decode(stored.raw, type=CodeReading)
    run = msgspec.json.decode(stored.raw, type=CodeRun)
    return RecordedRun(run, lambda: _pictures(stored))


def _pictures(stored: StoredRecord) -> dict[int, bytes]:
    return {
        int(name.removeprefix("figure-")): array.tobytes()
        for name, array in stored.arrays().items()
    }


def code_sections(found: CodeReading | RecordedRun) -> tuple[Section, ...]:
    """The trainings as a table."""
    return _reading_sections(found) if isinstance(found, CodeReading) else ()


def _reading_sections(reading: CodeReading) -> tuple[Section, ...]:
    columns = tuple(
        Column(title=message(f"code.{name}"), numeric=name == "parameters") for name in _COLUMNS
    )
    table = Table(
        title=message("code.trainings", count=Count(value=len(reading.trainings))),
        columns=columns,
        rows=tuple(map(_row, reading.trainings)),
        notes=_notes(reading),
    )
    return (table,)


def _notes(reading: CodeReading) -> tuple[Message, ...]:
    """What could not be read, and what is commented out."""
    problems = tuple(
        message(f"code.{item.what}", where=Name(text=item.where), detail=Code(text=item.detail))
        for item in reading.problems
    )
    unused = tuple(
        message("code.commented-out", where=Name(text=item.where)) for item in reading.commented_out
    )
    return (*problems, *unused)


def _row(training: Training) -> tuple[Value, ...]:
    unknown = message("code.unknown")
    parameters = training.parameters
    reached = message("code.not-reached") if not training.executed else None
    runs = Count(value=training.runs) if training.runs is not None else unknown
    return (
        Name(text=training.where),
        Code(text=layers_text(training)) if training.layers else unknown,
        Count(value=parameters) if parameters is not None else unknown,
        Code(text=swept_text(training.loss)),
        Code(text=optimizer_text(training)),
        Code(text=epochs_text(training)),
        Code(text=batch_text(training)),
        Code(text=validation_text(training)),
        reached or runs,
    )
