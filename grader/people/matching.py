"""Find out who of one list is who of another; what fits two, or fits by halves, is a doubt and never a guess.

Submissions are matched so to the lines of a roster, and results to the lines of a gradebook.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from grader.people.names import id_keys, name_keys, name_words, plain_id_keys
from grader.records.submission import Identity

_Keys = Callable[[Identity], set[str]]
_BY_ID: tuple[_Keys, ...] = (id_keys, plain_id_keys)


@dataclass(frozen=True)
class Pairs:
    """Who is who, by the places in two lists; who fits nobody is in neither mapping."""

    found: Mapping[int, int]
    """Place of a person to the place of the one they are."""
    doubts: Mapping[int, tuple[int, ...]]
    """Place of a person to the places of those they may be: several, or one that does not fit in everything."""

    def one_each(self) -> Pairs:
        """The same where each of the other list may be found once only: all who are the same one are in doubt."""
        counts = Counter(self.found.values())
        single = {place: other for place, other in self.found.items() if counts[other] == 1}
        shared = {place: (other,) for place, other in self.found.items() if counts[other] > 1}
        return Pairs(single, {**self.doubts, **shared})


def pair_people(
    people: Sequence[Identity],
    others: Sequence[Identity],
    settled: Mapping[int, int] | None = None,
) -> Pairs:
    """Pair people by number, login or address, then by name, then by a name of which one has further words.

    Names are compared as people read them, whatever their case, accents, punctuation and order. Several may be paired
    with the same one if all are by their ids: attempts of one person. In doubt is who fits several; who has a number
    of somebody called quite otherwise; and who has only the name of somebody that another one is paired with too.

    Args:
        people: Who is looked for.
        others: Among whom.
        settled: What is known before, place to place.
    """
    found = dict(settled or {})
    doubts: dict[int, tuple[int, ...]] = {}
    for keys in _BY_ID:
        _pair(people, others, keys, found, doubts)
    doubts |= _take_back_strangers(people, others, found, settled or {})
    by_id = frozenset(found)
    _pair(people, others, name_keys, found, doubts)
    _pair_shorter_names(people, others, found, doubts)
    doubts |= _take_back_namesakes(found, by_id)
    return Pairs(found, doubts)


def _pair(
    people: Sequence[Identity],
    others: Sequence[Identity],
    keys: _Keys,
    found: dict[int, int],
    doubts: dict[int, tuple[int, ...]],
) -> None:
    """Pair those who are not yet with whom they have a key in common."""
    holders = _holders(others, keys)
    for place, person in enumerate(people):
        if place in found or place in doubts:
            continue
        fitting = _fitting(keys(person), holders)
        if len(fitting) == 1:
            found[place] = fitting[0]
        elif fitting:
            doubts[place] = fitting


def _holders(others: Sequence[Identity], keys: _Keys) -> dict[str, list[int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for place, other in enumerate(others):
        for key in keys(other):
            holders[key].append(place)
    return holders


def _fitting(keys: Collection[str], holders: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    return tuple(sorted({place for key in keys for place in holders.get(key, ())}))


def _take_back_strangers(
    people: Sequence[Identity],
    others: Sequence[Identity],
    found: dict[int, int],
    settled: Mapping[int, int],
) -> dict[int, tuple[int, ...]]:
    """Doubts instead of pairs of one number and two names: it may be that of another system, or mistyped."""
    holders = _holders(others, name_keys)
    strangers = [
        place
        for place, other in found.items()
        if place not in settled and _is_called_otherwise(people[place], others[other])
    ]
    return {
        place: tuple(sorted({found.pop(place), *_fitting(name_keys(people[place]), holders)}))
        for place in strangers
    }


def _is_called_otherwise(one: Identity, other: Identity) -> bool:
    """Whether two who share an id, and no e-mail address, have names without a word in common."""
    if any("@" in key for key in id_keys(one) & id_keys(other)):
        return False
    names, others = _given_names(one), _given_names(other)
    return bool(names and others) and not any(_share_a_word(a, b) for a in names for b in others)


def _given_names(identity: Identity) -> list[list[str]]:
    """The words of each name that is none of the ids: folders are often called by those."""
    ids = plain_id_keys(identity)
    return [words for words in name_words(identity) if "".join(words) not in ids]


def _share_a_word(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names have a word in common; it may be run together with the others, ``testfrauanna``."""
    if len(one) > 1 and len(other) > 1:
        return not set(one).isdisjoint(other)
    run, words = (one[0], other) if len(one) == 1 else (other[0], one)
    return run in words or any(len(word) > 1 and word in run for word in words)


def _pair_shorter_names(
    people: Sequence[Identity],
    others: Sequence[Identity],
    found: dict[int, int],
    doubts: Mapping[int, Sequence[int]],
) -> None:
    """Pair names of which one has further words, where nobody else is left that they fit."""
    taken = {*found.values(), *(place for fitting in doubts.values() for place in fitting)}
    left = {place: name_words(other) for place, other in enumerate(others) if place not in taken}
    names = {
        place: name_words(person)
        for place, person in enumerate(people)
        if place not in found and place not in doubts
    }
    fits = {
        place: [other for other, written in left.items() if _is_one_within(own, written)]
        for place, own in names.items()
    }
    counts = Counter(other for fitting in fits.values() for other in fitting)
    for place, fitting in fits.items():
        if len(fitting) == 1 and counts[fitting[0]] == 1:
            found[place] = fitting[0]


def _is_one_within(names: Sequence[list[str]], others: Sequence[list[str]]) -> bool:
    """Whether a name of at least two words has all the words of one of the others."""
    pairs = ((set(one), set(other)) for one in names for other in others)
    return any(min(len(a), len(b)) >= 2 and (a <= b or b <= a) for a, b in pairs)


def _take_back_namesakes(
    found: dict[int, int], by_id: Collection[int]
) -> dict[int, tuple[int, ...]]:
    """Doubts instead of pairs where several are paired with one person, one of them by name alone."""
    counts = Counter(found.values())
    doubtful = [place for place, other in found.items() if counts[other] > 1 and place not in by_id]
    return {place: (found.pop(place),) for place in doubtful}
