"""Find the datasets a lab is graded on, and keep in the run folder what judging and pages need of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.course import Course
from grader.datasets.base import LabelledDataset, LabelledSplit, Split
from grader.datasets.pool import DatasetPool, LoadedDataset, LoadedTexts, loaded
from grader.errors import DataError
from grader.records.run import DatasetRecord
from grader.runs.store import RunStore


@dataclass(frozen=True)
class LoadedDatasets:
    """What was found: images and texts for collecting, labels for judging."""

    pool: DatasetPool
    labels: Mapping[str, NDArray[Any]]
    """Dataset name to the labels of its test images."""

    @property
    def records(self) -> tuple[DatasetRecord, ...]:
        """The datasets that are here, in the order of their names."""
        return tuple(self.pool.records.values())

    @property
    def secret(self) -> list[str]:
        """Names of the secret datasets."""
        return [record.name for record in self.records if record.secret]

    def image(self, dataset: str, place: int) -> NDArray[np.uint8] | None:
        """A test image of a public dataset; None where there is none."""
        record = self.pool.records.get(dataset)
        if record is None or record.secret:
            return None
        found = self.pool.get(dataset, file="")
        if not isinstance(found, LoadedDataset) or place >= record.images:
            return None
        return np.asarray(found.images()[place])


def load_datasets(names: Iterable[str], course: Course) -> LoadedDatasets:
    """Read the datasets of those names; what cannot be read is unavailable."""
    return _load(names, course, None, ())


def load_run_datasets(
    names: Iterable[str], course: Course, store: RunStore, known: Iterable[DatasetRecord]
) -> LoadedDatasets:
    """As `load_datasets`, and keep labels and public test images in a run folder.

    A dataset whose files are as they were when the run folder was last used is not read again.

    Args:
        names: Of the datasets.
        course: Finds them.
        store: The run folder.
        known: What the run folder knows already.
    """
    return _load(names, course, store, known)


def _load(
    names: Iterable[str], course: Course, store: RunStore | None, known: Iterable[DatasetRecord]
) -> LoadedDatasets:
    before = {record.name: record for record in known}
    records: dict[str, DatasetRecord] = {}
    labels: dict[str, NDArray[Any]] = {}
    unavailable: dict[str, str] = {}
    read: list[LoadedDataset | LoadedTexts] = []
    for name in sorted(names):
        dataset = course.dataset(name)
        try:
            kept = _kept(dataset, store, before.get(name)) if store is not None else None
            if kept is not None:
                records[name], labels[name] = kept
                continue
            test = dataset.load("test")
        except DataError as error:
            unavailable[name] = f"{error}; {error.hint}".rstrip("; ")
            continue
        records[name], labels[name] = _record(dataset, test), test.labels
        read.append(loaded(dataset, records[name], test))
        if store is not None:
            _keep(store, dataset, test)
    pool = DatasetPool(open=course.dataset, records=records, unavailable=unavailable)
    for item in read:
        pool.add(item)
    return LoadedDatasets(pool=pool, labels=labels)


def _kept(
    dataset: LabelledDataset, store: RunStore, known: DatasetRecord | None
) -> tuple[DatasetRecord, NDArray[Any]] | None:
    """What the run folder has of a dataset, where its files did not change."""
    location = dataset.locate("test")
    labels = store.read_labels(dataset.name)
    if location is None or known is None or labels is None:
        return None
    secret = dataset.visibility == "secret"
    same = (known.fingerprint, known.secret) == (_fingerprint(location.path), secret)
    return (known, labels) if same else None


def _keep(store: RunStore, dataset: LabelledDataset, test: LabelledSplit) -> None:
    store.write_labels(dataset.name, test.labels)
    if isinstance(test, Split) and dataset.visibility != "secret":
        store.write_images(dataset.name, test.images)


def _record(dataset: LabelledDataset, test: LabelledSplit) -> DatasetRecord:
    location = dataset.locate("test")
    return DatasetRecord(
        name=dataset.name,
        title=dataset.title,
        secret=dataset.visibility == "secret",
        images=len(test),
        class_names=dataset.class_names,
        digest=test.digest,
        origin=location.origin if location else "embedded",
        fingerprint=_fingerprint(location.path) if location else "",
    )


def _fingerprint(path: Path) -> str:
    """A digest over names, sizes and times of the files at `path`; contents are not read."""
    digest = hashlib.sha256(str(path.resolve()).encode())
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in files:
        info = file.stat()
        digest.update(f"\0{file.name}\0{info.st_size}\0{info.st_mtime_ns}".encode())
    return digest.hexdigest()
