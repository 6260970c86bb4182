"""Compare the submissions of a class: for the instructor's eyes, never for a mark.

Arithmetic over stored evidence; no TensorFlow, no submitted bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Sequence

import msgspec
import numpy as np

from grader.evidence.view import StoredEvidence
from grader.records.evidence import Evidence
from grader.records.lab import Lab
from grader.records.similarity import Group, Link, Similarities, SimilarityKind, Spread
from grader.similarity.baselines import Baseline
from grader.similarity.pairs import ComparedArtefact, UnionFind, compare_artefact, equal_sets
from grader.similarity.submissions import compared_submissions, prediction_needs

#: Raised whenever the same evidence could give other similarities.
_VERSION = 2

#: Bins of the histogram of shares of errors in common.
_BINS = 40

_STRONGEST_FIRST: tuple[SimilarityKind, ...] = ("exact", "re-saved", "fine-tuned", "same-errors")


def compare_class(
    lab: Lab, submissions: Sequence[StoredEvidence], baselines: Sequence[Baseline] = ()
) -> Similarities:
    """Compare the submissions of a class, artefact by artefact.

    Args:
        lab: Says which artefacts there are, and on which datasets predictions are compared.
        submissions: The evidence of the class.
        baselines: Models handed out to the class, and the reference solution. Submissions that are one of them,
            or were made from one, are listed as that; they are paired only if they are nearer to each other.
    """
    needs = prediction_needs(lab)
    groups: list[Group] = []
    spreads: list[Spread] = []
    origins = []
    for artefact in lab.artefacts:
        found = compared_submissions(artefact.id, needs[artefact.id], submissions)
        compared = compare_artefact(artefact.id, found, baselines)
        groups += _groups(artefact.id, compared)
        spreads += _spreads(artefact.id, compared)
        origins += [compared.origins[place] for place in sorted(compared.origins)]
    return Similarities(
        groups=tuple(groups),
        origins=tuple(origins),
        spreads=tuple(spreads),
        unread=tuple(baseline.name for baseline in baselines if baseline.fingerprint is None),
    )


def comparison_basis(
    lab: Lab, submissions: Sequence[StoredEvidence], baselines: Sequence[Baseline]
) -> str:
    """Digest of all that the result of `compare_class` depends on."""
    needs = [need.id for found in prediction_needs(lab).values() for need in found]
    basis = hashlib.sha256(msgspec.json.encode((_VERSION, lab.artefacts, needs, baselines)))
    for submission in submissions:
        basis.update(msgspec.json.encode(_evidence_basis(submission.evidence)))
    return basis.hexdigest()


def _evidence_basis(evidence: Evidence) -> tuple[object, ...]:
    """A key stands for a record, but not for a failure: what failed may be collected anew under the same key."""
    files = {artefact: served.files for artefact, served in evidence.resolved.artefacts.items()}
    observed = [(item.need, item.key, item.failure) for item in evidence.observations]
    return evidence.submission, files, observed


def _groups(artefact: str, compared: ComparedArtefact) -> list[Group]:
    """The connected submissions, the strongest links and the largest groups first."""
    count = len(compared.submissions)
    links = [*_duplicates(compared), *_nearly_the_same(compared)]
    connected = UnionFind(count)
    for places, _ in links:
        connected.union(places)
    groups = []
    for members in equal_sets(connected.root(place) for place in range(count)):
        own = [link for places, link in links if places[0] in members]
        own.sort(key=lambda link: (_STRONGEST_FIRST.index(link.kind), -(link.similarity or 0)))
        linked = {student for link in own for student in link.students}
        students = [student for student in _students(compared, members) if student in linked]
        groups.append(Group(artefact=artefact, students=tuple(students), links=tuple(own)))
    groups.sort(
        key=lambda group: (_STRONGEST_FIRST.index(group.links[0].kind), -len(group.students))
    )
    return groups


def _duplicates(compared: ComparedArtefact) -> Iterator[tuple[list[int], Link]]:
    """Submissions of the same file, and of the same weights in different files, each with their places."""
    files = [submission.sha256 for submission in compared.submissions]
    weights = [submission.weights_key for submission in compared.submissions]
    keys: tuple[tuple[SimilarityKind, Sequence[Hashable]], ...] = (
        ("exact", files),
        ("re-saved", weights),
    )
    for kind, key in keys:
        for members in equal_sets(key):
            persons = {compared.submissions[place].person for place in members}
            one_file = len({files[place] for place in members}) == 1
            is_new = kind == "exact" or not one_file
            if is_new and len(persons) > 1 and not compared.is_baseline(members[0]):
                students = _students(compared, members)
                yield members, Link(kind=kind, students=students, similarity=1.0)


def _nearly_the_same(compared: ComparedArtefact) -> Iterator[tuple[list[int], Link]]:
    for kind, one, other in compared.similar_pairs():
        yield (
            [one, other],
            Link(
                kind=kind,
                students=_students(compared, (one, other)),
                similarity=compared.similarity(one, other),
                agreements=compared.agreements(one, other),
            ),
        )


def _students(compared: ComparedArtefact, places: Iterable[int]) -> tuple[str, ...]:
    return tuple(compared.submissions[place].student for place in places)


def _spreads(artefact: str, compared: ComparedArtefact) -> Iterator[Spread]:
    """How pairs of different models agree in their wrong predictions, dataset by dataset."""
    for dataset, predictions in compared.predictions.items():
        rows = np.flatnonzero(np.isin(predictions.places, compared.representatives))
        upper = np.triu_indices(len(rows), 1)
        shares = predictions.agreement.share[np.ix_(rows, rows)][upper]
        yield Spread(
            artefact=artefact,
            dataset=dataset,
            pairs=len(shares),
            bins=tuple(np.histogram(shares, _BINS, (0, 1))[0].tolist()),
        )
