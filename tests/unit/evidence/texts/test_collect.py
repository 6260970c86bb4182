"""From files to evidence: several tables as one artefact, read without a sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.course import Course
from grader.datasets.pool import DatasetPool, LoadedTexts
from grader.datasets.texts import text_ids
from grader.evidence.base import CollectContext, Collected, CollectTask, StoredRecord
from grader.evidence.fixtures import FixtureEvidence, FixtureRequest
from grader.evidence.texts.collect import collect_tables
from grader.evidence.texts.fixtures import TextModels, text_models, text_models_needs
from grader.evidence.texts.record import ComparedModels, TextPredictions
from grader.evidence.texts.view import decode_predictions, table_sections
from grader.grading.datasets import load_datasets
from grader.messages import catalogue
from grader.messages.failures import failure_text
from grader.records.base import to_json
from grader.records.evidence import ArtefactFile, Failure
from grader.records.lab import Artefact
from grader.records.message import Name
from grader.records.section import Table
from grader.sandbox import Limits
from tests.factories import MODEL_NEED
from tests.factory_texts import ARTEFACT, NEED


@pytest.fixture(scope="module")
def pool() -> DatasetPool:
    return load_datasets(["reviews"], Course()).pool


@pytest.fixture(scope="module")
def ids(pool: DatasetPool) -> tuple[str, ...]:
    loaded = pool.texts("reviews", file="")
    assert isinstance(loaded, LoadedTexts)
    return text_ids(loaded.texts())


@pytest.fixture(scope="module")
def labels() -> np.ndarray[Any, Any]:
    return Course().dataset("reviews").load("test").labels


def table(ids: tuple[str, ...], labels: Any) -> str:
    return "id,label\n" + "".join(
        f"{name},{label}\n" for name, label in zip(ids, labels, strict=True)
    )


def collected(tables: Mapping[str, str], folder: Path, pool: DatasetPool) -> Collected:
    files = []
    for name, text in tables.items():
        (folder / name).write_text(text)
        files.append((ArtefactFile(path=name, sha256="0", kind="table"), folder / name))
    task = CollectTask(
        artefact=Artefact(id=ARTEFACT, title="it", patterns=("*.csv",), many=True),
        files=tuple(files),
        needs=(NEED,),
        declared=None,
        keys={},
    )

    def no_sandbox() -> Any:
        raise AssertionError("no isolated process is needed for a table")

    return collect_tables(task, CollectContext(no_sandbox, no_sandbox, Limits(), pool))


def decoded(found: Collected, labels: Any) -> ComparedModels:
    record = found.records[NEED]
    stored = StoredRecord(
        raw=msgspec.Raw(to_json(record)),
        arrays=lambda: found.arrays[NEED],
        labels={"reviews": labels},
    )
    compared = decode_predictions(NEED, stored)
    assert isinstance(compared, ComparedModels)
    return compared


def test_every_table_is_a_model(
    tmp_path: Path, pool: DatasetPool, ids: tuple[str, ...], labels: Any
) -> None:
    """Predictions are stored for each model; a broken table beside them is named and leaves them."""
    other = np.where(np.arange(2000) < 50, 1 - labels, labels)
    tables = {
        "bow.csv": table(ids, labels),
        "bad.csv": "id,label\nx,1\n",
        "lstm.csv": table(ids, other),
    }
    compared = decoded(collected(tables, tmp_path, pool), labels)

    assert [model.name for model in compared.models] == ["bow", "lstm"]
    assert [model.right for model in compared.models] == [2000, 1950]
    assert compared.by_accuracy[0].name == "bow"
    assert [failure.values["file"] for failure in compared.record.unread] == [Name(text="bad.csv")]
    shown = compared.record.disagreements
    assert [item.place for item in shown] == sorted({item.place for item in shown})
    assert shown[0].text == Course().dataset("reviews").load("test").texts[0]
    assert shown[-1].place == 49
    (section,) = table_sections(compared)
    assert isinstance(section, Table)
    assert len(section.rows) == 2
    assert len(section.notes) == 1


def test_labels_do_not_enter_the_record(
    tmp_path: Path, pool: DatasetPool, ids: tuple[str, ...]
) -> None:
    """What is stored of a table of zeros is the same whatever the labels are."""
    found = collected({"a.csv": table(ids, [0] * 2000)}, tmp_path, pool)

    assert not found.arrays[NEED]["predicted"].any()
    assert isinstance(found.records[NEED], TextPredictions)


def test_no_table_that_can_be_read_is_a_failure(tmp_path: Path, pool: DatasetPool) -> None:
    """What is wrong with each of them is said, in one failure."""
    found = collected({"a.csv": "a,b\n", "b.csv": "id,label\nx,1\n"}, tmp_path, pool)
    failure = found.records[NEED]

    assert isinstance(failure, Failure)
    text = failure_text(failure, catalogue("en")).message
    assert "None of a.csv, b.csv can be used." in text
    assert "a.csv cannot be used as predictions: its first line is `a,b`" in text
    assert "b.csv cannot be used as predictions: none of its ids belongs" in text
    assert "a.csv, b.csv" in failure_text(failure, catalogue("fr")).message
    alone = collected({"b.csv": "id,label\nx,1\n"}, tmp_path, pool).records[NEED]
    assert isinstance(alone, Failure)
    assert alone.why == ("text-table-foreign",)
    assert found.arrays == {}


def test_texts_of_a_secret_set_are_not_kept(
    tmp_path: Path, ids: tuple[str, ...], labels: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Students read no text that only the instructor has."""
    from grader.datasets.reviews import Reviews

    monkeypatch.setattr(Reviews, "visibility", "secret")
    pool = load_datasets(["reviews"], Course()).pool
    tables = {"a.csv": table(ids, labels), "b.csv": table(ids, 1 - labels)}
    record = collected(tables, tmp_path, pool).records[NEED]

    assert isinstance(record, TextPredictions)
    assert record.disagreements == ()


