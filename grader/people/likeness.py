"""Who of a list has a name like somebody's, or one that is a part of it: suggestions, where nobody fits."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from grader.people.names import name_keys, spelled_words
from grader.records.submission import Identity

#: How many are suggested for one person, and how many names are compared with theirs to find them.
_SUGGESTED = 3
_COMPARED = 20


def most_alike(
    people: Mapping[int, Identity], others: Mapping[int, Identity]
) -> dict[int, tuple[int, ...]]:
    """The places of those with names like that of each, then of those with a word of it; none where nobody has.

    Ids are names here as well: ``s703_lab2`` has the word ``s703``.
    """
    called: dict[str, list[int]] = defaultdict(list)
    for place, other in others.items():
        for name in name_keys(other):
            called[name].append(place)
    with_pair: dict[str, list[str]] = defaultdict(list)
    for name in called:
        for pair in _pairs(name):
            with_pair[pair].append(name)
    with_word: dict[str, list[int]] = defaultdict(list)
    for place, other in others.items():
        for word in _words(other):
            with_word[word].append(place)
    found = {}
    for place, person in people.items():
        likest = [other for name in _alike(person, with_pair) for other in called[name]]
        partly = sorted(other for word in _words(person) for other in with_word.get(word, ()))
        found[place] = tuple(dict.fromkeys([*likest, *partly]))[:_SUGGESTED]
    return found


def _alike(person: Identity, with_pair: Mapping[str, Sequence[str]]) -> list[str]:
    """The names like those of a person. Only the names with most pairs of letters in common are compared at length."""
    close: list[str] = []
    for key in sorted(name_keys(person)):
        shared = Counter(name for pair in _pairs(key) for name in with_pair.get(pair, ()))
        near = [name for name, _ in shared.most_common(_COMPARED)]
        close += difflib.get_close_matches(key, near, n=2, cutoff=0.7)
    return close


def _words(person: Identity) -> set[str]:
    """The words of all names; single letters and digits are none."""
    return {word for words in spelled_words(person) for word in words if len(word) > 1}


def _pairs(name: str) -> set[str]:
    return {name[place : place + 2] for place in range(len(name) - 1)}
