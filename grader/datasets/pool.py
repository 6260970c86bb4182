"""The datasets of a run in memory, read once and no more often than needed. Labels are not among them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Calibration, Dataset, LabelledDataset, LabelledSplit, Split
from grader.datasets.texts import TextDataset, TextSplit
from grader.errors import DataError
from grader.records.evidence import Failure
from grader.records.message import Name
from grader.records.run import DatasetRecord


class LoadedDataset:
    """One dataset, known by its digest; its images are read when they are first asked for.

    Args:
        dataset: Reads the images.
        record: What is known of its test images.
        test: The test images, where they were read already.
    """

    def __init__(self, dataset: Dataset, record: DatasetRecord, test: Split | None = None) -> None:
        self.record = record
        self._dataset = dataset
        self._lock = threading.Lock()
        self._test = test
        self._calibration: Calibration | None = None
        self._calibration_sought = False

    @property
    def like(self) -> str:
        """Of images that students never get: name of the dataset whose models predict them."""
        return self._dataset.like

    def images(self) -> NDArray[np.uint8]:
        """The test images, shape (N, height, width) or (N, height, width, 3).

        Raises:
            DataError: The files changed since the run began.
        """
        with self._lock:
            if self._test is None:
                self._test = self._dataset.load("test")
            _refuse_changed(self._test, self.record)
            return self._test.images

    def calibration(self) -> Calibration | None:
        """The public images on which the preprocessing of a model is chosen."""
        with self._lock:
            if not self._calibration_sought:
                self._calibration = self._dataset.calibration()
                self._calibration_sought = True
            return self._calibration


class LoadedTexts:
    """A dataset of texts, known by its digest; its texts are read when they are first asked for.

    Args:
        dataset: Reads the texts.
        record: What is known of its test texts.
        test: The test texts, where they were read already.
    """

    def __init__(
        self, dataset: TextDataset, record: DatasetRecord, test: TextSplit | None = None
    ) -> None:
        self.record = record
        self._dataset = dataset
        self._lock = threading.Lock()
        self._test = test

    def texts(self) -> tuple[str, ...]:
        """The test texts.

        Raises:
            DataError: The files changed since the run began.
        """
        with self._lock:
            if self._test is None:
                self._test = self._dataset.load("test")
            _refuse_changed(self._test, self.record)
            return self._test.texts


def loaded(
    dataset: LabelledDataset, record: DatasetRecord, test: LabelledSplit | None = None
) -> LoadedDataset | LoadedTexts:
    """A dataset of images or of texts in memory.

    Args:
        dataset: Of either.
        record: What is known of its test split.
        test: The test split, where it was read already.

    Raises:
        TypeError: It is of neither.
    """
    if isinstance(dataset, TextDataset):
        return LoadedTexts(dataset, record, test if isinstance(test, TextSplit) else None)
    if isinstance(dataset, Dataset):
        return LoadedDataset(dataset, record, test if isinstance(test, Split) else None)
    raise TypeError(f"'{record.name}' holds neither images nor texts")


@dataclass(frozen=True)
class DatasetPool:
    """Datasets by name: those that are here, and why the others are not."""

    open: Callable[[str], LabelledDataset]
    """Finds a dataset that is not loaded yet."""
    records: Mapping[str, DatasetRecord]
    """The datasets that are here."""
    unavailable: Mapping[str, str]
    """Name to why it is not here."""
    _loaded: dict[str, LoadedDataset | LoadedTexts] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, dataset: LoadedDataset | LoadedTexts) -> None:
        """Add a dataset that was read already."""
        self._loaded[dataset.record.name] = dataset

    def get(self, name: str, *, file: str) -> LoadedDataset | Failure:
        """The images of that name; a failure of ours where they are not here.

        Args:
            name: Of the dataset.
            file: The submitted file it is for, as the failure names it.
        """
        found = self._find(name)
        if isinstance(found, LoadedDataset):
            return found
        return self._unavailable(name, file, "" if found is None else "it holds texts, not images")

    def texts(self, name: str, *, file: str) -> LoadedTexts | Failure:
        """The texts of that name; a failure of ours where they are not here.

        Args:
            name: Of the dataset.
            file: The submitted file it is for, as the failure names it.
        """
        found = self._find(name)
        if isinstance(found, LoadedTexts):
            return found
        return self._unavailable(name, file, "" if found is None else "it holds images, not texts")

    def _find(self, name: str) -> LoadedDataset | LoadedTexts | None:
        if name not in self.records:
            return None
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = loaded(self.open(name), self.records[name])
            return self._loaded[name]

    def _unavailable(self, name: str, file: str, detail: str) -> Failure:
        return Failure(
            reason="data-unavailable",
            fault="grader",
            values={"dataset": Name(text=name), "file": Name(text=file)},
            detail=detail or self.unavailable.get(name, ""),
        )


def _refuse_changed(split: LabelledSplit, record: DatasetRecord) -> None:
    if split.digest != record.digest:
        raise DataError(
            f"the files of '{record.name}' changed while grading", hint="run the command again"
        )
