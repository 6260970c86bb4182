"""Vocabularies, in the forms in which students save them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.language.vocabulary import MAX_BYTES, VocabularyError, read_vocabulary

LETTERS = {"\n": 0, " ": 1, "a": 2, "b": 3, "c": 4}


def read(content: object) -> dict[str, int]:
    return dict(read_vocabulary(json.dumps(content).encode()).index)


@pytest.mark.parametrize(
    "content",
    [
        LETTERS,
        {place: letter for letter, place in LETTERS.items()},
        list(LETTERS),
        {"char_to_int": LETTERS, "window": 40},
        {"window": 40, "idx2char": list(LETTERS)},
        {letter: float(place) for letter, place in LETTERS.items()},
        {letter: str(place) for letter, place in LETTERS.items()},
        json.dumps(LETTERS),
    ],
)
def test_one_vocabulary_in_several_forms(content: object) -> None:
    """Tables in both directions, lists, tables under names, and JSON in JSON give the same indices."""
    assert read(content) == LETTERS


def test_characters_that_are_digits_are_no_indices() -> None:
    """A table of digits to numbers is read from its values, which are the indices."""
    assert read({"0": 3, "1": 2, "2": 1, "3": 0}) == {"3": 0, "2": 1, "1": 2, "0": 3}


def test_text_vectorization_has_indices_for_nothing_and_for_the_unknown() -> None:
    """The list that `get_vocabulary` gives begins with two entries that stand for no word."""
    found = read_vocabulary(json.dumps(["", "[UNK]", "the", "of", "and", "storm"]).encode())

    assert dict(found.index) == {"the": 2, "of": 3, "and": 4, "storm": 5}
    assert found.unknown == 1
    assert found.by_frequency
    assert found.level == "words"


def tokenizer(**more: object) -> bytes:
    index = json.dumps({"<UNK>": 1, "the": 2, "of": 3, "and": 4, "storm": 5, "night": 6})
    settings = {"num_words": None, "filters": "!.,", "lower": True, "oov_token": "<UNK>"}
    described = {"class_name": "Tokenizer", "config": settings | {"word_index": index} | more}
    return json.dumps(json.dumps(described)).encode()


def test_a_keras_tokenizer_says_how_it_splits() -> None:
    """`to_json`, packed in JSON once more, gives words, filters and the index of unknown words."""
    found = read_vocabulary(tokenizer())

    assert found.index["night"] == 6
    assert (found.unknown, found.lowercase, found.filters) == (1, True, "!.,")


def test_a_keras_tokenizer_knows_only_so_many_words() -> None:
    """Words whose index `num_words` excludes are unknown."""
    assert dict(read_vocabulary(tokenizer(num_words=6)).index) == {
        "the": 2,
        "of": 3,
        "and": 4,
        "storm": 5,
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x80\x04 no json", "vocabulary-no-json"),
        (b"[" * 100_000, "vocabulary-no-json"),
        (b"3", "vocabulary-other"),
        (b'{"loss": [1.5, 1.2], "val_loss": [1.6, 1.4]}', "vocabulary-other"),
        (b'{"a": 0, "b": -1, "c": 2, "d": 3}', "vocabulary-other"),
        (b'{"a": 0, "b": 1e400, "c": 2, "d": 3}', "vocabulary-no-json"),
        (b'{"a": 0, "b": 1, "c": 1, "d": 2}', "vocabulary-ambiguous"),
        (b'["", "[UNK]", "a", "b", "c"]', "vocabulary-other"),
        (b'{"class_name": "Sequential", "config": {"layers": []}}', "vocabulary-model"),
        (b" " * (MAX_BYTES + 1), "vocabulary-large"),
    ],
)
def test_what_is_no_vocabulary_is_refused(content: bytes, why: str) -> None:
    """The reason is one of the catalogue's."""
    with pytest.raises(VocabularyError, match=f"^{why}$"):
        read_vocabulary(content)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=20,
    )
)
def test_any_json_is_a_vocabulary_or_refused(content: object) -> None:
    """No file makes reading fail in another way, and indices are small whole numbers."""
    try:
        found = read_vocabulary(json.dumps(content).encode())
    except VocabularyError:
        return
    assert all(0 <= place < 2_000_000 for place in found.index.values())
    assert len(set(found.index.values())) == len(found.index)
