"""How a column of predictions says which class is meant, found from all its cells together."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.evidence.texts.record import Coding

#: Headings of columns that count stars.
STARS = frozenset({"star", "stars", "rating", "ratings"})

#: What two classes may be called besides their own names.
_NEGATIVE = frozenset({"neg", "negative", "négatif", "negatif", "bad", "false", "n", "-"})
_POSITIVE = frozenset({"pos", "positive", "positif", "good", "true", "p", "+"})

#: A class by its number in words: ``LABEL_1``, ``5 stars``, ``class 3``.
_NUMBERED = re.compile(r"(?:label|class|classe)[ _-]?(\d+)|(\d+)[ _-]?(?:stars?|étoiles?)")


@dataclass(frozen=True)
class ReadColumn:
    """The classes a column names."""

    coding: Coding
    labels: tuple[int | None, ...]
    """The class index of each cell; None where it names none."""


def read_column(cells: Sequence[str], heading: str, class_names: Sequence[str]) -> ReadColumn:
    """The classes that cells name, in the coding that reads the most of them.

    Args:
        cells: Without blanks around them, and with a point as decimal sign.
        heading: Of the column, in lower case.
        class_names: In the order of the labels.
    """
    best = ReadColumn("names", ())
    most = -1
    for coding, read in _codings(cells, heading, class_names):
        labels = tuple(map(read, cells))
        count = sum(label is not None for label in labels)
        if count > most:
            best, most = ReadColumn(coding, labels), count
    return best


_Read = Callable[[str], int | None]


def _codings(
    cells: Sequence[str], heading: str, class_names: Sequence[str]
) -> list[tuple[Coding, _Read]]:
    """The codings to try, the likeliest first: where several read all cells, the first is taken."""
    classes = len(class_names)
    numbers: list[tuple[Coding, _Read]] = [
        ("numbers", _whole({number: number for number in range(classes)})),
        ("numbers-from-1", _whole({number + 1: number for number in range(classes)})),
    ]
    if classes == 2:
        stars: list[tuple[Coding, _Read]] = [("stars", _whole({1: 0, 2: 0, 4: 1, 5: 1}))]
        numbers += [("signs", _whole({-1: 0, 1: 1}))]
        numbers = stars + numbers if heading in STARS else numbers + stars
        numbers.append(("probabilities", _probability))
    elif heading in STARS:
        numbers.reverse()
    return [("names", _named(class_names)), *numbers]


def _whole(known: dict[int, int]) -> _Read:
    def read(cell: str) -> int | None:
        value = number(cell)
        return known.get(int(value)) if value.is_integer() else None

    return read


def _probability(cell: str) -> int | None:
    value = number(cell)
    return int(value >= 0.5) if 0 <= value <= 1 else None


def _named(class_names: Sequence[str]) -> _Read:
    names = {name.casefold(): place for place, name in enumerate(class_names)}
    if {*names} == {"negative", "positive"}:
        names |= dict.fromkeys(_NEGATIVE, names["negative"])
        names |= dict.fromkeys(_POSITIVE, names["positive"])

    def read(cell: str) -> int | None:
        called = cell.casefold()
        if called in names:
            return names[called]
        match = _NUMBERED.fullmatch(called)
        if match is None:
            return None
        place = int(match[1]) if match[1] is not None else int(match[2]) - 1
        return place if 0 <= place < len(class_names) else None

    return read


def number(cell: str) -> float:
    """A number; NaN for what is none."""
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
