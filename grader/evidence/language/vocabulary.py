"""Read a vocabulary: which index stands for which character or word, in the forms that students save it in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from grader.evidence.language.record import Level

#: Bytes of a vocabulary, and entries it may and must have.
MAX_BYTES = 8 << 20
MAX_TOKENS = 200_000
_LEAST = 4

#: What stands for what is not in the vocabulary, and for nothing.
_UNKNOWN = frozenset({"[unk]", "<unk>", "<oov>", "unk", "oov", "[oov]", "<unknown>"})
_PADDING = frozenset({"", "<pad>", "[pad]"})
_MARKS = frozenset({"<start>", "<end>", "<eos>", "<bos>", "<s>", "</s>", "[start]", "[end]"})

#: Share of the entries that are single characters in a vocabulary of characters.
_MOSTLY = 0.9

#: How deep lists and tables of a file may lie in each other.
_DEEPEST = 4


class VocabularyError(ValueError):
    """A file that holds no vocabulary; its text is a key of ``[why]``."""


@dataclass(frozen=True)
class Vocabulary:
    """Characters or words with their indices."""

    index: Mapping[str, int]
    """Of everything that stands for text."""
    unknown: int | None = None
    """The index of what the vocabulary lacks; None where there is none."""
    lowercase: bool = False
    """Whether the file says that text is brought to small letters."""
    filters: str | None = None
    """The characters that the file says are left out; None where it says nothing."""
    by_frequency: bool = False
    """Whether smaller indices stand for more frequent words, so that a model may know only the first of them."""

    @cached_property
    def level(self) -> Level:
        """Whether it is of characters or of words."""
        single = sum(len(token) == 1 for token in self.index)
        return "characters" if single >= _MOSTLY * len(self.index) else "words"

    @property
    def first(self) -> int:
        """The smallest index."""
        return min(self.index.values())

    @property
    def size(self) -> int:
        """One more than the largest index."""
        return max(*self.index.values(), self.unknown or 0) + 1

    def up_to(self, size: int) -> Vocabulary:
        """The part of it whose indices are below `size`."""
        index = {token: place for token, place in self.index.items() if place < size}
        unknown = self.unknown if self.unknown is not None and self.unknown < size else None
        return Vocabulary(index, unknown, self.lowercase, self.filters, self.by_frequency)


def read_vocabulary(data: bytes) -> Vocabulary:
    """The vocabulary in a JSON file.

    It may be a table of tokens to indices or of indices to tokens, a list of tokens, several of these under names, or
    what `to_json` of a Keras tokenizer gives, be it packed as a text in JSON once more.

    Raises:
        VocabularyError: It holds none; the text is a key of ``[why]``.
    """
    if len(data) > MAX_BYTES:
        raise VocabularyError("vocabulary-large")
    try:
        content = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
        if isinstance(content, str):
            content = msgspec.json.decode(content)
    except (ValueError, RecursionError):
        raise VocabularyError("vocabulary-no-json") from None
    if isinstance(content, dict) and content.get("class_name") in (
        "Sequential",
        "Functional",
        "Model",
    ):
        raise VocabularyError("vocabulary-model")
    settings = _tokenizer(content)
    found = next(_tables(settings if settings is not None else content, 0), None)
    if found is None:
        raise VocabularyError("vocabulary-other")
    return _vocabulary(found, settings or {})


def _tokenizer(content: Any) -> dict[str, Any] | None:
    """The settings of a Keras tokenizer, whose own tables are texts in JSON; None where it is none."""
    settings = content.get("config") if isinstance(content, dict) else None
    if not isinstance(settings, dict) or "word_index" not in settings:
        return None
    table = settings["word_index"]
    if isinstance(table, str):
        try:
            table = msgspec.json.decode(table)
        except (ValueError, RecursionError):
            raise VocabularyError("vocabulary-no-json") from None
    named = ("char_level", "lower", "filters", "num_words", "oov_token")
    return {"word_index": table, **{name: settings.get(name) for name in named}}


def _tables(content: Any, depth: int) -> Iterator[dict[str, int]]:
    """The tables of tokens to indices in a file, the first first."""
    if depth > _DEEPEST:
        return
    table = _as_table(content)
    if table is not None:
        yield table
    elif isinstance(content, dict):
        for inner in content.values():
            if isinstance(inner, dict | list):
                yield from _tables(inner, depth + 1)


def _as_table(content: Any) -> dict[str, int] | None:
    """Tokens to indices; None where it is no such table."""
    if isinstance(content, list):
        pairs = list(enumerate(content))
    elif isinstance(content, dict):
        tokens = [(_index(value), key) for key, value in content.items()]
        if None in (place for place, _ in tokens) or not tokens:
            tokens = [(_index(key), value) for key, value in content.items()]
        pairs = [(place, token) for place, token in tokens if place is not None]
        if len(pairs) < len(content):
            return None
    else:
        return None
    if len(pairs) < _LEAST or not all(isinstance(token, str) for _, token in pairs):
        return None
    if len(pairs) > MAX_TOKENS:
        raise VocabularyError("vocabulary-large")
    if max(Counter(place for place, _ in pairs).values()) > 1:
        raise VocabularyError("vocabulary-ambiguous")
    return {token: place for place, token in reversed(pairs)}


def _index(value: Any) -> int | None:
    """A whole number from 0, be it written as text; None for anything else."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value) if 0 <= value < 10 * MAX_TOKENS else None


def _vocabulary(table: dict[str, int], settings: Mapping[str, Any]) -> Vocabulary:
    oov = settings.get("oov_token")
    unknown = None
    index: dict[str, int] = {}
    for token, place in table.items():
        name = token.casefold()
        if name in _UNKNOWN or (oov and token == oov):
            unknown = place
        elif name not in _PADDING and name not in _MARKS:
            index[token] = place
    if len(index) < _LEAST:
        raise VocabularyError("vocabulary-other")
    filters = settings.get("filters")
    first = min(table, key=lambda token: table[token])
    vocabulary = Vocabulary(
        index=dict(sorted(index.items(), key=lambda pair: pair[1])),
        unknown=unknown,
        lowercase=bool(settings.get("lower")),
        filters=filters if isinstance(filters, str) and not settings.get("char_level") else None,
        by_frequency=bool(settings) or first in _PADDING,
    )
    words = settings.get("num_words")
    if isinstance(words, int) and not isinstance(words, bool) and words > 1:
        limited = vocabulary.up_to(words)
        if len(limited.index) >= _LEAST:
            return limited
    return vocabulary
