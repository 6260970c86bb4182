"""Who of a list has something in common with somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from grader.records.submission import Identity

Keys = Callable[[Identity], set[str]]
"""What people are compared by: one of the functions of `names`."""


class KeyHolders:
    """The people of a list, by their keys.

    Args:
        people: The list.
        keys: What they are compared by.
    """

    def __init__(self, people: Iterable[Identity], keys: Keys) -> None:
        self._keys = keys
        self._holders: dict[str, list[int]] = defaultdict(list)
        for place, person in enumerate(people):
            for key in keys(person):
                self._holders[key].append(place)

    def fitting(self, person: Identity) -> tuple[int, ...]:
        """The places of those who have a key of the person, in order."""
        found = {place for key in self._keys(person) for place in self._holders.get(key, ())}
        return tuple(sorted(found))
