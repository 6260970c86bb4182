"""How else a name, a number or an address may be written by those who name files after people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

#: Letters of which Unicode does not know the plain one.
_PLAIN = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
})  # fmt: skip
#: Letters that are written as two where a keyboard lacks them.
_AS_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def spellings(texts: Iterable[str]) -> list[str]:
    """The texts, then what else people write for each; each once.

    Letters with strokes as plain ones (``Łukasz``, ``Søren``), umlauts as two letters (``Joerg``), numbers without the
    zeros that spreadsheets take away, and of an address what stands before the @.
    """
    given = tuple(texts)
    return list(dict.fromkeys([*given, *(other for text in given for other in _others(text))]))


def _others(text: str) -> Iterable[str]:
    login, at, _ = text.partition("@")
    if at and login:
        yield login
    digits = text.strip()
    if digits.isdecimal() and digits.isascii():
        yield digits.lstrip("0") or text
    letters = unicodedata.normalize("NFC", text).casefold()
    for table in (_PLAIN, _AS_TWO):
        changed = letters.translate(table)
        if changed != letters:
            yield changed.translate(_PLAIN)
