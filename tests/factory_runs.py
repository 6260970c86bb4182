"""Run folders made by hand: graded classes in which no model was ever opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from numpy.typing import NDArray

from grader.checks.needs import lab_needs
from grader.course import Course, load_course
from grader.evidence.models.record import ModelNeed
from grader.evidence.need import Need
from grader.evidence.predictions.record import PredictionsNeed
from grader.grading.publish import publish
from grader.grading.run_judging import StoredImages, judge_run, read_class
from grader.records.evidence import Failure, ServedArtefact, file_failure
from grader.records.lab import Lab
from grader.records.result import GradeReport
from grader.records.run import DatasetRecord, RunManifest
from grader.runs.store import RunStore
from tests.factories import (
    evidence,
    labels,
    model,
    observation,
    prediction_arrays,
    predictions,
    ranked,
    resolved,
)
from tests.program import DIGITS_COURSE

Predicted = int | Failure
"""How many of 100 images a model is right on, or why there are no predictions."""

#: A run of one student of whom nothing was collected yet.
MANIFEST = RunManifest(
    lab="ml-assignment2",
    lab_version="1",
    submissions="submissions",
    students=("amina",),
    versions={"grader": "0.1.0"},
    isolation="medium",
    datasets=(),
    updated_at=datetime(2026, 12, 1, tzinfo=UTC),
)


def class_run(
    folder: Path,
    predicted: Mapping[str, Predicted],
    *,
    slug: str = "ml-assignment2",
    course: Course | None = None,
    secret: bool = False,
    origin: str = "embedded",
) -> list[GradeReport]:
    """Store and publish a class that handed in models, in a lab of one exercise and one dataset; its reports."""
    settings = course or load_course(DIGITS_COURSE)
    lab = settings.lab(slug)
    needs = _needs(lab)
    (dataset,) = {name for need in needs for name in need.datasets}
    record = _dataset(dataset, secret=secret, origin=origin)
    store = RunStore(folder)
    with store.locked():
        manifest = msgspec.structs.replace(
            MANIFEST,
            lab=lab.slug,
            lab_version=lab.version,
            students=tuple(predicted),
            datasets=(record,),
        )
        store.write_manifest(manifest)
        store.write_labels(dataset, labels())
        for student, found in predicted.items():
            _write_evidence(store, student, found, needs, _other_needs(lab))
        judged = judge_run(store, manifest, read_class(store, manifest), lab, settings)
        store.write_record("lab.json", lab)
        publish(store, judged, StoredImages(store))
    return judged.reports


def _needs(lab: Lab) -> list[Need[Any]]:
    """What is collected of the lab's first artefact: the model, then what checks need."""
    artefact = lab.artefacts[0].id
    return list(dict.fromkeys([ModelNeed(artefact=artefact), *lab_needs(lab)[artefact]]))


def _other_needs(lab: Lab) -> list[Need[Any]]:
    """What is collected of its other artefacts, which nobody hands in."""
    found = lab_needs(lab)
    return [need for artefact in lab.artefacts[1:] for need in found[artefact.id]]


def _dataset(name: str, *, secret: bool, origin: str) -> DatasetRecord:
    return DatasetRecord(
        name=name,
        title="Digits",
        secret=secret,
        images=100,
        class_names=tuple("0123456789"),
        digest="d" * 64,
        origin=origin,
        fingerprint="",
    )


def _write_evidence(
    store: RunStore,
    student: str,
    predicted: Predicted,
    needs: list[Need[Any]],
    others: list[Need[Any]],
) -> None:
    """Evidence of one model, or the same failure for every need; nothing else was handed in."""
    observations = []
    arrays: dict[str, Mapping[str, NDArray[Any]]] = {}
    for need in needs:
        if isinstance(predicted, Failure):
            observations.append(observation(need, predicted))
        elif isinstance(need, PredictionsNeed):
            observations.append(observation(need, predictions(need.dataset), has_arrays=True))
            arrays[need.id] = prediction_arrays(ranked(predicted))
        else:
            observations.append(observation(need, model()))
    observations += [observation(need, file_failure("missing", "code")) for need in others]
    (file,) = next(iter(resolved("model.h5").artefacts.values())).files
    served = {needs[0].artefact: ServedArtefact(files=(file,))}
    found = evidence(
        student,
        resolved=resolved(artefacts=served),
        observations=tuple(observations),
    )
    store.write_evidence(found, arrays)
