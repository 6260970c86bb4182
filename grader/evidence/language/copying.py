"""How much of a text stands word for word in another one."""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = re.compile(r"[^\W\d_]+")


def longest_run(passage: str, text: str) -> int:
    """Characters of the longest run of a passage that stands in a text."""
    longest = 0
    for start in range(len(passage)):
        while start + longest < len(passage) and passage[start : start + longest + 1] in text:
            longest += 1
    return longest


def words_in(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return _WORD.findall(text.lower())


def known_share(passage: str, words: Collection[str]) -> float:
    """Share of the words of a passage that are among some words; the first and the last, which may be cut, left out."""
    found = words_in(passage)[1:-1]
    return sum(word in words for word in found) / len(found) if found else 0.0


def usual_run(text: str, cut: int, length: int, places: int = 8) -> int:
    """The longest run of the text before `cut` in any of some passages of that length behind it."""
    end = max(cut, len(text) - length)
    starts = sorted({cut + (end - cut) * place // max(places - 1, 1) for place in range(places)})
    before = text[:cut]
    return max(longest_run(text[start : start + length], before) for start in starts)
