"""How classes are written: by name, number, sign, stars, probability."""

from __future__ import annotations

import pytest

from grader.evidence.texts.codings import read_column

TWO = ("negative", "positive")
FIVE = ("1 star", "2 stars", "3 stars", "4 stars", "5 stars")


@pytest.mark.parametrize(
    ("cells", "heading", "coding", "labels"),
    [
        (("positive", "Negative"), "label", "names", (1, 0)),
        (("pos", "neg"), "label", "names", (1, 0)),
        (("positif", "négatif"), "label", "names", (1, 0)),
        (("LABEL_1", "LABEL_0"), "label", "names", (1, 0)),
        (("True", "False"), "label", "names", (1, 0)),
        (("1", "0"), "label", "numbers", (1, 0)),
        (("1.0", "0.0"), "label", "numbers", (1, 0)),
        (("2", "1"), "label", "numbers-from-1", (1, 0)),
        (("1", "-1"), "label", "signs", (1, 0)),
        (("5", "1", "4", "2"), "label", "stars", (1, 0, 1, 0)),
        (("1", "2"), "stars", "stars", (0, 0)),
        (("5", "3"), "stars", "stars", (1, None)),
        (("0.93", "0.5", "0.1"), "score", "probabilities", (1, 1, 0)),
        (("1e-9", "1.0"), "score", "probabilities", (0, 1)),
        (("1", "1"), "label", "numbers", (1, 1)),
        (("1", "7", "nan", ""), "label", "numbers", (1, None, None, None)),
        (("positive", "neutral"), "label", "names", (1, None)),
    ],
)
def test_two_classes_are_read_however_they_are_written(
    cells: tuple[str, ...], heading: str, coding: str, labels: tuple[int | None, ...]
) -> None:
    """All cells of a column decide together; what names no class is left open."""
    found = read_column(cells, heading, TWO)

    assert (found.coding, found.labels) == (coding, labels)


@pytest.mark.parametrize(
    ("cells", "heading", "coding", "labels"),
    [
        (("0", "4"), "label", "numbers", (0, 4)),
        (("1", "5"), "label", "numbers-from-1", (0, 4)),
        (("1", "2"), "stars", "numbers-from-1", (0, 1)),
        (("5 stars", "1 star"), "label", "names", (4, 0)),
        (("0.5", "1"), "label", "numbers", (None, 1)),
    ],
)
def test_five_classes_are_numbers_or_stars(
    cells: tuple[str, ...], heading: str, coding: str, labels: tuple[int | None, ...]
) -> None:
    """A heading that counts stars settles what the cells leave open."""
    found = read_column(cells, heading, FIVE)

    assert (found.coding, found.labels) == (coding, labels)
