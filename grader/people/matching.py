"""Find out who of one list is who of another; what fits two, or fits by halves, is a doubt and never a guess.

Submissions are matched so to the lines of a roster, and results to the lines of a gradebook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from grader.people.holders import KeyHolders, Keys
from grader.people.names import (
    given_words,
    id_keys,
    is_one_within,
    name_keys,
    plain_id_keys,
    whole_names,
)
from grader.records.submission import Identity


@dataclass(frozen=True)
class Pairs:
    """Who is who, by the places in two lists; who fits nobody is in neither mapping."""

    found: Mapping[int, int]
    """Place of a person to the place of the one they are."""
    doubts: Mapping[int, tuple[int, ...]]
    """Place of a person to the places of those they may be: several, or one that does not fit in everything."""
    called_otherwise: frozenset[int] = frozenset()
    """Places of those in doubt because who has their number has quite another name."""

    def one_each(self) -> Pairs:
        """The same where each of the other list may be found once only: all who are the same one are in doubt."""
        counts = Counter(self.found.values())
        single = {place: other for place, other in self.found.items() if counts[other] == 1}
        shared = {place: (other,) for place, other in self.found.items() if counts[other] > 1}
        return Pairs(single, {**self.doubts, **shared}, self.called_otherwise)


def pair_people(
    people: Sequence[Identity],
    others: Sequence[Identity],
    settled: Mapping[int, int | None] | None = None,
) -> Pairs:
    """Pair people by number, login or address, then by name, then by a name of which one has further words.

    Names are compared as people read them, whatever their case, accents, punctuation, order and spelling. Several may
    be paired with the same one if all are by their ids: attempts of one person. In doubt is who fits several; who has a
    number of somebody called quite otherwise; and who has only the name of somebody that another one is paired with
    too.

    Args:
        people: Who is looked for.
        others: Among whom.
        settled: What is known before, place to place; None where somebody is none of the others.
    """
    pairing = _Pairing(people, others, settled or {})
    pairing.pair_by(id_keys)
    pairing.pair_by(plain_id_keys)
    pairing.take_back_strangers()
    by_id = frozenset(pairing.found)
    pairing.pair_by(name_keys)
    pairing.pair_shorter_names()
    pairing.take_back_namesakes(by_id)
    return Pairs(pairing.found, pairing.doubts, frozenset(pairing.called_otherwise))


@dataclass
class _Pairing:
    """What is found out step by step."""

    people: Sequence[Identity]
    others: Sequence[Identity]
    settled: Mapping[int, int | None]
    found: dict[int, int] = field(init=False)
    doubts: dict[int, tuple[int, ...]] = field(default_factory=dict)
    called_otherwise: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.found = {place: other for place, other in self.settled.items() if other is not None}

    def pair_by(self, keys: Keys) -> None:
        """Pair those who are not yet with whom they have a key in common."""
        holders = KeyHolders(self.others, keys)
        for place, person in self._open().items():
            fitting = holders.fitting(person)
            if len(fitting) == 1:
                self.found[place] = fitting[0]
            elif fitting:
                self.doubts[place] = fitting

    def take_back_strangers(self) -> None:
        """Doubt pairs of one number and two names: it may be that of another system, or mistyped."""
        holders = KeyHolders(self.others, name_keys)
        for place, other in list(self.found.items()):
            person = self.people[place]
            if place not in self.settled and _is_called_otherwise(person, self.others[other]):
                named = holders.fitting(person)
                self.doubts[place] = tuple(sorted({self.found.pop(place), *named}))
                self.called_otherwise.add(place)

    def pair_shorter_names(self) -> None:
        """Pair names of which one has further words, where nobody else is left that they fit."""
        taken = {*self.found.values(), *(other for fit in self.doubts.values() for other in fit)}
        left = {
            place: whole_names(other)
            for place, other in enumerate(self.others)
            if place not in taken
        }
        names = {place: whole_names(person) for place, person in self._open().items()}
        fits = {
            place: [other for other, written in left.items() if is_one_within(own, written)]
            for place, own in names.items()
        }
        counts = Counter(other for fitting in fits.values() for other in fitting)
        for place, fitting in fits.items():
            if len(fitting) == 1 and counts[fitting[0]] == 1:
                self.found[place] = fitting[0]

    def take_back_namesakes(self, by_id: Collection[int]) -> None:
        """Doubt pairs where several are paired with one person, one of them by name alone."""
        counts = Counter(self.found.values())
        for place, other in list(self.found.items()):
            if counts[other] > 1 and place not in by_id:
                self.doubts[place] = (self.found.pop(place),)

    def _open(self) -> dict[int, Identity]:
        """Who is neither settled, paired nor in doubt."""
        done = {*self.settled, *self.found, *self.doubts}
        return {place: person for place, person in enumerate(self.people) if place not in done}


def _is_called_otherwise(one: Identity, other: Identity) -> bool:
    """Whether two who share an id, and no e-mail address, have names without a word in common."""
    if any("@" in key for key in id_keys(one) & id_keys(other)):
        return False
    names, others = given_words(one), given_words(other)
    return bool(names and others) and not any(_share_a_word(a, b) for a in names for b in others)


def _share_a_word(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names have a word in common; it may be run together with the others, ``testfrauanna``."""
    if len(one) > 1 and len(other) > 1:
        return not set(one).isdisjoint(other)
    run, words = (one[0], other) if len(one) == 1 else (other[0], one)
    return run in words or any(len(word) > 1 and word in run for word in words)
