"""A class as its run folder holds it: read back, judged, and the pictures its pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.errors import RunError
from grader.grading.judging import Grounds, StoredEvidence, judge_class
from grader.grading.known import known_networks
from grader.grading.references import reference_accuracies
from grader.grading.similarity import compare_class, comparison_basis
from grader.grading.store import RunStore
from grader.intake import Roster
from grader.records.evidence import Evidence
from grader.records.lab import Lab
from grader.records.result import DatasetUsed, Flag, GradeReport
from grader.records.run import RunManifest
from grader.records.similarity import KnownNetwork, Similarities


@dataclass(frozen=True)
class JudgedClass:
    """Reports in order, and what collecting their evidence took."""

    reports: list[GradeReport]
    seconds: dict[str, float]
    """Student id to seconds."""
    similar: Similarities = field(default_factory=Similarities)
    """Which networks look alike."""


def read_class(store: RunStore, manifest: RunManifest) -> list[Evidence]:
    """The evidence of every student of a run, in order.

    Raises:
        RunError: The evidence of a student is not there.
    """
    found = []
    for student in manifest.students:
        evidence = store.read_evidence(student)
        if evidence is None:
            raise RunError(
                f"{store.folder} has no evidence of '{student}'",
                hint="run `grader grade` into this folder again; it goes on where it stopped",
            )
        found.append(evidence)
    return found


def judge_stored(
    store: RunStore,
    manifest: RunManifest,
    collected: Sequence[Evidence],
    lab: Lab,
    roster: Roster,
    *,
    in_class: bool = True,
    starters: Mapping[str, Path] | None = None,
) -> JudgedClass:
    """Judge the evidence of a run; its arrays are read from the run folder as they are needed.

    Args:
        store: The run folder.
        manifest: What the run is.
        collected: The evidence of all its students, in order.
        lab: As it is judged.
        roster: What is known of the students.
        in_class: False for a student who checks alone; nobody's network is compared with another's then.
        starters: Name to file of the networks handed out with the lab.
    """
    labels = {
        record.name: found
        for record in manifest.datasets
        if (found := store.read_labels(record.name)) is not None
    }
    submissions: list[StoredEvidence] = []
    stated: set[str] = set()
    seconds: dict[str, float] = {}
    for evidence in collected:
        student = evidence.submission.student.id
        if roster.handed_in_time(evidence.submission):
            stated.add(student)
        if evidence.effort is not None:
            seconds[student] = evidence.effort.wall_s
        known = msgspec.structs.replace(evidence, submission=roster.apply(evidence.submission))
        submissions.append(StoredEvidence(known, partial(store.read_arrays, student), labels))
    grounds = Grounds(
        lab=lab,
        labels=labels,
        datasets=_datasets_used(manifest),
        versions=manifest.versions,
        isolation=manifest.isolation,
        references=_references(lab, manifest),
        in_class=in_class,
        stated_times=frozenset(stated),
    )
    reports = judge_class(grounds, submissions)
    if not in_class:
        return JudgedClass(reports, seconds)
    similar = _compare(store, lab, submissions, known_networks(lab.slug, starters or {}, store))
    flagged = [
        _flag(report) if report.student.id in similar.students else report for report in reports
    ]
    return JudgedClass(flagged, seconds, similar)


def _compare(
    store: RunStore,
    lab: Lab,
    submissions: Sequence[StoredEvidence],
    known: Sequence[KnownNetwork],
) -> Similarities:
    """Which networks look alike; what the run folder says of the same evidence is taken as it is."""
    basis = comparison_basis(lab, submissions, known)
    before = store.read_similarities()
    if before is not None and before.basis == basis:
        return before
    return msgspec.structs.replace(compare_class(lab, submissions, known), basis=basis)


def _flag(report: GradeReport) -> GradeReport:
    """The report of a student whose network looks like another's."""
    flags: set[Flag] = {*report.flags, "looks-alike"}
    return msgspec.structs.replace(report, flags=tuple(sorted(flags)))


@dataclass
class StoredImages:
    """The test images a run folder keeps, read one by one."""

    store: RunStore
    _sets: dict[str, NDArray[Any] | None] = field(default_factory=dict)

    def __call__(self, dataset: str, place: int) -> NDArray[np.uint8] | None:
        """The image at `place` of a dataset; None where the run keeps none."""
        if dataset not in self._sets:
            self._sets[dataset] = self.store.read_images(dataset)
        images = self._sets[dataset]
        if images is None or place >= len(images):
            return None
        return np.array(images[place])


def _references(lab: Lab, manifest: RunManifest) -> dict[tuple[str, int], float]:
    """What the reference reaches on the run's datasets; it never saw an instructor's own pictures."""
    comparable = {
        record.name
        for record in manifest.datasets
        if not record.secret and record.origin != "course"
    }
    scores = reference_accuracies(lab.slug).items()
    return {(name, top): accuracy for (name, top), accuracy in scores if name in comparable}


def _datasets_used(manifest: RunManifest) -> tuple[DatasetUsed, ...]:
    return tuple(
        DatasetUsed(
            name=record.name,
            title=record.title,
            digest=record.digest,
            images=record.images,
            secret=record.secret,
            class_names=record.class_names,
        )
        for record in manifest.datasets
    )
