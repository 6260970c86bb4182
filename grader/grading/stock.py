"""The datasets a lab is graded on, read once and no more often than needed."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from grader.course import Course
from grader.datasets.base import Calibration, Dataset, Split
from grader.errors import DataError
from grader.grading.store import RunStore
from grader.records.lab import Lab, PredictionsNeed
from grader.records.run import DatasetRecord, RunManifest


class Shelf:
    """One dataset, known by its digest; its images are read when they are first asked for.

    Args:
        dataset: Reads the images.
        record: What is known of its test images.
        labels: Of the test images, shape (N,).
        test: The test images, where they were read already.
    """

    def __init__(
        self, dataset: Dataset, record: DatasetRecord, labels: NDArray[Any], test: Split | None
    ) -> None:
        self.record = record
        self.labels = labels
        self._dataset = dataset
        self._lock = threading.Lock()
        self._test = test
        self._calibration: Calibration | None = None
        self._calibration_sought = False

    def test(self) -> Split:
        """The test images and labels.

        Raises:
            DataError: The files changed since the run took stock.
        """
        with self._lock:
            if self._test is None:
                self._test = self._dataset.load("test")
            if self._test.digest != self.record.digest:
                raise DataError(
                    f"the files of '{self.record.name}' changed while grading",
                    hint="run the command again",
                )
            return self._test

    def calibration(self) -> Calibration | None:
        """The public images an input contract is chosen on."""
        with self._lock:
            if not self._calibration_sought:
                self._calibration = self._dataset.calibration()
                self._calibration_sought = True
            return self._calibration


@dataclass(frozen=True)
class Stock:
    """All datasets of a lab: those that can be had, and why the others cannot."""

    shelves: dict[str, Shelf]
    unavailable: dict[str, str]


def take_stock(lab: Lab, course: Course, store: RunStore, before: RunManifest | None) -> Stock:
    """Find every dataset the lab's checks need.

    A dataset whose files are as they were when the run folder was last used is not read again.
    """
    known = {record.name: record for record in before.datasets} if before else {}
    shelves: dict[str, Shelf] = {}
    unavailable: dict[str, str] = {}
    for name in dataset_names(lab):
        dataset = course.dataset(name)
        try:
            shelves[name] = _shelve(dataset, store, known.get(name))
        except DataError as error:
            unavailable[name] = f"{error}; {error.hint}".rstrip("; ")
    return Stock(shelves=shelves, unavailable=unavailable)


def dataset_names(lab: Lab) -> list[str]:
    """The datasets a lab's checks are judged on, sorted."""
    from grader.checks import CheckKind

    return sorted(
        {
            need.dataset
            for exercise in lab.exercises
            for check in exercise.checks
            if isinstance(check, CheckKind)
            for need in check.needs(exercise.artefact)
            if isinstance(need, PredictionsNeed)
        }
    )


def _shelve(dataset: Dataset, store: RunStore, known: DatasetRecord | None) -> Shelf:
    location = dataset.locate("test")
    fingerprint = _fingerprint(location.path) if location else ""
    test: Split | None = None
    secret = dataset.visibility == "secret"
    labels = store.read_labels(dataset.name)
    same = known and (known.fingerprint, known.secret) == (fingerprint, secret)
    if location and known and same and labels is not None:
        record = known
    else:
        test = dataset.load("test")
        labels = test.labels
        store.write_labels(dataset.name, labels)
        if not secret:
            store.write_images(dataset.name, test.images)
        record = DatasetRecord(
            name=dataset.name,
            title=dataset.title,
            secret=secret,
            images=len(test),
            class_names=dataset.class_names,
            digest=test.digest,
            origin=location.origin if location else "embedded",
            fingerprint=fingerprint,
        )
    return Shelf(dataset, record, labels, test)


def _fingerprint(path: Path) -> str:
    """A digest over names, sizes and times of the files at `path`; contents are not read."""
    digest = hashlib.sha256(str(path.resolve()).encode())
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in files:
        info = file.stat()
        digest.update(f"\0{file.name}\0{info.st_size}\0{info.st_mtime_ns}".encode())
    return digest.hexdigest()