def test_files_that_were_given_out_are_no_models(
    tmp_path: Path, pool: DatasetPool, ids: tuple[str, ...], labels: Any
) -> None:
    """Students often hand in the folder of the export; alone its example is judged as any table."""
    given = {"example.csv": table(ids, [0] * 2000), "texts.csv": "id,text\n", "train.csv": "a\n"}
    both = collected({"lstm.csv": table(ids, labels), **given}, tmp_path, pool).records[NEED]
    alone = collected(given, tmp_path, pool).records[NEED]

    assert isinstance(both, TextPredictions)
    assert isinstance(alone, TextPredictions)
    assert ([item.model for item in both.models], both.unread) == (["lstm"], ())
    assert [item.model for item in alone.models] == ["example"]


def test_more_models_than_are_compared_are_counted(
    tmp_path: Path, pool: DatasetPool, ids: tuple[str, ...], labels: Any
) -> None:
    """A hundred tables do not make a hundred models."""
    tables = {f"{number}.csv": table(ids, labels) for number in range(10)}
    record = collected(tables, tmp_path, pool).records[NEED]

    assert isinstance(record, TextPredictions)
    assert (len(record.models), record.left_out) == (8, 2)


def test_a_hidden_test_gets_what_each_model_predicts(
    tmp_path: Path, pool: DatasetPool, ids: tuple[str, ...], labels: Any
) -> None:
    """Predictions by the name of the model, with the labels; asked for as the lab's checks do."""
    request = FixtureRequest(artefact=ARTEFACT, others=(NEED, NEED))
    needs = text_models_needs(request)
    compared = decoded(collected({"bow.csv": table(ids, labels)}, tmp_path, pool), labels)
    found = text_models(FixtureEvidence(needs=needs, get=lambda need: compared))

    assert needs == (NEED,)
    assert isinstance(found, TextModels)
    assert found.accuracy("bow") == 1
    assert found.accuracy("bow", slice(10)) == 1
    with pytest.raises(ValueError, match="check of the lab"):
        text_models_needs(FixtureRequest(artefact=ARTEFACT, others=(MODEL_NEED,)))
