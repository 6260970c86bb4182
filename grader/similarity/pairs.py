"""Which of the submissions for one artefact are similar, pair by pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.records.similarity import Agreement, Origin, SimilarityKind
from grader.similarity.baselines import Baseline
from grader.similarity.error_agreement import ErrorAgreement, error_agreement
from grader.similarity.groups import UnionFind, equal_sets
from grader.similarity.submissions import ComparedSubmission
from grader.similarity.weight_distance import weight_distances

#: Up to this distance, as a share of how far training moved them, two models have nearly the same weights.
#: docs/similarity.md has the measurements.
NEAR = 0.03

#: From these on, two models have nearly the same wrong predictions: the share in common, and how unusual it is.
MIN_SHARE, MIN_UNUSUAL = 0.8, 8.0

#: In a class too small to know what to expect: the share, and the number of wrong predictions in common.
SMALL_CLASS_SHARE, SMALL_CLASS_COMMON = 0.95, 20


@dataclass(frozen=True)
class ComparedPredictions:
    """The predictions of some submissions on one dataset."""

    places: NDArray[np.intp]
    """Which submissions, shape (m,)."""
    agreement: ErrorAgreement

    @property
    def is_similar(self) -> NDArray[np.bool_]:
        """Which pairs have nearly the same wrong predictions, shape (m, m)."""
        share, unusual = self.agreement.share, self.agreement.unusual
        if unusual is None:
            return (share >= SMALL_CLASS_SHARE) & (self.agreement.common >= SMALL_CLASS_COMMON)
        return (share >= MIN_SHARE) & (unusual >= MIN_UNUSUAL)

    def of(self, dataset: str, one: int, other: int) -> Agreement | None:
        """What two submissions have in common; None if one of them has no predictions."""
        rows = np.searchsorted(self.places, (one, other))
        if not np.array_equal(self.places[np.minimum(rows, len(self.places) - 1)], (one, other)):
            return None
        pair = int(rows[0]), int(rows[1])
        found = self.agreement
        return Agreement(
            dataset=dataset,
            common=int(found.common[pair]),
            either=int(found.either[pair]),
            expected=None if found.expected is None else round(float(found.expected[pair]), 1),
            unusual=None if found.unusual is None else round(float(found.unusual[pair]), 2),
        )


@dataclass(frozen=True)
class ComparedArtefact:
    """The n submissions of one artefact, compared."""

    submissions: Sequence[ComparedSubmission]
    duplicates: NDArray[np.intp]
    """Equal numbers for submissions of the same file or of equal weights, shape (n,)."""
    weight_distance: NDArray[np.float64]
    """The distance of each pair, as a share of how far training moved them, shape (n, n)."""
    predictions: dict[str, ComparedPredictions]
    """By dataset."""
    origins: dict[int, Origin]
    """By submission: the baseline that it is, or was made from."""

    @property
    def representatives(self) -> NDArray[np.intp]:
        """The first submission of each set of duplicates."""
        return np.unique(self.duplicates, return_index=True)[1]

    def is_baseline(self, place: int) -> bool:
        """Whether a submission is a baseline itself, not made from one."""
        return place in self.origins and self.origins[place].kind in ("exact", "re-saved")

    def similar_pairs(self) -> list[tuple[SimilarityKind, int, int]]:
        """Pairs of different models of different persons that are nearly the same, the most similar first.

        Of pairs that form a group, only as many are returned as connect all of it: each model with the most
        similar one.
        """
        groups = UnionFind(len(self.submissions))
        for place, duplicate in enumerate(self.duplicates.tolist()):
            groups.union((duplicate, place))
        pairs = []
        for kind, one, other in sorted(self._candidates(), key=self._dissimilarity):
            if groups.root(one) != groups.root(other):
                groups.union((one, other))
                pairs.append((kind, one, other))
        return pairs

    def _candidates(self) -> Iterator[tuple[SimilarityKind, int, int]]:
        same_errors = np.zeros_like(self.weight_distance, bool)
        for compared in self.predictions.values():
            same_errors[np.ix_(compared.places, compared.places)] |= compared.is_similar
        near = self.weight_distance <= NEAR
        different = np.zeros_like(near)
        different[np.ix_(self.representatives, self.representatives)] = True
        pairs = np.argwhere(np.triu(different & (near | same_errors), 1)).tolist()
        for one, other in pairs:
            if self.submissions[one].person == self.submissions[other].person:
                continue
            if near[one, other] and not (self.is_baseline(one) and self.is_baseline(other)):
                yield "fine-tuned", one, other
            elif same_errors[one, other] and not self._have_same_origin(one, other):
                yield "same-errors", one, other

    def _have_same_origin(self, one: int, other: int) -> bool:
        """Whether both are the same baseline, or were made from it."""
        origins = [self.origins.get(place) for place in (one, other)]
        names = [origin.baseline for origin in origins if origin is not None]
        return len(names) == 2 and names[0] == names[1]

    def _dissimilarity(self, pair: tuple[SimilarityKind, int, int]) -> tuple[bool, float]:
        kind, one, other = pair
        if kind == "fine-tuned":
            return False, float(self.weight_distance[one, other])
        return True, -max(agreement.share for agreement in self.agreements(one, other))

    def agreements(self, one: int, other: int) -> tuple[Agreement, ...]:
        """What two submissions have in common on every dataset both have predictions on."""
        found = (compared.of(dataset, one, other) for dataset, compared in self.predictions.items())
        return tuple(agreement for agreement in found if agreement is not None)

    def similarity(self, one: int, other: int) -> float | None:
        """The share of the change by training that is the same in both; None if that is not known."""
        distance = float(self.weight_distance[one, other])
        return round(max(0.0, 1 - distance), 4) if np.isfinite(distance) else None


def compare_artefact(
    artefact: str, submissions: Sequence[ComparedSubmission], baselines: Sequence[Baseline]
) -> ComparedArtefact:
    """Compare what was handed in for one artefact.

    Args:
        artefact: Its id.
        submissions: What was handed in.
        baselines: Models handed out to the class, and the reference solution.
    """
    fingerprints = [item.fingerprint for item in baselines if item.fingerprint is not None]
    files = [submission.sha256 for submission in submissions]
    weights = [submission.weights_key for submission in submissions]
    duplicates = [*equal_sets(files), *equal_sets(weights)]
    distance = weight_distances([item.weights for item in submissions], fingerprints)
    related = [*duplicates, *np.argwhere(distance <= NEAR).tolist()]
    return ComparedArtefact(
        submissions=submissions,
        duplicates=_group_numbers(len(submissions), duplicates),
        weight_distance=distance,
        predictions=_compare_predictions(submissions, _group_numbers(len(submissions), related)),
        origins=_origins(artefact, submissions, baselines),
    )


def _group_numbers(count: int, sets: Iterable[Sequence[int]]) -> NDArray[np.intp]:
    """Equal numbers for places that some sets connect, shape (count,)."""
    groups = UnionFind(count)
    for members in sets:
        groups.union(members)
    return np.array([groups.root(place) for place in range(count)], np.intp)


def _compare_predictions(
    submissions: Sequence[ComparedSubmission], related: NDArray[np.intp]
) -> dict[str, ComparedPredictions]:
    """Compare predictions dataset by dataset; submissions with equal numbers in `related` count once."""
    compared = {}
    for dataset in sorted({name for item in submissions for name in item.predictions}):
        places = np.array(
            [place for place, item in enumerate(submissions) if dataset in item.predictions]
        )
        given = [submissions[place].predictions[dataset] for place in places]
        best = np.stack([item.ranked[:, 0] for item in given])
        agreement = error_agreement(best, given[0].labels, related[places])
        compared[dataset] = ComparedPredictions(places=places, agreement=agreement)
    return compared


def _origins(
    artefact: str, submissions: Sequence[ComparedSubmission], baselines: Sequence[Baseline]
) -> dict[int, Origin]:
    """The nearest baseline of each submission that has one."""
    opened = [baseline for baseline in baselines if baseline.fingerprint is not None]
    fingerprints = [item.fingerprint for item in opened if item.fingerprint is not None]
    count = len(submissions)
    distances = weight_distances([*(item.weights for item in submissions), *fingerprints])[:count]
    origins = {}
    for place, submission in enumerate(submissions):
        exact = [baseline for baseline in baselines if baseline.sha256 == submission.sha256]
        saved = [
            baseline
            for baseline, fingerprint in zip(opened, fingerprints, strict=True)
            if fingerprint.digest == submission.weights.digest
        ]
        nearest = int(np.argmin(distances[place, count:])) if opened else 0
        distance = float(distances[place, count + nearest]) if opened else np.inf
        kind: SimilarityKind
        if exact or saved:
            kind, name, distance = "exact" if exact else "re-saved", (exact or saved)[0].name, 0.0
        elif distance <= NEAR:
            kind, name = "fine-tuned", opened[nearest].name
        else:
            continue
        origins[place] = Origin(
            artefact=artefact,
            student=submission.student,
            baseline=name,
            kind=kind,
            similarity=round(1 - distance, 4),
        )
    return origins
