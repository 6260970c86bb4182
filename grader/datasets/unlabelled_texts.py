"""A dataset's test texts without their labels, for students to predict on with any program; see `unlabelled`."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from grader.datasets.texts import TextDataset, text_ids
from grader.datasets.unlabelled import EXAMPLE_FILE, MANIFEST_FILE, refuse_foreign
from grader.files import write_whole
from grader.records.base import Record, to_json

TEXTS_FILE, TRAIN_FILE = "texts.csv", "train.csv"


class UnlabelledTextsManifest(Record, frozen=True, kw_only=True):
    """``manifest.json``: what the texts are. No labels of test texts go into it, not even into its digest."""

    schema: Literal["grader/unlabelled-texts/v1"] = "grader/unlabelled-texts/v1"
    dataset: str
    title: str
    texts: int
    train: int
    """How many labelled texts there are to train on."""
    class_names: tuple[str, ...]
    """In the order of the labels, which count from 0."""
    digest: str
    """SHA-256 over the ids in order: the same texts give the same digest."""


def export_unlabelled_texts(dataset: TextDataset, folder: Path) -> UnlabelledTextsManifest:
    """Write ``texts.csv``, ``example.csv`` and ``manifest.json``, and ``train.csv`` where there is a training split.

    Args:
        dataset: Whose test texts, without labels, and training texts, with labels.
        folder: New, empty, or holding an earlier export.

    Raises:
        DataError: The texts cannot be had.
        UsageError: The folder holds something else.
        StorageError: It cannot be written.
    """
    refuse_foreign(folder, {TEXTS_FILE, TRAIN_FILE, EXAMPLE_FILE})
    texts = dataset.load("test").texts
    rows = sorted(zip(text_ids(texts), texts, strict=True))
    train = dataset.load("train") if dataset.locate("train") is not None else None
    manifest = UnlabelledTextsManifest(
        dataset=dataset.name,
        title=dataset.title,
        texts=len(rows),
        train=0 if train is None else len(train),
        class_names=dataset.class_names,
        digest=hashlib.sha256("\n".join(name for name, _ in rows).encode()).hexdigest(),
    )
    first = dataset.class_names[0]
    write_whole(folder / TEXTS_FILE, _table(("id", "text"), rows))
    write_whole(folder / EXAMPLE_FILE, _table(("id", "label"), [(name, first) for name, _ in rows]))
    if train is not None:
        names = [dataset.class_names[label] for label in train.labels]
        labelled = zip(train.texts, names, strict=True)
        write_whole(folder / TRAIN_FILE, _table(("text", "label"), labelled))
    write_whole(folder / MANIFEST_FILE, to_json(manifest))
    return manifest


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode(errors="replace")
