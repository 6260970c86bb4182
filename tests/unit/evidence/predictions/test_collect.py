"""A table of predictions as the file of an artefact: evidence without a sandbox."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course import Course
from grader.datasets.pool import DatasetPool, LoadedDataset
from grader.datasets.secret_images import SecretImages
from grader.datasets.unlabelled import image_ids
from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.predictions.collect import collect_table, table_predictions
from grader.evidence.predictions.record import Predictions, PredictionsNeed
from grader.evidence.predictions.tables import PredictionTable
from grader.grading.datasets import load_datasets
from grader.records.evidence import ArtefactFile, Failure
from grader.records.lab import Artefact
from grader.records.message import Name
from grader.sandbox import Limits
from tests.factories import ARTEFACT, MODEL_NEED, PREDICTIONS_NEED


@pytest.fixture
def pool() -> DatasetPool:
    """The digits of scikit-learn."""
    return load_datasets(["digits"], Course()).pool


def collected(
    text: str, folder: Path, pool: DatasetPool, need: PredictionsNeed = PREDICTIONS_NEED
) -> Collected:
    path = folder / "m.csv"
    path.write_text(text)
    file = ArtefactFile(path="m.csv", sha256="0", kind="table")
    task = CollectTask(
        artefact=Artefact(id=ARTEFACT, title="it", patterns=("*.csv",), formats=("table",)),
        files=((file, path),),
        needs=(MODEL_NEED, need),
        declared=None,
        keys={},
    )

    def no_sandbox() -> Any:
        raise AssertionError("no isolated process is needed for a table")

    return collect_table(task, CollectContext(no_sandbox, no_sandbox, Limits(), pool))


def test_a_table_serves_as_predictions_and_as_no_model(tmp_path: Path, pool: DatasetPool) -> None:
    """Its predictions are evidence; a check that looks at the model is told there is none."""
    loaded, split = pool.get("digits", file=""), Course().dataset("digits").load("test")
    assert isinstance(loaded, LoadedDataset)
    rows = zip(image_ids(loaded.images()), split.labels, strict=True)
    text = "id,label\n" + "".join(f"{name},{label}\n" for name, label in sorted(rows))
    found = collected(text, tmp_path, pool)

    no_model = Failure(reason="no-model", values={"file": Name(text="m.csv")})
    assert found.records[MODEL_NEED] == no_model
    assert isinstance(found.records[PREDICTIONS_NEED], Predictions)
    ranked = found.arrays[PREDICTIONS_NEED]["ranked"]
    np.testing.assert_array_equal(ranked[:, 0], split.labels)


def test_a_table_is_no_model_to_images_that_are_not_given_out(tmp_path: Path) -> None:
    """Nobody can hand in predictions on the images of a hidden test."""
    secret = SecretImages(np.zeros((3, 28, 28), np.uint8), Course().dataset("digits"))
    need = PredictionsNeed(artefact=ARTEFACT, dataset=secret.name)
    course = Course(added_datasets={secret.name: secret})
    found = collected("id,label\n", tmp_path, load_datasets([secret.name], course).pool, need)

    assert found.records[need] == Failure(reason="no-model", values={"file": Name(text="m.csv")})


def test_a_table_that_cannot_be_read_is_the_submissions_fault(
    tmp_path: Path, pool: DatasetPool
) -> None:
    """What is wrong with it becomes the failure of the predictions, without arrays."""
    found = collected("id,label\nx,1\n", tmp_path, pool)
    failure = found.records[PREDICTIONS_NEED]

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.fault) == ("bad-predictions", "submission")
    assert found.arrays == {}


def test_a_dataset_that_is_absent_is_ours(tmp_path: Path) -> None:
    """A table for images we do not have waits for them."""
    absent = DatasetPool(Course().dataset, {}, {"digits": "not here"})
    failure = collected("id,label\nx,1\n", tmp_path, absent).records[PREDICTIONS_NEED]

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.fault) == ("data-unavailable", "grader")
    assert failure.detail == "not here"


class Pets:
    """Stands in for a dataset of the run's pool."""

    class record:  # noqa: N801  (as a dataset has it)
        name, digest, class_names = "pets", "d", ("cat", "dog", "fox")


def test_scores_are_evidence_like_those_of_a_model() -> None:
    """The best classes and how sure the table is of them, ties counted."""
    scores = np.float32([[0.5, 0.5, 0.0], [0.2, 0.5, 0.3]])
    pets: Any = Pets()
    record, arrays = table_predictions(PredictionTable(scores.argmax(axis=1), scores), pets)

    assert (record.images, record.classes, record.ties) == (2, 3, 1)
    assert record.interface.source == "given"
    assert arrays["ranked"].tolist() == [[0, 1, 2], [1, 2, 0]]
    assert arrays["best_score"][1] == pytest.approx(0.5)


def test_labels_alone_are_evidence_of_the_best_class_only() -> None:
    """What a label does not say is not made up."""
    pets: Any = Pets()
    record, arrays = table_predictions(PredictionTable(np.array([2, 1]), None), pets)

    assert (record.classes, record.ties) == (3, 0)
    assert arrays["ranked"].tolist() == [[2], [1]]
    assert all(math.isnan(score) for score in arrays["best_score"])
