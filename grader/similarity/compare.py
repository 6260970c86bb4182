"""Compare the submissions of a class: for the instructor's eyes, never for a mark.

Arithmetic over stored evidence; no TensorFlow, no submitted bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from grader.evidence.view import StoredEvidence
from grader.records.evidence import Evidence
from grader.records.lab import Lab
from grader.records.similarity import (
    ComparedSource,
    Group,
    Link,
    Origin,
    SimilarCode,
    Similarities,
    SimilarityKind,
    Spread,
)
from grader.similarity.baselines import Baseline
from grader.similarity.code import compare_code, submitted_code
from grader.similarity.groups import connected_groups, equal_sets
from grader.similarity.pairs import ComparedArtefact, compare_artefact
from grader.similarity.starter_code import StarterScript
from grader.similarity.submissions import compared_submissions, prediction_needs

#: Raised whenever the same evidence could give other similarities.
_VERSION = 3

#: Bins of the histogram of shares of errors in common.
_BINS = 40


@dataclass(frozen=True)
class Comparison:
    """What came of comparing a class."""

    similarities: Similarities
    similar_code: SimilarCode
    """The code of the submissions that are linked by it."""


def compare_class(
    lab: Lab,
    submissions: Sequence[StoredEvidence],
    baselines: Sequence[Baseline] = (),
    starter_code: Sequence[StarterScript] = (),
) -> Comparison:
    """Compare the submissions of a class, artefact by artefact.

    Args:
        lab: Says which artefacts there are, and on which datasets predictions are compared.
        submissions: The evidence of the class.
        baselines: Models handed out to the class, and the reference solution. Submissions that are one of them,
            or were made from one, are listed as that; they are paired only if they are nearer to each other.
        starter_code: Code handed out to the class. What stands in it is left out.
    """
    needs = prediction_needs(lab)
    groups: list[Group] = []
    spreads: list[Spread] = []
    origins: list[Origin] = []
    sources: list[ComparedSource] = []
    for artefact in lab.artefacts:
        found = compared_submissions(artefact.id, needs[artefact.id], submissions)
        compared = compare_artefact(artefact.id, found, baselines)
        links = [*_duplicates(compared), *_nearly_the_same(compared)]
        groups += connected_groups(artefact.id, [item.student for item in found], links)
        spreads += _spreads(artefact.id, compared)
        origins += [compared.origins[place] for place in sorted(compared.origins)]
        code = compare_code(artefact.id, submitted_code(artefact.id, submissions), starter_code)
        groups += code.groups
        origins += code.origins
        sources += code.sources
    unread = [item.name for item in baselines if item.fingerprint is None]
    unread += [item.name for item in starter_code if not item.tokens]
    similarities = Similarities(
        groups=tuple(groups),
        origins=tuple(origins),
        spreads=tuple(spreads),
        unread=tuple(unread),
    )
    basis = comparison_basis(lab, submissions, baselines, starter_code)
    return Comparison(
        msgspec.structs.replace(similarities, basis=basis),
        SimilarCode(basis=basis, sources=tuple(sources)),
    )


def comparison_basis(
    lab: Lab,
    submissions: Sequence[StoredEvidence],
    baselines: Sequence[Baseline] = (),
    starter_code: Sequence[StarterScript] = (),
) -> str:
    """Digest of all that the result of `compare_class` depends on."""
    needs = [need.id for found in prediction_needs(lab).values() for need in found]
    handed_out = (baselines, starter_code)
    basis = hashlib.sha256(msgspec.json.encode((_VERSION, lab.artefacts, needs, handed_out)))
    for submission in submissions:
        basis.update(msgspec.json.encode(_evidence_basis(submission.evidence)))
    return basis.hexdigest()


def _evidence_basis(evidence: Evidence) -> tuple[object, ...]:
    """A key stands for a record, but not for a failure: what failed may be collected anew under the same key."""
    files = {artefact: served.files for artefact, served in evidence.resolved.artefacts.items()}
    observed = [(item.need, item.key, item.failure) for item in evidence.observations]
    return evidence.submission, files, observed


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
