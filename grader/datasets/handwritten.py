"""Handwritten: an instructor's own folder of digit pictures, brought to MNIST's form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grader.datasets.base import Calibration, Dataset, Location, Split, SplitName, Visibility
from grader.datasets.digits import DATASET as DIGITS
from grader.datasets.labels import LABELS_FILE, Entry, read_labels, read_names
from grader.datasets.locations import DATA_VARIABLE, search_folders
from grader.datasets.mnist import DATASET as MNIST
from grader.datasets.mnist_form import NoInkError, to_mnist_form
from grader.datasets.pictures import UnreadablePictureError, open_grey
from grader.errors import DataError, DataUnavailableError


@dataclass(frozen=True)
class Remark:
    """Something about one picture that its owner should know."""

    file: str
    """The file as it is listed, relative to the folder."""

    reason: str
    """What is the matter, in plain words."""

    kept: bool
    """True where the picture is in the split all the same; False where it was left out."""


@dataclass(frozen=True)
class Reading:
    """What a folder of pictures gave."""

    split: Split
    """The usable pictures in MNIST's form, in the order of the labels file."""

    files: tuple[str, ...]
    """The file of every image of the split, relative to the folder."""

    remarks: tuple[Remark, ...]
    """Pictures left out, and pictures to look at."""

    @property
    def doubtful(self) -> tuple[int, ...]:
        """Rows of the split that have a remark, for the frames of a contact sheet."""
        remarked = {remark.file for remark in self.remarks if remark.kept}
        return tuple(row for row, file in enumerate(self.files) if file in remarked)


class Handwritten(Dataset):
    """Pictures of single digits of any size, colour and polarity, in MNIST's form.

    The folder holds ``labels.csv`` with the columns ``file`` and ``label``, or files whose names
    begin with the label: ``3_anything.png``. All usable pictures form the ``test`` split, shape
    (28, 28), ink 255 on ground 0. The calibration images are MNIST's, or those of the digits dataset.

    Args:
        folder: The folder; None for the folder ``handwritten`` in one named in ``GRADER_DATA``.
        visibility: Whether students may see exact results.
        name: Kebab-case id, for a course with several such folders.
    """

    title = "the instructor's handwritten digits"
    class_names = tuple("0123456789")
    image_shape = (28, 28)
    splits = ("test",)

    def __init__(
        self,
        folder: Path | None = None,
        *,
        visibility: Visibility = "secret",
        name: str = "handwritten",
    ) -> None:
        self.folder = folder
        self.visibility = visibility
        self.name = name
        self._readings: dict[Path, Reading] = {}

    def locate(self, split: SplitName) -> Location | None:
        """The folder of pictures; None for ``"train"`` or where there is no such folder."""
        if split != "test":
            return None
        if self.folder is not None:
            return Location(self.folder, "course") if self.folder.is_dir() else None
        for place in search_folders():
            folder = place.path / "handwritten"
            if place.origin == "GRADER_DATA" and folder.is_dir():
                return Location(folder, place.origin)
        return None

    def load(self, split: SplitName) -> Split:
        """Bring every usable picture to MNIST's form.

        Returns:
            Images of shape (N, 28, 28), values 0 to 255, and labels of shape (N,), in the order
            of ``labels.csv``, or of the file names with numbers in them counted.

        Raises:
            DataUnavailableError: There is no such folder, or `split` is not ``"test"``.
            DataError: ``labels.csv`` cannot be used, or no picture can.
        """
        if split != "test":
            raise DataUnavailableError(f"'{self.name}' has no {split} split", hint="use test")
        return self.read().split

    def report(self) -> tuple[Remark, ...]:
        """Which pictures were left out or should be looked at, and why.

        Raises:
            DataError: As `load`.
        """
        return self.read().remarks

    def calibration(self) -> Calibration:
        """MNIST's calibration images, or all of scikit-learn's digits: of the same form, and public."""
        return MNIST.calibration() or Calibration.of(DIGITS.every_image())

    def read(self) -> Reading:
        """The split together with the names of its files and the remarks; read once.

        Raises:
            DataError: As `load`.
        """
        location = self.locate("test")
        if location is None:
            raise DataUnavailableError(
                f"no folder of pictures for dataset '{self.name}'"
                + (f": {self.folder} is not there" if self.folder else ""),
                hint="put pictures named like 3_anything.png into a folder"
                f" 'handwritten' within one named in {DATA_VARIABLE}",
            )
        if location.path not in self._readings:
            self._readings[location.path] = read_folder(location.path)
        return self._readings[location.path]


def read_folder(folder: Path) -> Reading:
    """Read a folder of digit pictures.

    Args:
        folder: Holds ``labels.csv``, or files named after their label.

    Raises:
        DataError: ``labels.csv`` cannot be used, or no picture can.
    """
    listed = (folder / LABELS_FILE).is_file()
    entries = read_labels(folder / LABELS_FILE) if listed else read_names(folder)
    images, labels = [], []
    files: list[str] = []
    remarks: list[Remark] = []
    seen: dict[str, str] = {}
    for entry in entries:
        try:
            path = _checked(entry, folder, files)
            form = to_mnist_form(open_grey(path))
        except (_LeftOutError, UnreadablePictureError, NoInkError) as error:
            remarks.append(Remark(entry.file, str(error), kept=False))
            continue
        doubts = [*form.doubts, *_repeated(entry.file, path, seen)]
        remarks.extend(Remark(entry.file, doubt, kept=True) for doubt in doubts)
        images.append(form.image)
        labels.append(int(entry.label))
        files.append(entry.file)
    if not images:
        why = f"; the first: {remarks[0].file}: {remarks[0].reason}" if remarks else ""
        raise DataError(
            f"{folder} holds no usable picture of a digit{why}",
            hint=f"name pictures like 3_anything.png, or list them in {LABELS_FILE}",
        )
    return Reading(
        Split(np.stack(images), np.array(labels, np.uint8)), tuple(files), tuple(remarks)
    )


class _LeftOutError(ValueError):
    """An entry that cannot be used, before its picture is opened."""


def _checked(entry: Entry, folder: Path, files: list[str]) -> Path:
    if not re.fullmatch("[0-9]", entry.label):
        raise _LeftOutError(f"the label '{entry.label}' is not a digit from 0 to 9")
    try:
        path = (folder / entry.file).resolve()
        inside, there = path.is_relative_to(folder.resolve()), path.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        # A name with a null byte, an endless name, a link to itself.
        raise _LeftOutError("is no usable file name") from error
    if not inside:
        raise _LeftOutError("leads out of the folder")
    if not there:
        raise _LeftOutError("there is no such file")
    if entry.file in files:
        raise _LeftOutError("is listed twice")
    return path


def _repeated(file: str, path: Path, seen: dict[str, str]) -> Iterator[str]:
    first = seen.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), file)
    if first != file:
        yield f"is the same picture as {first}"


DATASET = Handwritten()
