"""The datasets of a run in memory, read once and no more often than needed. Labels are not among them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Calibration, Dataset, Split
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
            if self._test.digest != self.record.digest:
                raise DataError(
                    f"the files of '{self.record.name}' changed while grading",
                    hint="run the command again",
                )
            return self._test.images

    def calibration(self) -> Calibration | None:
        """The public images on which the preprocessing of a model is chosen."""
        with self._lock:
            if not self._calibration_sought:
                self._calibration = self._dataset.calibration()
                self._calibration_sought = True
            return self._calibration


@dataclass(frozen=True)
class DatasetPool:
    """Datasets by name: those that are here, and why the others are not."""

    open: Callable[[str], Dataset]
    """Finds a dataset that is not loaded yet."""
    records: Mapping[str, DatasetRecord]
    """The datasets that are here."""
    unavailable: Mapping[str, str]
    """Name to why it is not here."""
    _loaded: dict[str, LoadedDataset] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, dataset: LoadedDataset) -> None:
        """Add a dataset that was read already."""
        self._loaded[dataset.record.name] = dataset

    def get(self, name: str, *, file: str) -> LoadedDataset | Failure:
        """The dataset of that name; a failure of ours where it is not here.

        Args:
            name: Of the dataset.
            file: The submitted file it is for, as the failure names it.
        """
        if name not in self.records:
            return Failure(
                reason="data-unavailable",
                fault="grader",
                values={"dataset": Name(text=name), "file": Name(text=file)},
                detail=self.unavailable.get(name, ""),
            )
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = LoadedDataset(self.open(name), self.records[name])
            return self._loaded[name]
