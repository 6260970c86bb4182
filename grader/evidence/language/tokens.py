"""Make tokens of a text: the characters or words of a vocabulary, each with the characters it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.evidence.language.corpus import HELD_OUT, held_out_from
from grader.evidence.language.record import Preparation
from grader.evidence.language.vocabulary import Vocabulary, VocabularyError

#: The index of what the vocabulary lacks, where it has none for that.
ABSENT = -1

#: Of characters that the vocabulary lacks, the share beyond which it is that of another text; likewise of words.
_MOST_DROPPED, _MOST_UNKNOWN = 0.3, 0.6

#: What a Keras tokenizer leaves out, and what `TextVectorization` does.
_KERAS_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
_STRIPPED = re.compile(r"[!\"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']")

#: Words of the training text that rules are compared on.
_COMPARED = 200_000


@dataclass(frozen=True)
class Tokens:
    """A text as tokens."""

    text: str
    """The text that the tokens stand for, which baselines see as well."""
    codes: NDArray[np.int64]
    """The index of each token; `ABSENT` where the vocabulary has none."""
    ends: NDArray[np.int64]
    """Where each token's characters end in `text`; a word's space counts for it."""
    line_starts: NDArray[np.int64]
    """For each token the place of the first token of its line."""
    held_out: int
    """The first token of the held-out end."""
    absent: NDArray[np.bool_]
    """Which tokens the vocabulary lacks."""
    preparation: Preparation

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Characters of each token."""
        return np.diff(self.ends, prepend=0)

    @property
    def cut(self) -> int:
        """Where in `text` the held-out end begins."""
        return int(self.ends[self.held_out - 1])


def make_tokens(text: str, vocabulary: Vocabulary) -> Tokens:
    """The tokens of a text, by the rule under which the vocabulary covers most of it.

    Raises:
        VocabularyError: It is that of another text.
    """
    if vocabulary.level == "characters":
        return _characters(text, vocabulary)
    return _words(text, vocabulary)


def _characters(text: str, vocabulary: Vocabulary) -> Tokens:
    lowercase = vocabulary.lowercase or not any(
        token != token.lower() for token in vocabulary.index
    )
    if lowercase:
        # Letters whose small form has two characters stay as they are, so that the text keeps its length.
        text = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    if "\n" not in vocabulary.index and " " in vocabulary.index:
        text = text.replace("\n", " ")
    cut = held_out_from(text)
    present = {letter for letter in set(text) if letter in vocabulary.index}
    kept = "".join(letter for letter in text if letter in present)
    held_out = sum(letter in present for letter in text[:cut])
    dropped = 1 - len(kept) / len(text)
    if dropped > _MOST_DROPPED or not 10 < held_out < len(kept):
        raise VocabularyError("vocabulary-of-another-text")
    codes = np.fromiter((vocabulary.index[letter] for letter in kept), np.int64, len(kept))
    return Tokens(
        text=kept,
        codes=codes,
        ends=np.arange(1, len(kept) + 1),
        line_starts=np.zeros(len(kept), np.int64),
        held_out=held_out,
        absent=np.zeros(len(kept), np.bool_),
        preparation=Preparation(
            level="characters", rule="characters", lowercase=lowercase, dropped=round(dropped, 6)
        ),
    )


def _split_lines(words_of: Callable[[str], Sequence[str]], text: str) -> list[list[str]]:
    return [words for line in text.split("\n") if (words := list(words_of(line)))]


def _rules(vocabulary: Vocabulary) -> dict[str, Callable[[str], Sequence[str]]]:
    """How a line may be split into words."""
    filters = _KERAS_FILTERS if vocabulary.filters is None else vocabulary.filters
    table = str.maketrans(dict.fromkeys(filters, " "))
    given = {"keras-tokenizer": lambda line: line.translate(table).split()}
    if vocabulary.filters is not None:
        return given
    return {
        **given,
        "stripped": lambda line: _STRIPPED.sub("", line).split(),
        "spaces": str.split,
        "punctuation-apart": lambda line: re.findall(r"\w+|[^\w\s]", line),
        "apostrophes-kept": lambda line: re.findall(r"[\w']+|[^\w\s]", line),
    }


def _words(text: str, vocabulary: Vocabulary) -> Tokens:
    lowercase = vocabulary.lowercase or not any(
        token != token.lower() for token in vocabulary.index
    )
    text = text.lower() if lowercase else text
    sample = text[: held_out_from(text)][-_COMPARED * 6 :]
    rules = _rules(vocabulary)

    def misfit(name: str) -> tuple[float, int]:
        """The share of words that the vocabulary lacks, in percent, and how many of its own do not occur."""
        words = [word for line in _split_lines(rules[name], sample) for word in line]
        absent = sum(word not in vocabulary.index for word in words)
        unused = len(vocabulary.index.keys() - set(words))
        return round(absent / len(words), 2) if words else 1.0, unused

    rule = min(rules, key=misfit)
    lines = _split_lines(rules[rule], text)
    words = [word for line in lines for word in line]
    if len(words) < 200 or misfit(rule)[0] > _MOST_UNKNOWN:
        raise VocabularyError("vocabulary-of-another-text")
    held_out = len(words) - int(len(words) * HELD_OUT)
    unknown = ABSENT if vocabulary.unknown is None else vocabulary.unknown
    codes = np.array([vocabulary.index.get(word, unknown) for word in words], np.int64)
    absent = np.array([word not in vocabulary.index for word in words])
    sizes = [len(line) for line in lines]
    starts = np.repeat(np.cumsum([0, *sizes[:-1]]), sizes)
    return Tokens(
        text=" ".join(words) + " ",
        codes=codes,
        ends=np.cumsum([len(word) + 1 for word in words]),
        line_starts=starts,
        held_out=held_out,
        absent=absent,
        preparation=Preparation(
            level="words",
            rule=rule,
            lowercase=lowercase,
            unknown=round(float(absent[held_out:].mean()), 6),
        ),
    )
