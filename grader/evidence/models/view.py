"""A stored model as checks see it, and as pages show it."""

from __future__ import annotations

import msgspec

from grader.evidence.base import StoredRecord
from grader.evidence.models.record import LayerSummary, ModelNeed, ModelSummary
from grader.records.message import Code, Count, Listing, Message, Name, Value, message
from grader.records.section import Column, Section, Table


def decode_model(need: ModelNeed, stored: StoredRecord) -> ModelSummary:
    """The description of the model."""
    return msgspec.json.decode(stored.raw, type=ModelSummary)


def model_sections(model: ModelSummary) -> tuple[Section, ...]:
    """The layers as a table."""
    columns = [
        Column(title=message(f"model.{name}"), numeric=name == "parameters")
        for name in ("layer", "type", "settings", "output", "parameters")
    ]
    return (
        Table(
            title=_title(model),
            columns=tuple(columns),
            rows=tuple(_row(layer) for layer in model.layers),
            notes=_notes(model),
        ),
    )


def _title(model: ModelSummary) -> Message:
    layers = Count(value=sum(layer.type != "InputLayer" for layer in model.layers))
    parameters = Count(value=model.parameters)
    if not model.saved_by:
        return message("model.summary", layers=layers, parameters=parameters)
    saved_by = Name(text=model.saved_by)
    return message("model.summary-saved", layers=layers, parameters=parameters, saved_by=saved_by)


def _notes(model: ModelSummary) -> tuple[Message, ...]:
    """Where the model is from, if not from the file, and what was repaired to open it."""
    notes = []
    if model.built_by:
        code = Name(text=model.built_by)
        notes.append(message("model.built-by", file=Name(text=model.file), code=code))
    if not model.repairs:
        return tuple(notes)
    repairs = Listing(items=tuple(Code(text=name) for name in model.repairs))
    version = Name(text=model.keras_version or "?")
    return (*notes, message("model.repaired", version=version, repairs=repairs))


def _row(layer: LayerSummary) -> tuple[Value, ...]:
    settings = ", ".join(f"{name} {_setting(value)}" for name, value in layer.settings.items())
    shape = layer.output_shape or ()
    return (
        Name(text=layer.name),
        Name(text=layer.type),
        Code(text=settings),
        Code(text=" × ".join("?" if size is None else str(size) for size in shape[1:])),
        Count(value=layer.parameters),
    )


def _setting(value: object) -> str:
    return "×".join(map(str, value)) if isinstance(value, tuple) else str(value)
