"""Run folders made by hand: graded classes in which no network was ever opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from grader.course import Course
from grader.grading.publishing import publish
from grader.grading.store import RunStore
from grader.grading.stored import StoredImages, judge_stored, read_class
from grader.records.evidence import Failure, Item, Observation
from grader.records.result import GradeReport
from grader.records.run import DatasetRecord, RunManifest
from tests.factories import evidence, labels, model, predictions, ranked, stored_arrays

Handed = int | Failure
"""How many of 100 images a network is right on, or why it has no answers."""

#: A run of one student in which nothing was looked at yet.
MANIFEST = RunManifest(
    lab="ml-assignment2",
    lab_version="1",
    submissions="submissions",
    students=("amina",),
    versions={},
    isolation="process",
    datasets=(),
    updated_at=datetime(2026, 12, 1, tzinfo=UTC),
)


def class_run(
    folder: Path,
    handed: Mapping[str, Handed],
    *,
    slug: str = "ml-assignment2",
    course: Course | None = None,
    secret: bool = False,
    origin: str = "embedded",
) -> list[GradeReport]:
    """Store and publish a graded class of a lab with one exercise; its reports."""
    settings = course or Course()
    lab = settings.lab(slug)
    (exercise,) = lab.exercises
    dataset = next(check.dataset for check in exercise.checks if hasattr(check, "dataset"))
    record = DatasetRecord(
        name=dataset,
        title="Digits",
        secret=secret,
        images=100,
        class_names=tuple("0123456789"),
        digest="d" * 64,
        origin=origin,
        fingerprint="",
    )
    store = RunStore(folder)
    with store.locked():
        manifest = RunManifest(
            lab=lab.slug,
            lab_version=lab.version,
            submissions="submissions",
            students=tuple(handed),
            versions={"grader": "0.1.0"},
            isolation="process",
            datasets=(record,),
            updated_at=datetime(2026, 12, 1, tzinfo=UTC),
        )
        store.write_manifest(manifest)
        store.write_labels(dataset, labels())
        for student, answer in handed.items():
            key = f"{exercise.artefact}.{dataset}"
            item: Item = (
                answer if isinstance(answer, Failure) else predictions(dataset, array_key=key)
            )
            arrays = {} if isinstance(answer, Failure) else stored_arrays(ranked(answer), key)
            found = evidence(
                student,
                chosen={exercise.artefact: "model.h5"},
                observations=(
                    Observation(
                        artefact=exercise.artefact,
                        item=answer if isinstance(answer, Failure) else model(),
                    ),
                    Observation(artefact=exercise.artefact, dataset=dataset, item=item),
                ),
            )
            store.write_evidence(found, arrays)
        judged = judge_stored(store, manifest, read_class(store, manifest), lab, settings.roster())
        publish(store, lab, judged, StoredImages(store))
    return judged.reports
