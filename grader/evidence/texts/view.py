"""Stored predictions on texts as checks see them, and the tables they are from as pages show them."""

from __future__ import annotations

import msgspec

from grader.evidence.base import StoredRecord
from grader.evidence.texts.record import (
    ComparedModels,
    ModelPredictions,
    TextPredictions,
    TextPredictionsNeed,
)
from grader.records.evidence import Failure, internal_failure
from grader.records.message import Count, Listing, Message, Name, message
from grader.records.section import Column, Section, Table

#: Name of the array stored beside a record: the class index of every text for each model, shape (models, N).
PREDICTED = "predicted"


def decode_predictions(need: TextPredictionsNeed, stored: StoredRecord) -> ComparedModels | Failure:
    """The predictions of all models beside the labels of their dataset."""
    record = msgspec.json.decode(stored.raw, type=TextPredictions)
    predicted, labels = stored.arrays().get(PREDICTED), stored.labels.get(need.dataset)
    if predicted is None or labels is None or predicted.shape != (len(record.models), len(labels)):
        return internal_failure(f"stored predictions and labels of {need.dataset} do not match")
    models = tuple(
        ModelPredictions(table.model, row, labels, len(record.class_names))
        for table, row in zip(record.models, predicted, strict=True)
    )
    return ComparedModels(record, models)


def table_sections(compared: ComparedModels) -> tuple[Section, ...]:
    """A table with a row for each model, and why other tables could not be read."""
    record = compared.record
    columns = ("file", "model", "coding")
    rows = tuple(
        (Name(text=item.file), Name(text=item.model), message(f"text-tables.{item.coding}"))
        for item in record.models
    )
    notes = list(map(unread_message, record.unread))
    if record.left_out:
        notes.append(message("text-tables.left-out", count=Count(value=record.left_out)))
    return (
        Table(
            title=message("text-tables.title", count=Count(value=len(record.models), setting=True)),
            columns=tuple(Column(title=message(f"text-tables.{name}")) for name in columns),
            rows=rows,
            notes=tuple(notes),
        ),
    )


def unread_message(failure: Failure) -> Message:
    """Why a table cannot be used, beside others that can."""
    why = tuple(Message(key=f"why.{why}", values=failure.values) for why in failure.why)
    return message(
        "failure.bad-text-predictions",
        file=failure.values.get("file", Name(text="")),
        why=Listing(items=why, separator="; "),
    )
