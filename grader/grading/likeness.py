"""Which of the networks handed in for one artefact are alike, pair by pair."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.grading.errors_alike import Agreements, agreements
from grader.grading.handed_in import Entry
from grader.grading.trained_apart import distances
from grader.records.similarity import Agreement, KnownNetwork, Likeness, Origin

#: Networks this near each other, as a share of how far training took them, have nearly the same weights.
#: docs/similarity.md has what was measured.
NEAR = 0.03

#: From these on, two networks have nearly the same wrong answers: the share in common, and how unusual that is.
LEAST_SHARE, LEAST_UNUSUAL = 0.8, 8.0

#: In a class too small to know what is usual: the share, and how many wrong answers are in common.
ALONE_SHARE, ALONE_COMMON = 0.95, 20


@dataclass(frozen=True)
class AnswersCompared:
    """The answers of some entries on one dataset."""

    places: NDArray[np.intp]
    """Which entries, shape (m,)."""
    agreements: Agreements

    @property
    def unusual(self) -> NDArray[np.bool_]:
        """Whose wrong answers are nearly the same, shape (m, m)."""
        share, z = self.agreements.share, self.agreements.unusual
        if z is None:
            return (share >= ALONE_SHARE) & (self.agreements.common >= ALONE_COMMON)
        return (share >= LEAST_SHARE) & (z >= LEAST_UNUSUAL)

    def of(self, dataset: str, one: int, other: int) -> Agreement | None:
        """What two entries have in common; None where one of them has no answers."""
        rows = np.searchsorted(self.places, (one, other))
        if not np.array_equal(self.places[np.minimum(rows, len(self.places) - 1)], (one, other)):
            return None
        pair = int(rows[0]), int(rows[1])
        found = self.agreements
        return Agreement(
            dataset=dataset,
            common=int(found.common[pair]),
            either=int(found.either[pair]),
            expected=None if found.expected is None else round(float(found.expected[pair]), 1),
            unusual=None if found.unusual is None else round(float(found.unusual[pair]), 2),
        )


@dataclass(frozen=True)
class Compared:
    """The n entries of one artefact, compared."""

    entries: Sequence[Entry]
    twins: NDArray[np.intp]
    """Equal numbers for entries of one file or of equal weights, shape (n,)."""
    apart: NDArray[np.float64]
    """How far training took each pair apart, shape (n, n)."""
    answers: dict[str, AnswersCompared]
    """By dataset."""
    origins: dict[int, Origin]
    """By entry: the known network that it is, or was made from."""

    @property
    def one_of_each(self) -> NDArray[np.intp]:
        """The first entry of each set of twins."""
        return np.unique(self.twins, return_index=True)[1]

    def is_known(self, place: int) -> bool:
        """Whether an entry is a known network itself, not made from one."""
        return place in self.origins and self.origins[place].kind in ("exact", "re-saved")

    def pairs(self) -> list[tuple[Likeness, int, int]]:
        """Pairs of different networks of different persons that are nearly the same, the likest first.

        Of pairs that hang together only so many are told that all of them do: each network with the likest.
        """
        joined = Joined(len(self.entries))
        for place, twin in enumerate(self.twins.tolist()):
            joined.join((twin, place))
        found = []
        for kind, one, other in sorted(self._candidates(), key=self._unlikeness):
            if joined.root(one) != joined.root(other):
                joined.join((one, other))
                found.append((kind, one, other))
        return found

    def _candidates(self) -> Iterator[tuple[Likeness, int, int]]:
        unusual = np.zeros_like(self.apart, bool)
        for compared in self.answers.values():
            unusual[np.ix_(compared.places, compared.places)] |= compared.unusual
        near = self.apart <= NEAR
        chosen = np.zeros_like(near)
        chosen[np.ix_(self.one_of_each, self.one_of_each)] = True
        for one, other in np.argwhere(np.triu(chosen & (near | unusual), 1)).tolist():
            if self.entries[one].person == self.entries[other].person:
                continue
            begun = [self.origins[place].known for place in (one, other) if place in self.origins]
            if near[one, other] and not (self.is_known(one) and self.is_known(other)):
                yield "fine-tuned", one, other
            elif unusual[one, other] and not (len(begun) == 2 and begun[0] == begun[1]):
                yield "same-errors", one, other

    def _unlikeness(self, pair: tuple[Likeness, int, int]) -> tuple[bool, float]:
        kind, one, other = pair
        if kind == "fine-tuned":
            return False, float(self.apart[one, other])
        return True, -max(agreement.share for agreement in self.agreements(one, other))

    def agreements(self, one: int, other: int) -> tuple[Agreement, ...]:
        """What two entries have in common on every dataset both answered."""
        found = (compared.of(dataset, one, other) for dataset, compared in self.answers.items())
        return tuple(agreement for agreement in found if agreement is not None)

    def similarity(self, one: int, other: int) -> float | None:
        """How much of what training did to both is the same; None where that cannot be said."""
        distance = float(self.apart[one, other])
        return round(max(0.0, 1 - distance), 4) if np.isfinite(distance) else None


def compare(artefact: str, entries: Sequence[Entry], known: Sequence[KnownNetwork]) -> Compared:
    """Compare what was handed in for one artefact.

    Args:
        artefact: Its id.
        entries: What was handed in.
        known: Networks handed out to the class, and the reference.
    """
    prints = [network.fingerprint for network in known if network.fingerprint is not None]
    files = [entry.sha256 for entry in entries]
    weights = [entry.same_weights for entry in entries]
    twins = [*equal_sets(files), *equal_sets(weights)]
    apart = distances([entry.weights for entry in entries], prints)
    return Compared(
        entries=entries,
        twins=_joined(len(entries), twins),
        apart=apart,
        answers=_compare_answers(
            entries, _joined(len(entries), [*twins, *np.argwhere(apart <= NEAR).tolist()])
        ),
        origins=_origins(artefact, entries, known),
    )


def _joined(count: int, sets: Iterable[Sequence[int]]) -> NDArray[np.intp]:
    """Equal numbers for places that hang together by some sets, shape (count,)."""
    joined = Joined(count)
    for members in sets:
        joined.join(members)
    return np.array([joined.root(place) for place in range(count)], np.intp)


def _compare_answers(entries: Sequence[Entry], kin: NDArray[np.intp]) -> dict[str, AnswersCompared]:
    """Compare answers dataset by dataset; `kin` are equal numbers for entries that do not count as two."""
    compared = {}
    for dataset in sorted({name for entry in entries for name in entry.answers}):
        places = np.array(
            [place for place, entry in enumerate(entries) if dataset in entry.answers]
        )
        given = [entries[place].answers[dataset] for place in places]
        answers = np.stack([item.ranked[:, 0] for item in given])
        found = agreements(answers, given[0].labels, kin[places])
        compared[dataset] = AnswersCompared(places=places, agreements=found)
    return compared


def _origins(
    artefact: str, entries: Sequence[Entry], known: Sequence[KnownNetwork]
) -> dict[int, Origin]:
    """The nearest known network of each entry that has one."""
    opened = [network for network in known if network.fingerprint is not None]
    prints = [network.fingerprint for network in opened if network.fingerprint is not None]
    apart = distances([*(entry.weights for entry in entries), *prints])[: len(entries)]
    origins = {}
    for place, entry in enumerate(entries):
        exact = [network for network in known if network.sha256 == entry.sha256]
        saved = [
            network
            for network, print_ in zip(opened, prints, strict=True)
            if print_.digest == entry.weights.digest
        ]
        nearest = int(np.argmin(apart[place, len(entries) :])) if opened else 0
        distance = float(apart[place, len(entries) + nearest]) if opened else np.inf
        kind: Likeness
        if exact or saved:
            kind, name, distance = "exact" if exact else "re-saved", (exact or saved)[0].name, 0.0
        elif distance <= NEAR:
            kind, name = "fine-tuned", opened[nearest].name
        else:
            continue
        origins[place] = Origin(
            artefact=artefact,
            student=entry.student,
            known=name,
            kind=kind,
            similarity=round(1 - distance, 4),
        )
    return origins


def equal_sets(marks: Iterable[Hashable]) -> list[list[int]]:
    """The places of equal marks, where two or more are equal."""
    places: dict[Hashable, list[int]] = {}
    for place, mark in enumerate(marks):
        places.setdefault(mark, []).append(place)
    return [members for members in places.values() if len(members) > 1]


class Joined:
    """Places that hang together, directly or through others."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def root(self, place: int) -> int:
        """Equal for places that hang together."""
        while self._above[place] != place:
            self._above[place] = place = self._above[self._above[place]]
        return place

    def join(self, places: Sequence[int]) -> None:
        """Let some places hang together."""
        for place in places[1:]:
            self._above[self.root(place)] = self.root(places[0])
