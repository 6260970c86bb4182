"""Which dataset the images and labels are from that a model is trained or evaluated on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.running.data.fingerprints import Fingerprints, Match
from grader.evidence.code.probe.running.data.label_forms import (
    class_against_rest,
    is_one_hot,
    whole_numbers,
)
from grader.evidence.code.probe.running.data.layouts import layouts
from grader.evidence.code.probe.running.data.rows import as_rows, picked, spread, value_range
from grader.evidence.code.probe.running.data.served import ServedData, ServedSplit
from grader.evidence.code.run_record import ArrayOrigin

#: Rows of an array that are looked up.
_SAMPLE = 40

#: Rows of either value that are looked up to tell which class two-valued labels are about.
_OF_EACH_VALUE = 20

#: Values of a row that are compared with those of another array.
_COMPARED = 64


class _Indexed(NamedTuple):
    """A dataset whose images can be found."""

    name: str
    splits: tuple[str, ...]
    content: tuple[ServedSplit, ...]
    fingerprints: Fingerprints

    def label(self, match: Match) -> int:
        split, place = self.fingerprints.place(match.image)
        return int(self.content[split].labels[place])

    def split(self, match: Match) -> str:
        return self.splits[self.fingerprints.place(match.image)[0]]


class OriginFinder:
    """Finds the dataset, the split and the meaning of the labels of arrays.

    Args:
        data: The datasets at hand, and the stand-ins as they are served.
    """

    def __init__(self, data: ServedData) -> None:
        self._data = data
        self._indexed: dict[str, _Indexed] = {}

    def find(self, x: Any, y: Any = None) -> tuple[ArrayOrigin, str]:
        """Compare what a model is given with the datasets.

        Args:
            x: Images: an array, a tensor, a list or a table.
            y: Their labels; None where there are none.

        Returns:
            Where they are from, and what the labels are, which stands in the record too: ``one-hot``,
            ``integers``, ``3 against the rest``, or nothing. Data of no dataset have no name.
        """
        try:
            return self._found(x, y)
        except Exception:
            # Whatever is trained on, code that runs is never to fail because we look at it.
            return ArrayOrigin(), ""

    @staticmethod
    def same_data(one: Any, other: Any) -> bool:
        """Whether nearly all rows of one array are among those of another.

        Args:
            one: Such as the images a model is validated on.
            other: Such as those it is trained on.

        Returns:
            False for what has no rows of numbers.
        """
        if one is other and one is not None:
            return True
        try:
            few, many = as_rows(one), as_rows(other)
            sample = picked(few, spread(len(few), _SAMPLE))
            whole = many if isinstance(many, np.ndarray) else picked(many, np.arange(len(many)))
            known = set(_digests(whole))
            return sum(digest in known for digest in _digests(sample)) >= 0.9 * len(sample)
        except Exception:
            return False

    def _found(self, x: Any, y: Any) -> tuple[ArrayOrigin, str]:
        rows = as_rows(x)
        if not len(rows):
            return ArrayOrigin(images=0), ""
        places = spread(len(rows), _SAMPLE)
        sample = picked(rows, places)
        low, high = value_range(rows)
        origin = ArrayOrigin(images=len(rows), shape=sample.shape[1:], low=low, high=high)
        dataset, matches = self._dataset_of(sample)
        if dataset is not None:
            found = [match for match in matches if match is not None]
            origin = msgspec.structs.replace(
                origin,
                dataset=dataset.name,
                split=" and ".join(
                    name for name in dataset.splits if name in map(dataset.split, found)
                ),
                shuffled=not _ascending(found),
                consecutive=_consecutive(matches, places),
            )
        try:
            labels = "" if y is None else _label_form(as_rows(y), rows, dataset)
        except Exception:
            labels = ""
        return msgspec.structs.replace(origin, labels=labels), labels

    def _dataset_of(self, sample: NDArray[Any]) -> tuple[_Indexed | None, list[Match | None]]:
        """The dataset that most rows are from, and what they match there."""
        if sample.ndim < 2:
            return None, []
        best: tuple[_Indexed | None, list[Match | None]] = (None, [])
        most = len(sample) // 2
        for dataset in self._fitting(sample.shape[1:]):
            matches = dataset.fingerprints.find(sample)
            count = len(matches) - matches.count(None)
            if count > most:
                best, most = (dataset, matches), count
        return best

    def _fitting(self, shape: tuple[int, ...]) -> list[_Indexed]:
        """The datasets whose images rows of a shape may hold."""
        splits: dict[str, dict[str, ServedSplit]] = {}
        for (name, split), content in self._data.originals().items():
            splits.setdefault(name, {})[split] = content
        return [
            self._index(name, of_dataset)
            for name, of_dataset in splits.items()
            if any(True for _ in layouts(shape, *self._data.dimensions(name)))
        ]

    def _index(self, name: str, splits: dict[str, ServedSplit]) -> _Indexed:
        found = self._indexed.get(name)
        content = tuple(splits.values())
        # An excerpt is another array once it was served whole.
        if found is None or [*map(_size, found.content)] != [*map(_size, content)]:
            fingerprints = Fingerprints([split.images for split in content])
            found = self._indexed[name] = _Indexed(name, tuple(splits), content, fingerprints)
        return found


def _size(split: ServedSplit) -> int:
    return len(split.labels)


def _ascending(matches: Sequence[Match]) -> bool:
    """Whether rows stand in the dataset's order; an image that occurs several times may be any of them."""
    last = -1
    for match in matches:
        later = match.copies[match.copies > last]
        if not len(later):
            return False
        last = int(later[0])
    return True


def _consecutive(matches: Sequence[Match | None], places: NDArray[np.intp]) -> bool:
    """Whether rows follow each other in the dataset; an image that occurs several times may be any of them.

    Args:
        matches: What some rows match; those that match nothing are passed over.
        places: Of these rows.
    """
    starts: set[int] | None = None
    for match, place in zip(matches, places, strict=True):
        if match is not None:
            possible = {int(copy) for copy in match.copies - place}
            starts = possible if starts is None else starts & possible
    return bool(starts) and len(places) > 1


def _label_form(labels: Any, rows: Any, dataset: _Indexed | None) -> str:
    if is_one_hot(labels):
        return "one-hot"
    numbers = whole_numbers(labels)
    if numbers is None or len(numbers) != len(rows):
        return ""
    if len(np.unique(numbers)) != 2:
        return "integers"
    if dataset is None:
        return ""
    places = np.concatenate(
        [_some(np.flatnonzero(numbers == value)) for value in np.unique(numbers)]
    )
    matches = dataset.fingerprints.find(picked(rows, places))
    pairs = [
        (numbers[place], dataset.label(match))
        for place, match in zip(places, matches, strict=True)
        if match is not None
    ]
    given, classes = np.array(pairs).reshape(-1, 2).T
    if len(given) and (given == classes).all():
        return "integers"
    found = class_against_rest(given, classes)
    return "" if found is None else f"{found} against the rest"


def _some(places: NDArray[np.intp]) -> NDArray[np.intp]:
    chosen: NDArray[np.intp] = places[spread(len(places), _OF_EACH_VALUE)]
    return chosen


def _digests(rows: NDArray[Any]) -> list[bytes]:
    """The same bytes for equal rows."""
    values = rows.reshape(len(rows), -1)
    chosen = np.ascontiguousarray(values[:, spread(values.shape[1], _COMPARED)], np.float32) + 0.0
    return [row.tobytes() for row in chosen]
