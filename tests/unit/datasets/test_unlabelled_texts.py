"""Exports of texts without labels: what is in them, and what is not."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from grader.datasets.base import Location, SplitName
from grader.datasets.texts import TextDataset, TextSplit, text_ids
from grader.datasets.unlabelled_texts import export_unlabelled_texts
from grader.errors import UsageError


class Opinions(TextDataset):
    """A dataset in memory."""

    name, title, class_names = "opinions", "Opinions", ("negative", "positive")

    def __init__(self, *, has_train: bool = True) -> None:
        self._has_train = has_train

    def locate(self, split: SplitName) -> Location | None:
        return Location(Path(), "course") if split == "test" or self._has_train else None

    def load(self, split: SplitName) -> TextSplit:
        texts = (f"{split}, one", f'{split}\n"two"', f"{split} three é")
        return TextSplit(texts, np.array([0, 1, 1], np.uint8))


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_every_text_is_there_under_its_id(tmp_path: Path) -> None:
    """Texts and example name the same ids in an order that tells nothing; labels stand in `train.csv` alone."""
    manifest = export_unlabelled_texts(Opinions(), tmp_path / "out")
    held_out = Opinions().load("test").texts
    header, *written = rows(tmp_path / "out" / "texts.csv")

    assert header == ["id", "text"]
    assert [name for name, _ in written] == sorted(text_ids(held_out))
    assert {text for _, text in written} == {*held_out}
    assert rows(tmp_path / "out" / "example.csv") == [
        ["id", "label"],
        *([name, "negative"] for name, _ in written),
    ]
    assert rows(tmp_path / "out" / "train.csv")[1:] == [
        ["train, one", "negative"],
        ['train\n"two"', "positive"],
        ["train three é", "positive"],
    ]
    assert (manifest.texts, manifest.train) == (3, 3)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["dataset"] == "opinions"


def test_without_training_texts_there_are_none(tmp_path: Path) -> None:
    """A course's own reviews need not come with any to train on."""
    manifest = export_unlabelled_texts(Opinions(has_train=False), tmp_path / "out")

    assert manifest.train == 0
    assert not (tmp_path / "out" / "train.csv").exists()


def test_another_folder_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written beside what somebody else put there; an earlier export is replaced."""
    export_unlabelled_texts(Opinions(), tmp_path / "out")
    export_unlabelled_texts(Opinions(), tmp_path / "out")
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(UsageError, match="something else"):
        export_unlabelled_texts(Opinions(), tmp_path)
