"""Who of a list has a name like somebody's: suggestions, where nobody fits."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from grader.people.names import name_keys
from grader.records.submission import Identity

#: How many are suggested for one person, and how many names are compared with theirs to find them.
_SUGGESTED = 3
_COMPARED = 20


def most_alike(
    people: Mapping[int, Identity], others: Mapping[int, Identity]
) -> dict[int, tuple[int, ...]]:
    """The places of those with names like that of each, the likest first; none where nobody has."""
    called: dict[str, list[int]] = defaultdict(list)
    for place, other in others.items():
        for name in name_keys(other):
            called[name].append(place)
    with_pair: dict[str, list[str]] = defaultdict(list)
    for name in called:
        for pair in _pairs(name):
            with_pair[pair].append(name)
    return {
        place: tuple(
            dict.fromkeys(other for name in _alike(person, with_pair) for other in called[name])
        )[:_SUGGESTED]
        for place, person in people.items()
    }


def _alike(person: Identity, with_pair: Mapping[str, Sequence[str]]) -> list[str]:
    """The names like those of a person. Only the names with most pairs of letters in common are compared at length."""
    close: list[str] = []
    for key in sorted(name_keys(person)):
        shared = Counter(name for pair in _pairs(key) for name in with_pair.get(pair, ()))
        near = [name for name, _ in shared.most_common(_COMPARED)]
        close += difflib.get_close_matches(key, near, n=2, cutoff=0.7)
    return close


def _pairs(name: str) -> set[str]:
    return {name[place : place + 2] for place in range(len(name) - 1)}
