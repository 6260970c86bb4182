"""Which networks of a class look alike: for the instructor's eyes, never for a mark.

Arithmetic over stored evidence; no TensorFlow, no submitted bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Sequence

import msgspec
import numpy as np

from grader.grading.handed_in import entries_of
from grader.grading.judging import StoredEvidence
from grader.grading.likeness import Compared, Joined, compare, equal_sets
from grader.records.lab import Lab
from grader.records.similarity import (
    Group,
    KnownNetwork,
    Likeness,
    Link,
    Similarities,
    Spread,
)

#: Changed whenever the same evidence could be found alike otherwise.
_VERSION = 1

#: Steps in which shares of errors in common are counted.
_BINS = 40

_STRONGEST_FIRST: tuple[Likeness, ...] = ("exact", "re-saved", "fine-tuned", "same-errors")


def compare_class(
    lab: Lab, submissions: Sequence[StoredEvidence], known: Sequence[KnownNetwork] = ()
) -> Similarities:
    """Compare the networks of a class, artefact by artefact.

    Args:
        lab: Says which artefacts there are.
        submissions: The evidence of the class.
        known: Networks handed out to the class, and the reference. What is one of them, or was made from one, is
            told as that; such submissions are paired only where they are nearer to each other than to it.
    """
    groups: list[Group] = []
    spreads: list[Spread] = []
    origins = []
    for artefact in lab.artefacts:
        compared = compare(artefact.id, entries_of(artefact.id, submissions), known)
        groups += _groups(artefact.id, compared)
        spreads += _spreads(artefact.id, compared)
        origins += [compared.origins[place] for place in sorted(compared.origins)]
    return Similarities(
        groups=tuple(groups),
        origins=tuple(origins),
        spreads=tuple(spreads),
        unread=tuple(network.name for network in known if network.fingerprint is None),
    )


def comparison_basis(
    lab: Lab, submissions: Sequence[StoredEvidence], known: Sequence[KnownNetwork]
) -> str:
    """Digest of all that `compare_class` looks at."""
    basis = hashlib.sha256(msgspec.json.encode((_VERSION, lab.artefacts, known)))
    for submission in submissions:
        evidence = submission.evidence
        basis.update(msgspec.json.encode((evidence.submission, evidence.chosen)))
        basis.update(msgspec.json.encode(evidence.observations))
    return basis.hexdigest()


def _groups(artefact: str, compared: Compared) -> list[Group]:
    """What hangs together, the strongest links and the largest groups first."""
    links = [*_same(compared), *_nearly_the_same(compared)]
    joined = Joined(len(compared.entries))
    for places, _ in links:
        joined.join(places)
    groups = []
    for members in equal_sets(joined.root(place) for place in range(len(compared.entries))):
        own = [link for places, link in links if places[0] in members]
        own.sort(key=lambda link: (_STRONGEST_FIRST.index(link.kind), -(link.similarity or 0)))
        linked = {student for link in own for student in link.students}
        students = [student for student in _students(compared, members) if student in linked]
        groups.append(Group(artefact=artefact, students=tuple(students), links=tuple(own)))
    groups.sort(
        key=lambda group: (_STRONGEST_FIRST.index(group.links[0].kind), -len(group.students))
    )
    return groups


def _same(compared: Compared) -> Iterator[tuple[list[int], Link]]:
    """Sets of one file, and of one network in different files, with the places of their entries."""
    files = [entry.sha256 for entry in compared.entries]
    weights = [entry.same_weights for entry in compared.entries]
    marks: tuple[tuple[Likeness, Sequence[Hashable]], ...] = (
        ("exact", files),
        ("re-saved", weights),
    )
    for kind, mark in marks:
        for members in equal_sets(mark):
            persons = {compared.entries[place].person for place in members}
            one_file = len({files[place] for place in members}) == 1
            is_new = kind == "exact" or not one_file
            if is_new and len(persons) > 1 and not compared.is_known(members[0]):
                students = _students(compared, members)
                yield members, Link(kind=kind, students=students, similarity=1.0)


def _nearly_the_same(compared: Compared) -> Iterator[tuple[list[int], Link]]:
    for kind, one, other in compared.pairs():
        yield (
            [one, other],
            Link(
                kind=kind,
                students=_students(compared, (one, other)),
                similarity=compared.similarity(one, other),
                agreements=compared.agreements(one, other),
            ),
        )


def _students(compared: Compared, places: Iterable[int]) -> tuple[str, ...]:
    return tuple(compared.entries[place].student for place in places)


def _spreads(artefact: str, compared: Compared) -> Iterator[Spread]:
    """How pairs of different networks agree in their wrong answers, dataset by dataset."""
    for dataset, answers in compared.answers.items():
        rows = np.flatnonzero(np.isin(answers.places, compared.one_of_each))
        upper = np.triu_indices(len(rows), 1)
        shares = answers.agreements.share[np.ix_(rows, rows)][upper]
        yield Spread(
            artefact=artefact,
            dataset=dataset,
            pairs=len(shares),
            bins=tuple(np.histogram(shares, _BINS, (0, 1))[0].tolist()),
        )
