from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.messages import catalogue
from grader.records.section import ConfusionMatrix
from grader.reporting.confusion_view import (
    LISTED,
    TABLE_CLASSES,
    ConfusionView,
    confused_pairs,
    confusion_view,
    readable_names,
)
from grader.reporting.pictures import Images, no_images
from tests.factory_reports import figure

COUNTS = [[8, 2, 0], [0, 5, 0], [1, 3, 6]]


def view(
    shown: ConfusionMatrix, *names: str, images: Images = no_images, language: str = "en"
) -> ConfusionView:
    return confusion_view(shown, "Digits", names, images, catalogue(language))


def square(classes: int) -> list[list[int]]:
    """Class n is right on n of `classes` images, and else predicts the next."""
    counts = np.zeros((classes, classes), int)
    places = np.arange(classes)
    counts[places, places] = places
    counts[places, (places + 1) % classes] = classes - places
    return counts.tolist()


def test_few_classes_are_a_table_and_many_a_picture() -> None:
    """Up to twenty classes every count is there to read; above, a picture with words to it."""
    table, picture = view(figure(square(TABLE_CLASSES))), view(figure(square(TABLE_CLASSES + 1)))

    assert (len(table.rows), table.picture) == (TABLE_CLASSES, "")
    assert {len(row.cells) for row in table.rows} == {TABLE_CLASSES}
    assert picture.rows == ()
    assert picture.picture.startswith("data:image/png;base64,")
    assert "21 classes" in picture.picture_text


def test_cells_hold_the_counts_and_their_share_of_the_row() -> None:
    """Rows are labels; colours go by the share, rounded up so that no count is without colour."""
    shown = view(figure([[999, 1], [0, 0]]), "cat", "dog")
    (first, second) = shown.rows

    assert (shown.names, first.name, second.name) == (("cat", "dog"), "cat", "dog")
    assert [(cell.count, cell.strength, cell.right) for cell in first.cells] == [
        (999, 100, True), (1, 1, False),
    ]  # fmt: skip
    assert [(cell.count, cell.strength, cell.right) for cell in second.cells] == [
        (0, 0, False), (0, 0, True),
    ]  # fmt: skip


@pytest.mark.parametrize("images", [600, 1_000, 60_000])
def test_large_counts_have_their_share(images: int) -> None:
    """A hundred times a count does not fit the two bytes it is kept in; the colour is right all the same."""
    (first, _) = view(figure([[images // 2, images // 2], [0, 1]])).rows

    assert [cell.strength for cell in first.cells] == [50, 50]


def test_shares_of_few_classes_are_in_their_order() -> None:
    """Each class that has images is told, with its share as text."""
    shown = view(figure([*COUNTS[:2], [0, 0, 0]]), "a", "b", "c").classes

    assert [(item.name, item.share, item.text) for item in shown] == [
        ("a", 0.8, "80%"), ("b", 1.0, "100%"),
    ]  # fmt: skip


def test_of_many_classes_the_worst_and_the_best_are_told() -> None:
    """Eight from either end, from the worst to the best."""
    shown = view(figure(square(40))).classes

    assert [item.name for item in shown] == [str(n) for n in (*range(8), *range(32, 40))]
    assert len(shown) == 2 * LISTED


def test_pairs_are_the_most_frequent_first_and_none_is_empty() -> None:
    """Right predictions are no pairs, and neither is what never happened."""
    pairs = view(figure(COUNTS), "cat", "dog", "owl").pairs

    assert [(pair.name, pair.predicted, pair.count) for pair in pairs] == [
        ("owl", "dog", 3), ("cat", "dog", 2), ("owl", "cat", 1),
    ]  # fmt: skip
    assert view(figure(np.diag([5, 5]).tolist())).pairs == ()


def test_no_more_than_eight_pairs_are_told() -> None:
    """Many confusions are cut to the most frequent."""
    counts = np.arange(1, 26).reshape(5, 5)
    pairs = confused_pairs(counts, tuple("abcde"))

    assert [pair.count for pair in pairs] == [24, 23, 22, 21, 20, 18, 17, 16]
    assert counts[4, 4] == 25, "the counts themselves stay"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("aquarium_fish", "sweet_pepper"), ("aquarium fish", "sweet pepper")),
        ((), ("0", "1")),
        (("only one",), ("0", "1")),
    ],
)
def test_names_are_for_people(names: tuple[str, ...], shown: tuple[str, ...]) -> None:
    """Names have no underscores; where they are unknown or do not fit, classes are numbers."""
    assert readable_names(names, 2) == shown


def recorded(found: dict[int, Any]) -> tuple[Images, list[tuple[str, int]]]:
    calls: list[tuple[str, int]] = []

    def images(dataset: str, place: int) -> Any:
        calls.append((dataset, place))
        return found.get(place)

    return images, calls


def test_mistakes_are_shown_with_what_they_are_and_what_was_predicted() -> None:
    """In their order, each with its picture; those without a picture are left out."""
    images, calls = recorded({7: np.zeros((2, 2), np.uint8), 3: np.ones((2, 2, 3), np.uint8)})
    shown = figure(COUNTS, mistakes=[(7, 0, 1), (5, 2, 1), (3, 2, 0)])
    mistakes = view(shown, "sea_cat", "dog", "owl", images=images).mistakes

    assert [mistake.caption for mistake in mistakes] == [
        "sea cat, predicted as dog", "owl, predicted as sea cat",
    ]  # fmt: skip
    assert len({mistake.src for mistake in mistakes}) == 2
    assert calls == [("digits", 7), ("digits", 5), ("digits", 3)]


def test_without_images_there_are_no_mistakes() -> None:
    """A run that keeps no images has the matrix all the same."""
    shown = view(figure(COUNTS, mistakes=[(7, 0, 1)]))

    assert shown.mistakes == ()
    assert len(shown.rows) == 3


def test_texts_follow_the_language() -> None:
    """Captions and percents are in the language of the lab."""
    images, _ = recorded({0: np.zeros((2, 2), np.uint8)})
    shown = view(
        figure([[7, 1], [0, 1]], mistakes=[(0, 0, 1)]), "a", "b", images=images, language="fr"
    )

    assert shown.mistakes[0].caption == catalogue("fr")("figure.mistake", label="a", predicted="b")
    assert shown.classes[0].text == catalogue("fr").percent(0.875)
