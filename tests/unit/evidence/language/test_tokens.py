"""Texts: read, and made into the tokens of a vocabulary."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader.evidence.language.corpus import MAX_BYTES, held_out_from, read_corpus
from grader.evidence.language.tokens import ABSENT, make_tokens
from grader.evidence.language.vocabulary import Vocabulary, VocabularyError
from grader.messages import catalogue, failure_text
from grader.records.evidence import Failure
from tests.factory_language import vocabulary_of

STORY = "The rain fell in torrents, and the wind swept up the streets.\n" * 60


def words(*known: str, **more: object) -> Vocabulary:
    index = {word: place for place, word in enumerate(known, 1)}
    return Vocabulary(index, **more)  # type: ignore[arg-type]


def test_line_ends_and_marks_are_those_of_python(tmp_path: Path) -> None:
    """A text with a byte order mark and the line ends of Windows is read as `open` reads it."""
    path = tmp_path / "corpus.txt"
    path.write_bytes(b"\xef\xbb\xbf" + STORY.replace("\n", "\r\n").encode())

    found = read_corpus(path, "corpus.txt", ["notes.txt"])

    assert not isinstance(found, Failure)
    text, corpus = found
    assert text == STORY
    assert (corpus.characters, corpus.lines, corpus.words) == (len(STORY), 60, 720)
    assert corpus.others == ("notes.txt",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (STORY.replace("rain", "Schnée").encode("latin-1"), "corpus-not-utf-8"),
        (b"x" * (MAX_BYTES + 1), "corpus-large"),
        (b"Too short to say anything.", "corpus-short"),
        (b"a" * 10_000, "corpus-short"),
    ],
)
def test_what_is_no_corpus_is_explained(tmp_path: Path, content: bytes, reason: str) -> None:
    """Whoever handed it in reads in both languages what is wrong and what to do."""
    path = tmp_path / "corpus.txt"
    path.write_bytes(content)

    failure = read_corpus(path, "corpus.txt")

    assert isinstance(failure, Failure)
    assert failure.reason == reason
    for language in ("en", "fr"):
        said = failure_text(failure, catalogue(language))
        assert "corpus.txt" in said.message
        assert said.advice


def test_utf_16_with_its_mark_is_read(tmp_path: Path) -> None:
    """Editors of Windows save such texts."""
    path = tmp_path / "corpus.txt"
    path.write_bytes(STORY.encode("utf-16"))

    found = read_corpus(path, "corpus.txt")

    assert not isinstance(found, Failure)
    assert found[0] == STORY


def test_the_last_tenth_is_held_out() -> None:
    """Tokens before the end and those of it are the text, cut where its last tenth begins."""
    tokens = make_tokens(STORY, vocabulary_of(STORY))

    assert tokens.text == STORY
    assert tokens.cut == tokens.held_out == held_out_from(STORY)
    assert tokens.lengths.sum() == len(STORY)
    assert not tokens.absent.any()


def test_a_vocabulary_of_small_letters_makes_letters_small() -> None:
    """Such a model was trained on text in small letters, and so are the baselines."""
    tokens = make_tokens(STORY, vocabulary_of(STORY.lower()))

    assert tokens.preparation.lowercase
    assert tokens.preparation.dropped == 0
    assert tokens.text == STORY.lower()


def test_characters_that_the_vocabulary_lacks_are_left_out() -> None:
    """They are so for all, line ends become spaces, and the share is known."""
    tokens = make_tokens(STORY, vocabulary_of(STORY.replace(",", "").replace("\n", " ")))

    assert tokens.text == STORY.replace(",", "").replace("\n", " ")
    assert tokens.preparation.dropped == pytest.approx(1 / 62, abs=1e-5)


@pytest.mark.parametrize(
    "vocabulary", [vocabulary_of("0123456789"), words("le", "la", "les", "un")]
)
def test_the_vocabulary_of_another_text_is_refused(vocabulary: Vocabulary) -> None:
    """Nothing is measured where most of the text is not in it."""
    with pytest.raises(VocabularyError, match="vocabulary-of-another-text"):
        make_tokens(STORY, vocabulary)


@pytest.mark.parametrize(
    ("text", "known", "rule"),
    [
        ("the rain, it fell.\n", ("the", "rain", "it", "fell"), "keras-tokenizer"),
        ("it isn't far\n", ("it", "isnt", "far", "off"), "stripped"),
        ("it isn't far.\n", ("it", "isn't", "far.", "off"), "spaces"),
        ("so far, so good.\n", ("so", "far", ",", "good", "."), "punctuation-apart"),
        ("it isn't, is it?\n", ("it", "isn't", ",", "is", "?"), "apostrophes-kept"),
    ],
)
def test_words_are_split_as_the_vocabulary_has_them(
    text: str, known: tuple[str, ...], rule: str
) -> None:
    """Of several ways to split, the one that leaves least unknown is taken."""
    tokens = make_tokens(text * 200, words(*known))

    assert tokens.preparation.rule == rule
    assert not tokens.absent.any()


def test_words_have_their_space_and_their_line() -> None:
    """Every word counts for its letters and a space, and knows where its line begins."""
    tokens = make_tokens("the rain fell\nthe wind\n" * 100, words("the", "rain", "fell", "wind"))

    assert tokens.text.startswith("the rain fell the wind the ")
    assert tokens.lengths[:5].tolist() == [4, 5, 5, 4, 5]
    assert tokens.line_starts[:7].tolist() == [0, 0, 0, 3, 3, 5, 5]


def test_unknown_words_have_the_index_for_them_or_none() -> None:
    """A vocabulary with an entry for unknown words says it; without one they are absent."""
    text = "the rain fell on the sea\n" * 100
    known = ("the", "rain", "fell", "on")
    with_entry = make_tokens(text, words(*known, unknown=9))
    without = make_tokens(text, words(*known))

    assert with_entry.codes[5] == 9
    assert without.codes[5] == ABSENT
    assert np.array_equal(with_entry.absent, without.absent)
    assert with_entry.preparation.unknown == pytest.approx(1 / 6, abs=0.01)
