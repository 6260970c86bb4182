"""How students write layers, units and sizes."""

from __future__ import annotations

import pytest

from grader.checks import DescribedModel
from grader.checks.described.aspects import Aspect, in_words
from grader.checks.described.words import layer_counts, products, unit_counts
from grader.checks.text.prose import Sentence
from grader.records.message import Name

MODEL = DescribedModel(
    units=(64, 64, 10),
    activations=("relu", "relu", "softmax"),
    parameters=55_050,
    image=(28, 28),
    loss="categorical_crossentropy",
)


@pytest.mark.parametrize(
    ("text", "total", "hidden", "dense"),
    [
        ("There are 3 layers, two of them hidden", {3}, set(), set()),
        ("It has one input, two hidden and one output layer.", {4}, {2}, set()),
        ("An input layer, two hidden layers and an output layer", {4}, {2}, set()),
        ("two hidden layers and the output layer", {3}, {2}, set()),
        ("one input layer", set(), set(), set()),
        ("The model has 3 fully connected layers.", set(), set(), {3}),
        ("three dense layers", set(), set(), {3}),
        ("two fully connected hidden layers", set(), {2}, set()),
        ("a hidden layer of 64 neurons", set(), set(), set()),
        ("a three-layer network", {3}, set(), set()),
        ("quatre couches", {4}, set(), set()),
    ],
)
def test_layers_are_counted_as_they_are_written(
    text: str, total: set[int], hidden: set[int], dense: set[int]
) -> None:
    """In digits or words, together or by their roles."""
    found = layer_counts(text)

    assert (found.total, found.hidden, found.dense) == (total, hidden, dense)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("The layers have 64/64/10 units", {64, 10}),
        ("784 → 64 → 64 → 10", {784, 64, 10}),
        ("the output layer has ten neurons", {10}),
        ("one neuron", {1}),
        ("one of them is bigger", set()),
        ("98 % after 10 epochs", set()),
    ],
)
def test_units_are_counted_as_they_are_written(text: str, counts: set[int]) -> None:
    """One layer after the other, or in words; shares and epochs are no units."""
    assert unit_counts(text) == counts


@pytest.mark.parametrize(
    "text",
    ["28x28", "28 × 28", "(28, 28, 1)", "(None, 28, 28)", "28 pixels by 28 pixels", "[28,28]"],
)
def test_sizes_of_images_are_read_as_they_are_written(text: str) -> None:
    """As a product or as a shape."""
    assert (28, 28) in products(text)


@pytest.mark.parametrize(
    ("aspect", "text"),
    [
        ("layers", "It has one input, two hidden and one output layer."),
        ("layers", "The network has 3 fully connected layers."),
        ("neurons", "The layers have 64/64/10 neurons."),
        ("neurons", "Two hidden layers with 64 neurons each, and ten neurons at the output."),
        (
            "sizes",
            "The input has shape (28, 28, 1), the output one value for each of the ten digits.",
        ),
        ("activations", "Rectified linear units, and softmax at the end."),
    ],
)
def test_right_descriptions_are_understood(aspect: Aspect, text: str) -> None:
    """However they are put."""
    said = in_words(aspect, [Sentence(text, Name(text="lab.ipynb"))], [MODEL])

    assert said is not None
    assert said.is_right


@pytest.mark.parametrize(
    ("aspect", "text"),
    [
        ("layers", "The network has five fully connected layers."),
        ("layers", "One input, one hidden and no other layer."),
        ("neurons", "The layers have 64/32/10 neurons."),
    ],
)
def test_wrong_descriptions_stay_wrong(aspect: Aspect, text: str) -> None:
    """More forms are read, and not everything fits."""
    said = in_words(aspect, [Sentence(text, Name(text="lab.ipynb"))], [MODEL])

    assert said is None or not said.is_right
