"""Events as rows: one for each distinct training, with what a loop sweeps as lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from grader.evidence.code.probe.reading.events import Event
from grader.evidence.code.record import LayerRead, Training
from grader.evidence.code.swept import distinct_regularizers, swept


def training_rows(events: Sequence[Event]) -> tuple[Training, ...]:
    """One row for each place and architecture, in the order in which they are first reached."""
    groups: dict[Any, list[Event]] = {}
    for event in events:
        groups.setdefault(_identity(event), []).append(event)
    return tuple(_row(group) for group in groups.values())


def _identity(event: Event) -> object:
    """What trainings of one row have in common: where, and the layers without the factors they are regularised by."""
    layers = tuple(_without_factors(layer) for layer in event.layers)
    return event.where, layers, event.executed, event.validation


def _without_factors(layer: LayerRead) -> LayerRead:
    kept = tuple(msgspec.structs.replace(item, factors=()) for item in layer.regularizer)
    return msgspec.structs.replace(layer, regularizer=kept)


def _row(events: Sequence[Event]) -> Training:
    first = events[0]
    runs = [event.runs for event in events]
    models = {event.model for event in events}
    return Training(
        where=first.where,
        layers=first.layers,
        parameters=first.parameters,
        loss=swept(event.loss for event in events),
        optimizer=swept(event.optimizer for event in events),
        learning_rate=swept(event.learning_rate for event in events),
        states_rate=any(event.stated_rate for event in events),
        epochs=swept(event.epochs for event in events),
        batch_size=swept(event.batch_size for event in events),
        regularizer=distinct_regularizers(item for event in events for item in event.regularizer),
        validation=first.validation,
        data=swept(event.data for event in events),
        callbacks=tuple(dict.fromkeys(name for event in events for name in event.callbacks)),
        executed=first.executed,
        runs=None if None in runs else sum(run or 0 for run in runs),
        models=len(models),
    )
