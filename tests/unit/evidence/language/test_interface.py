"""In which ways a model may take a text, by its shapes and its vocabulary."""

from __future__ import annotations

import msgspec
import pytest

from grader.evidence.language.interface import (
    candidate_interfaces,
    fit_vocabulary,
    read_shapes,
)
from grader.evidence.language.vocabulary import Vocabulary
from grader.evidence.models.record import Port
from grader.messages import catalogue, failure_text
from grader.records.evidence import Failure
from tests.factories import layer, model
from tests.factory_language import shapes, vocabulary_of

LETTERS = vocabulary_of("abcdefghij")
WORDS = Vocabulary({f"word{place}": place for place in range(1, 50)}, by_frequency=True)


def opened(taken: tuple[int | None, ...], given: tuple[int | None, ...], *kinds: str):
    layers = [layer(kind) for kind in kinds]
    ports = {"inputs": (Port(name="x", shape=taken),), "outputs": (Port(name="y", shape=given),)}
    return msgspec.structs.replace(model(*layers), **ports)


@pytest.mark.parametrize(
    ("taken", "given", "kinds", "ways", "mode", "window"),
    [
        ((None, 40, 10), (None, 10), ("LSTM",), ["one-hot"], "windows", 40),
        ((None, None, 10), (None, 10), ("LSTM",), ["one-hot"], "windows", 100),
        ((None, 100, 1), (None, 10), ("LSTM",), ["scaled"] * 3, "windows", 100),
        ((None, 40), (None, 10), ("Embedding", "LSTM"), ["integers"], "windows", 40),
        ((None, None), (None, None, 10), ("Embedding", "GRU"), ["integers"], "steps", 200),
        ((None, 60), (None, 60, 10), ("Embedding", "GRU"), ["integers"], "steps", 60),
    ],
)
def test_ways_follow_from_shapes(taken, given, kinds, ways, mode, window) -> None:
    """The input says how a text is given, the output which predictions there are."""
    found = read_shapes(opened(taken, given, *kinds), stateful=False)
    assert not isinstance(found, Failure)

    interfaces = candidate_interfaces(found, LETTERS, 0)

    assert [item.encoding for item in interfaces] == ways
    assert {(item.mode, item.window) for item in interfaces} == {(mode, window)}


def test_indices_may_be_divided_by_several_numbers() -> None:
    """By the size of the vocabulary first, by the largest index, or by nothing."""
    found = candidate_interfaces(shapes(10, has_embedding=False), LETTERS, 0)

    assert [item.scale for item in found] == [10, 9, 1]


def test_a_model_that_remembers_is_given_pieces() -> None:
    """Long ones where it predicts at every step, single ones where it does not."""
    every = shapes(10, window=None, rows=1, stateful=True, every_step=True)
    last = shapes(10, window=None, rows=1, stateful=True)

    assert [item.window for item in candidate_interfaces(every, LETTERS, 0)] == [200]
    assert [item.window for item in candidate_interfaces(last, LETTERS, 0)] == [1]


def test_words_may_stand_behind_zeros() -> None:
    """Models of words are tried with running text and with the words of a line."""
    found = candidate_interfaces(shapes(50), WORDS, 0)

    assert [item.context for item in found] == ["running", "line"]


@pytest.mark.parametrize(
    ("width", "vocabulary", "size", "shift"),
    [
        (10, LETTERS, 10, 0),
        (12, LETTERS, 10, 0),
        (20, WORDS, 19, 0),
        (9, Vocabulary({letter: place for place, letter in enumerate("abcdefghi", 1)}), 9, -1),
    ],
)
def test_vocabularies_are_brought_to_models(width, vocabulary, size, shift) -> None:
    """Spare outputs do no harm, rare words may have none, and indices from 1 may lack the one for 0."""
    fitted = fit_vocabulary(shapes(width), vocabulary, "text.h5")

    assert not isinstance(fitted, Failure)
    assert (len(fitted[0].index), fitted[1]) == (size, shift)


@pytest.mark.parametrize(
    "broken",
    [
        read_shapes(opened((None, 28, 28, 1), (None, 10), "Conv2D"), stateful=False),
        read_shapes(opened((None, 40), (None, 1), "Embedding"), stateful=False),
        read_shapes(
            msgspec.structs.replace(opened((None, 40), (None, 10)), outputs=()), stateful=False
        ),
        fit_vocabulary(shapes(8), LETTERS, "text.h5"),
        fit_vocabulary(shapes(10, features=7), LETTERS, "text.h5"),
    ],
)
def test_what_is_no_model_of_the_vocabulary_is_explained(broken: object) -> None:
    """In both languages, with the file and what to do."""
    assert isinstance(broken, Failure)
    assert broken.reason == "bad-output"
    for language in ("en", "fr"):
        said = failure_text(msgspec.structs.replace(broken, kind="language"), catalogue(language))
        assert broken.values["file"].text in said.message
        assert "softmax" in said.advice
