"""Datasets of texts that lie in files which their publisher alone gives out, or in a course's own folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.datasets.base import Location, SplitName, Visibility
from grader.datasets.files import damage_named
from grader.datasets.locations import DATA_VARIABLE, search_folders
from grader.datasets.review_files import ReadSplit, read_course_reviews
from grader.datasets.texts import TextDataset, TextSplit
from grader.errors import DataUnavailableError

#: What a course's folder of reviews holds.
COURSE_FILES: Mapping[SplitName, str] = {"test": "reviews.csv", "train": "train.csv"}


@dataclass(frozen=True)
class TextFile:
    """Where a split lies, and how it is read."""

    path: str
    """Relative to a search folder."""
    read: ReadSplit


class TextFiles(TextDataset):
    """A published set of texts, read from the first search folder that holds its file.

    Args:
        name: Kebab-case id, as on the command line.
        title: One line for people.
        class_names: What each label stands for, in the order of the labels.
        files: For each split.
        source: Where to get them, as a hint says it.
    """

    def __init__(
        self,
        *,
        name: str,
        title: str,
        class_names: tuple[str, ...],
        files: Mapping[SplitName, TextFile],
        source: str,
    ) -> None:
        self.name = name
        self.title = title
        self.class_names = class_names
        self._files = files
        self._source = source

    def locate(self, split: SplitName) -> Location | None:
        """Find the file of `split` on this machine without reading it; None if absent."""
        for folder in search_folders():
            path = folder.path / self._files[split].path
            if path.is_file():
                return Location(path, folder.origin)
        return None

    def load(self, split: SplitName) -> TextSplit:
        """Read one split.

        Raises:
            DataUnavailableError: Its file is not on this machine; the hint says where to get it.
            DataError: It is damaged or of another form.
        """
        location = self.locate(split)
        if location is None:
            raise DataUnavailableError(
                f"the {split} split of dataset '{self.name}' is not on this machine",
                hint=f"get it from {self._source}, and put {self._files[split].path} into a folder "
                f"named in {DATA_VARIABLE}",
            )
        with damage_named(location.path, self.name, hint=f"get it again from {self._source}"):
            return self._files[split].read(location.path)


class CourseReviews(TextDataset):
    """A course's own reviews: a folder with ``reviews.csv``, and ``train.csv`` where students get some to train on.

    Args:
        folder: Holds the files.
        visibility: Whether students may see exact results.
        name: Kebab-case id.
    """

    title = "the course's own reviews"
    class_names = ("negative", "positive")

    def __init__(self, folder: Path, *, visibility: Visibility, name: str) -> None:
        self.name = name
        self.visibility = visibility
        self._folder = folder

    def locate(self, split: SplitName) -> Location | None:
        """The file of a split; None if absent."""
        path = self._folder / COURSE_FILES[split]
        return Location(path, "course") if path.is_file() else None

    def load(self, split: SplitName) -> TextSplit:
        """Read one split.

        Raises:
            DataUnavailableError: Its file is not in the folder.
            DataError: It cannot be used; says where.
        """
        location = self.locate(split)
        if location is None:
            raise DataUnavailableError(
                f"dataset '{self.name}' has no {split} split",
                hint=f"put {COURSE_FILES[split]} with the columns text,label into {self._folder}",
            )
        return read_course_reviews(location.path)
