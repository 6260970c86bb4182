"""Connected submissions as groups."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from grader.records.similarity import Group, Link, SimilarityKind

_STRONGEST_FIRST: tuple[SimilarityKind, ...] = (
    *("exact", "re-saved", "fine-tuned"),
    *("same-code", "same-errors"),
)


def connected_groups(
    artefact: str, students: Sequence[str], links: Sequence[tuple[Sequence[int], Link]]
) -> list[Group]:
    """The connected submissions of an artefact, the strongest links and the largest groups first.

    Args:
        artefact: Its id.
        students: Ids, in the order of the run.
        links: Each with the places of all that it connects, of other submissions of one person among them.
    """
    connected = UnionFind(len(students))
    for places, _ in links:
        connected.union(places)
    groups = []
    for members in equal_sets(connected.root(place) for place in range(len(students))):
        own = [link for places, link in links if places[0] in members]
        own.sort(key=lambda link: (_STRONGEST_FIRST.index(link.kind), -(link.similarity or 0)))
        linked = {student for link in own for student in link.students}
        named = tuple(students[place] for place in members if students[place] in linked)
        groups.append(Group(artefact=artefact, students=named, links=tuple(own)))
    groups.sort(
        key=lambda group: (_STRONGEST_FIRST.index(group.links[0].kind), -len(group.students))
    )
    return groups


def equal_sets(keys: Iterable[Hashable]) -> list[list[int]]:
    """The places of equal keys, for keys that occur twice or more."""
    places: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return [members for members in places.values() if len(members) > 1]


class UnionFind:
    """The connected groups of the numbers below `count`."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def root(self, place: int) -> int:
        """A number of the group, equal for all its members."""
        while self._parents[place] != place:
            self._parents[place] = place = self._parents[self._parents[place]]
        return place

    def union(self, places: Sequence[int]) -> None:
        """Connect some numbers."""
        for place in places[1:]:
            self._parents[self.root(place)] = self.root(places[0])
