"""What a run folder keeps of its datasets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader.course import Course
from grader.datasets.digits import Digits
from grader.datasets.pool import LoadedDataset, LoadedTexts
from grader.grading.datasets import load_datasets, load_run_datasets
from grader.grading.run_judging import StoredImages
from grader.records.evidence import Failure
from grader.records.run import DatasetRecord
from grader.runs.store import RunStore


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "run")


def test_images_of_public_sets_are_kept(store: RunStore) -> None:
    """Every test image of a public set lies in the run, to be read one by one."""
    found = load_run_datasets(["digits"], Course(), store, ())
    dataset = found.pool.get("digits", file="")
    images = StoredImages(store)
    last = images("digits", 1499)

    assert isinstance(dataset, LoadedDataset)
    assert last is not None
    assert (last == dataset.images()[1499]).all()
    assert images("digits", 1500) is None
    assert images("mnist", 0) is None
    assert isinstance(store.read_images("digits"), np.memmap)


def test_images_of_secret_sets_are_not_kept(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a secret set the run has the labels, for judging, and no picture."""
    monkeypatch.setattr(Digits, "visibility", "secret")
    found = load_run_datasets(["digits"], Course(), store, ())

    assert found.secret == ["digits"]
    assert found.image("digits", 0) is None
    assert store.read_labels("digits") is not None
    assert store.read_images("digits") is None


def test_a_set_made_secret_is_secret_from_the_next_run_on(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier run noted of unchanged files does not keep a set public, nor secret."""
    before: tuple[DatasetRecord, ...] = ()
    for visibility in ("public", "secret", "public"):
        monkeypatch.setattr(Digits, "visibility", visibility)
        before = load_run_datasets(["digits"], Course(), store, before).records
        (record,) = before
        assert record.secret == (visibility == "secret")


def test_a_set_that_did_not_change_is_not_read_again(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While its files are as they were, record and labels come from the run folder."""
    first = load_run_datasets(["digits"], Course(), store, ())

    def refuse(self: Digits, split: str) -> None:
        raise AssertionError("the files were read again")

    monkeypatch.setattr(Digits, "load", refuse)
    second = load_run_datasets(["digits"], Course(), store, first.records)

    assert second.records == first.records
    assert (second.labels["digits"] == first.labels["digits"]).all()


def test_a_set_that_is_not_here_is_unavailable_and_the_others_are_read() -> None:
    """What could not be read is told with how to get it."""
    found = load_datasets(["digits", "mnist"], Course())

    assert [record.name for record in found.records] == ["digits"]
    assert "mnist" in found.pool.unavailable
    assert found.image("digits", 0) is not None
    assert found.image("digits", 10_000) is None
    assert found.image("mnist", 0) is None


def test_texts_are_there_for_collecting_and_not_kept(store: RunStore) -> None:
    """Of a set of texts the run has the labels; a check on images does not get it, and the other way round."""
    found = load_run_datasets(["digits", "reviews"], Course(), store, ())
    again = load_run_datasets(["reviews"], Course(), store, found.records)
    texts, images = found.pool.texts("reviews", file=""), found.pool.get("reviews", file="a.csv")
    fresh, none = again.pool.texts("reviews", file=""), found.pool.texts("digits", file="")

    assert isinstance(texts, LoadedTexts)
    assert isinstance(fresh, LoadedTexts)
    assert fresh.texts() == texts.texts()
    assert isinstance(images, Failure)
    assert isinstance(none, Failure)
    assert (images.reason, images.detail) == ("data-unavailable", "it holds texts, not images")
    assert (none.fault, none.detail) == ("grader", "it holds images, not texts")
    assert store.read_labels("reviews") is not None
    assert store.read_images("reviews") is None
    assert found.image("reviews", 0) is None
