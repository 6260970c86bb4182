"""The view model of a confusion matrix: the table, accuracy by class, confused pairs, and mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.confusion import confusion_matrix
from grader.messages import Catalogue
from grader.records.section import ConfusionMatrix
from grader.reporting.pictures import Images, heatmap, png

#: Up to this many classes a matrix is a table people can read; above, a picture.
TABLE_CLASSES = 20
#: How many confused pairs, and how many of the best and worst of many classes, are listed.
LISTED = 8


@dataclass(frozen=True)
class Cell:
    """One count of a confusion matrix."""

    count: int
    strength: int
    """0 to 100: its share of the row, for the colour."""
    right: bool


@dataclass(frozen=True)
class MatrixRow:
    """What the images of one class were predicted as."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class ClassShare:
    """The accuracy on the images of one class."""

    name: str
    share: float
    text: str


@dataclass(frozen=True)
class ConfusedPair:
    """A class, what its images were predicted as, and how often."""

    name: str
    predicted: str
    count: int


@dataclass(frozen=True)
class MistakeView:
    """A wrongly predicted image."""

    src: str
    caption: str


@dataclass(frozen=True)
class ConfusionView:
    """All of it."""

    title: str
    names: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    """Empty where there are too many classes for a table."""
    picture: str
    """``data:`` address; empty where there is a table."""
    picture_text: str
    classes: tuple[ClassShare, ...]
    """All classes, or the worst and the best of many."""
    pairs: tuple[ConfusedPair, ...]
    mistakes: tuple[MistakeView, ...]


def confusion_view(
    figure: ConfusionMatrix,
    title: str,
    names: tuple[str, ...],
    images: Images,
    translate: Catalogue,
) -> ConfusionView:
    """Build the view of a figure.

    Args:
        figure: The counts and mistakes.
        title: What the dataset is called.
        names: What the classes are called; numbers where they are not known.
        images: Where the pictures of mistakes come from.
        translate: The language.
    """
    matrix = confusion_matrix(figure)
    labels = readable_names(names, figure.classes)
    readable = figure.classes <= TABLE_CLASSES
    return ConfusionView(
        title=title,
        names=labels,
        rows=_rows(matrix, labels) if readable else (),
        picture="" if readable else heatmap(matrix),
        picture_text=translate("figure.heatmap", classes=figure.classes),
        classes=_classes(matrix, labels, translate),
        pairs=confused_pairs(matrix, labels),
        mistakes=_mistakes(figure, labels, images, translate),
    )


def readable_names(names: tuple[str, ...], classes: int) -> tuple[str, ...]:
    """Names of classes for people: without underscores; numbers where the names are not known."""
    if len(names) != classes:
        return tuple(map(str, range(classes)))
    return tuple(name.replace("_", " ") for name in names)


def confused_pairs(
    matrix: NDArray[np.integer[Any]], names: tuple[str, ...]
) -> tuple[ConfusedPair, ...]:
    """The pairs of classes most often confused, most frequent first."""
    wrong = matrix.astype(np.int64)
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:LISTED]
    places = (divmod(int(place), len(names)) for place in order)
    return tuple(
        ConfusedPair(name=names[row], predicted=names[column], count=int(wrong[row, column]))
        for row, column in places
        if wrong[row, column]
    )


def _rows(matrix: NDArray[np.integer[Any]], names: tuple[str, ...]) -> tuple[MatrixRow, ...]:
    totals = np.maximum(matrix.sum(axis=1), 1)
    strengths = np.ceil(100.0 * matrix / totals[:, np.newaxis]).astype(int)
    return tuple(
        MatrixRow(
            name=name,
            cells=tuple(
                Cell(count=int(count), strength=int(strength), right=column == row)
                for column, (count, strength) in enumerate(
                    zip(matrix[row], strengths[row], strict=True)
                )
            ),
        )
        for row, name in enumerate(names)
    )


def _classes(
    matrix: NDArray[np.integer[Any]], names: tuple[str, ...], translate: Catalogue
) -> tuple[ClassShare, ...]:
    totals = matrix.sum(axis=1)
    shares = np.diagonal(matrix) / np.maximum(totals, 1)
    places = np.flatnonzero(totals)
    if len(places) > TABLE_CLASSES:
        ordered = places[np.argsort(shares[places], kind="stable")]
        places = np.concatenate([ordered[:LISTED], ordered[-LISTED:]])
    return tuple(
        ClassShare(
            name=names[place],
            share=float(shares[place]),
            text=translate.percent(float(shares[place])),
        )
        for place in places
    )


def _mistakes(
    figure: ConfusionMatrix, names: tuple[str, ...], images: Images, translate: Catalogue
) -> tuple[MistakeView, ...]:
    shown = []
    for mistake in figure.mistakes:
        pixels = images(figure.dataset, mistake.image)
        if pixels is not None:
            caption = translate(
                "figure.mistake", label=names[mistake.label], predicted=names[mistake.predicted]
            )
            shown.append(MistakeView(src=png(pixels), caption=caption))
    return tuple(shown)
