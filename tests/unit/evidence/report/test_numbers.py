"""Numbers of a text as reports write them."""

from __future__ import annotations

import pytest

from grader.evidence.report.probe.numbers import numbers_in
from grader.evidence.report.record import Place


def found(text: str) -> list[tuple[float, str]]:
    return [(number.value, number.unit) for number in numbers_in(text, Place())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.98", [(0.98, "")]),
        ("98 %", [(98.0, "%")]),
        ("97,25%", [(97.25, "%")]),
        ("95\\%", [(95.0, "%")]),
        ("98 procent, 97 percent", [(98.0, "%"), (97.0, "%")]),
        ("1e-3 and 2.5E-05", [(1e-3, ""), (2.5e-5, "")]),
        ("10^-3, 10^{-4}, 10⁻⁵ and 10−6", [(1e-3, ""), (1e-4, ""), (1e-5, ""), (1e-6, "")]),
        ("5×10⁻³ and 3 \\cdot 10^{2}", [(5e-3, ""), (300.0, "")]),
        ("60,000 images, 60 000 bilder", [(60000.0, "images"), (60000.0, "bilder")]),
        ("1,234.5 and 1.000.000", [(1234.5, ""), (1e6, "")]),
        ("0,985 and 98,123 %", [(0.985, ""), (98.123, "%")]),
        ("−0.5 and -0.3", [(-0.5, ""), (-0.3, "")]),
        ("3-5 layers", [(3.0, ""), (5.0, "")]),
        ("5ms, 12 s, 3.2 MB, 40 epochs", [(5.0, "ms"), (12.0, "s"), (3.2, "MB"), (40.0, "epochs")]),
        ("It was 0.98.", [(0.98, "")]),
        ("val_acc=0.97", [(0.97, "")]),
        ("28×28", [(28.0, ""), (28.0, "")]),
    ],
)
def test_numbers_are_read(text: str, expected: list[tuple[float, str]]) -> None:
    """With decimal commas, marks between thousands, powers of ten and units."""
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "CIFAR-10, conv2d, mnist_784 and ResNet-50",
        "Keras 3.8.1 and v2.10.0",
        "on 2024-03-08, March 8, 2023, 8 mars 2023, 08/03/2023 at 12:30",
        "shape (60000,28,28) or (28,28)",
        "1e999",
    ],
)
def test_names_versions_dates_and_shapes_are_no_numbers(text: str) -> None:
    """They look like some."""
    assert found(text) == []


def test_the_words_around_a_number_are_kept() -> None:
    """60 characters before and after, the unit apart."""
    text = f"{'a' * 80} the accuracy is 97,25 % on {'b' * 80}"
    (number,) = numbers_in(text, Place(page=3))

    assert number.before.endswith("a the accuracy is")
    assert number.after.startswith("on bbb")
    assert max(len(number.before), len(number.after)) <= 60
    assert (number.text, number.place.page) == ("97,25", 3)
