"""Names and ids as they are compared, however they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from grader.people.spellings import spellings
from grader.records.submission import Identity, Student

_NO_WORD = re.compile(r"[\W_]+")
#: What systems add to the name of a second copy: ``van der Test (2)``.
_COPY = re.compile(r"\s*\(\d+\)$")


def plain_words(text: str) -> list[str]:
    """The words of a text as people compare them: without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NO_WORD.sub(" ", plain).split()


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that say anything, each once, in their order."""
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


def all_known(student: Student, identity: Identity, *ids: str) -> Identity:
    """All that is known of a student; ids are names as well, since folders and logins are often called so.

    Args:
        student: As the course knows them. An id that was made of a name is a name, and no id.
        identity: What else says who it is.
        ids: Further ids.
    """
    made = _joined(student.id) in map(_joined, identity.names)
    own = () if made and student.id not in identity.ids else (student.id,)
    return Identity(
        ids=distinct([*own, student.email, *ids, *identity.ids]),
        names=distinct([student.name, *identity.names, *identity.ids, student.id, student.email]),
    )


def id_keys(identity: Identity) -> set[str]:
    """Ids whatever their case and Unicode form, without blanks around them."""
    ids = (unicodedata.normalize("NFC", text).strip().casefold() for text in identity.ids)
    return set(ids) - {""}


def plain_id_keys(identity: Identity) -> set[str]:
    """Ids as letters and digits alone."""
    return set(map(_joined, identity.ids)) - {""}


def name_keys(identity: Identity) -> set[str]:
    """The words of a name in order, and run together either way as Canvas writes them."""
    keys: set[str] = set()
    for words in spelled_words(identity):
        keys |= {" ".join(sorted(words)), "".join(words), "".join([*words[1:], *words[:1]])}
        keys.add("".join([*words[-1:], *words[:-1]]))
    return keys


def spelled_words(identity: Identity) -> list[list[str]]:
    """The words of each name in all spellings.

    E-mail addresses are none, since further words there make them another person's; what stands before the @ is one.
    """
    return _words_of_names(spellings(identity.names))


def given_words(identity: Identity) -> list[list[str]]:
    """Likewise, of the names that are none of the ids: folders are often called by those."""
    ids = plain_id_keys(identity)
    names = [name for name in identity.names if "@" not in name and _joined(name) not in ids]
    return _words_of_names(spellings(names))


def _words_of_names(names: Iterable[str]) -> list[list[str]]:
    return [words for name in names if "@" not in name and (words := _words(name))]


def whole_names(identity: Identity) -> list[frozenset[str]]:
    """The words of each name that has at least two."""
    names = map(frozenset, spelled_words(identity))
    return [words for words in names if len(words) > 1]


def is_one_within(names: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> bool:
    """Whether one of the names has all the words of one of the others, or the other way round."""
    return any(one <= other or other <= one for one in names for other in others)


def _words(text: str) -> list[str]:
    return plain_words(_COPY.sub("", text))


def _joined(text: str) -> str:
    return "".join(_words(text))
