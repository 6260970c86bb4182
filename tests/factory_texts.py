"""Texts that models predict on, and what they predict, written by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.evidence.texts.record import (
    ComparedModels,
    ModelPredictions,
    ModelTable,
    TextPredictions,
    TextPredictionsNeed,
    TextShown,
)
from grader.records.evidence import Failure

DATASET, ARTEFACT = "reviews", "predictions"
NEED = TextPredictionsNeed(artefact=ARTEFACT, dataset=DATASET)


def compared(
    labels: Sequence[int],
    *predicted: Sequence[int],
    names: Sequence[str] = ("bow", "lstm", "gru"),
    class_names: tuple[str, ...] = ("negative", "positive"),
    unread: tuple[Failure, ...] = (),
    shown: Sequence[int] = (),
) -> ComparedModels:
    """Models that predict classes of texts, as checks see them.

    Args:
        labels: Of the texts.
        predicted: Of each model, one class a text.
        names: Of the models.
        class_names: In the order of the labels.
        unread: Why other tables could not be read.
        shown: Places of texts that pages may show.
    """
    tables = tuple(
        ModelTable(file=f"{name}.csv", model=name, coding="names")
        for name, _ in zip(names, predicted, strict=False)
    )
    record = TextPredictions(
        dataset=DATASET,
        dataset_digest="0",
        texts=len(labels),
        class_names=class_names,
        models=tables,
        unread=unread,
        disagreements=tuple(TextShown(place=place, text=f"text {place}") for place in shown),
    )
    models = tuple(
        ModelPredictions(table.model, np.array(row), np.array(labels), len(class_names))
        for table, row in zip(tables, predicted, strict=True)
    )
    return ComparedModels(record, models)
