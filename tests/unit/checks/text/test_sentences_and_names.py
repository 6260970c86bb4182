"""Sentences, and names of functions and optimizers in them."""

from __future__ import annotations

import pytest

from grader.checks.text.names import activations_in, optimizers_in, with_digits
from grader.checks.text.sentences import sentences_and_lists, sentences_in


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two", ["One.", "Two"]),
        ("single neuron: 0.2; hidden layer: 0.1", ["single neuron: 0.2;", "hidden layer: 0.1"]),
        ("a broken\nline", ["a broken line"]),
        ("a hyphen-\nated word", ["a hyphenated word"]),
        ("layers, e.g. 64 units", ["layers, e.g. 64 units"]),
        ("list:\n1.\n784\n2.\n64", ["list:", "784", "64"]),
        ("list:\n- one\n- two", ["list:", "- one", "- two"]),
    ],
)
def test_sentences_end_at_marks_and_items(text: str, sentences: list[str]) -> None:
    """Lines join, and abbreviations end nothing."""
    assert list(sentences_in(text)) == sentences


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Rectified linear units (ReLU)", ["relu"]),
        ("leaky ReLU", ["leaky_relu"]),
        ("linear, then tangente hyperbolique", ["linear", "tanh"]),
        ("a non-linear function", []),
        ("logistic regression", []),
    ],
)
def test_activations_are_found_under_their_names(text: str, names: list[str]) -> None:
    """Those of Keras, whatever the language."""
    assert activations_in(text) == names


def test_optimizers_and_numerals_are_found() -> None:
    """`one` may be no number."""
    assert optimizers_in("AdamW, RMS prop, Adam") == ["AdamW", "RMSprop", "Adam"]
    assert with_digits("ten of one") == "10 of one"


def test_a_list_is_one_with_the_words_that_lead_to_it() -> None:
    """The items alone do not say what they count."""
    text = "The neurons of each layer are:\n1.\n784\n2.\n64\n\nNext."

    assert list(sentences_and_lists(text)) == [
        "The neurons of each layer are: 784; 64",
        "The neurons of each layer are:",
        "784",
        "64",
        "Next.",
    ]
