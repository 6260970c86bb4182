"""Collect predictions from a table that was handed in.

The table is read on the trusted side, as ``submission.toml`` is: text of bounded size that Python's `csv` splits into
cells, whatever they contain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grader.datasets.pool import LoadedDataset
from grader.datasets.unlabelled import image_ids
from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.predictions.interface import ModelInterface, OutputFormat, Preprocessing
from grader.evidence.predictions.ranking import class_type, predictions_of
from grader.evidence.predictions.record import Predictions, PredictionsNeed
from grader.evidence.predictions.tables import PredictionTable, read_table
from grader.evidence.predictions.view import BEST_SCORE, RANKED
from grader.records.evidence import Failure
from grader.records.message import Name

if TYPE_CHECKING:
    from grader.evidence.base import Arrays


def collect_table(task: CollectTask, context: CollectContext) -> Collected:
    """Answer every need for predictions from the table; in a table there is no model to look at."""
    collected = Collected()
    for need in task.needs:
        if not isinstance(need, PredictionsNeed):
            collected.records[need] = _no_model(task)
            continue
        predicted = _read(task, need, context)
        if isinstance(predicted, Failure):
            collected.records[need] = predicted
        else:
            collected.records[need], collected.arrays[need] = predicted
    return collected


def _no_model(task: CollectTask) -> Failure:
    """There is a table where a model is needed."""
    return Failure(reason="no-model", values={"file": Name(text=task.file.path)})


def _read(
    task: CollectTask, need: PredictionsNeed, context: CollectContext
) -> tuple[Predictions, Arrays] | Failure:
    dataset = context.datasets.get(need.dataset, file=task.file.path)
    if isinstance(dataset, Failure):
        return dataset
    if dataset.like:
        return _no_model(task)
    ids = image_ids(dataset.images())
    table = read_table(task.path, task.file.path, ids, dataset.record.class_names)
    return table if isinstance(table, Failure) else table_predictions(table, dataset)


def table_predictions(table: PredictionTable, dataset: LoadedDataset) -> tuple[Predictions, Arrays]:
    """A table as evidence; of labels alone only the best class is kept."""
    interface = ModelInterface(
        preprocessing=Preprocessing(), output=OutputFormat(form="logits"), source="given"
    )
    if table.scores is not None:
        return predictions_of(table.scores, interface, dataset)
    classes = len(dataset.record.class_names)
    record = Predictions(
        dataset=dataset.record.name,
        dataset_digest=dataset.record.digest,
        images=len(table.labels),
        classes=classes,
        interface=interface,
        ties=0,
    )
    ranked = table.labels[:, np.newaxis].astype(class_type(classes))
    unknown = np.full(len(ranked), np.nan, np.float32)
    return record, {RANKED: ranked, BEST_SCORE: unknown}
