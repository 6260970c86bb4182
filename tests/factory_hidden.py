"""Course directories with hidden tests, and classes judged by them in which no model was ever opened."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from grader.checks.needs import lab_datasets, lab_needs
from grader.course import Course, load_course
from grader.evidence.models.record import ModelNeed
from grader.evidence.predictions.record import PredictionsNeed
from grader.grading.publish import publish
from grader.grading.run_judging import StoredImages, judge_run, read_class
from grader.hidden.lab import LabWithTests, add_hidden_tests
from grader.records.evidence import Failure, ServedArtefact
from grader.records.hidden_test import FoundTest
from grader.records.lab import Lab
from grader.records.result import CheckResult, GradeReport
from grader.records.run import DatasetRecord
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
from tests.factory_runs import MANIFEST
from tests.program import DIGITS_COURSE

SLUG = "ml-assignment2"


def hidden_course(folder: Path, files: Mapping[str, str], *, lab: str = SLUG) -> Course:
    """A course directory with files of hidden tests."""
    tests = folder / "hidden_tests" / lab
    tests.mkdir(parents=True, exist_ok=True)
    shutil.copy(DIGITS_COURSE / "course.toml", folder)
    for name, text in files.items():
        (tests / name).write_text(text, encoding="utf-8")
    return load_course(folder)


def found(name: str = "test_secret_digits", **more: Any) -> FoundTest:
    """A test as pytest found it."""
    defaults: dict[str, Any] = {
        "test": f"test_a.py::{name}",
        "line": 7,
        "docstring": "The model reads secret digits.",
        "points": 2.0,
    }
    return FoundTest(**defaults | more)


def hidden_run(
    folder: Path, course: Course, students: Mapping[str, int | Failure], lab: Lab | None = None
) -> tuple[LabWithTests, list[GradeReport]]:
    """Judge and publish a class whose models are right on so many of 100 images, of whatever dataset."""
    tested = add_hidden_tests(course, lab or course.lab(SLUG))
    store = RunStore(folder)
    needs = lab_needs(tested.lab)
    with store.locked():
        manifest = msgspec.structs.replace(
            MANIFEST,
            lab=tested.lab.slug,
            students=tuple(students),
            datasets=tuple(_record(name, tested.course) for name in lab_datasets(tested.lab)),
            course=str(course.root),
        )
        store.write_manifest(manifest)
        for name in lab_datasets(tested.lab):
            images = len(tested.course.added_datasets[name].load("test")) if "/" in name else 100
            store.write_labels(name, labels(images) if images == 100 else np.zeros(images, int))
        for student, right in students.items():
            _write(store, student, right, needs)
        judged = judge_run(store, manifest, read_class(store, manifest), tested.lab, tested.course)
        store.write_record("lab.json", tested.lab)
        publish(store, judged, StoredImages(store))
    return tested, judged.reports


def result(report: GradeReport, check: str) -> CheckResult:
    """What came of one check."""
    (only,) = [item for item in report.checks if item.check_id == check]
    return only


def _record(name: str, course: Course) -> DatasetRecord:
    added = course.added_datasets.get(name)
    return DatasetRecord(
        name=name,
        title="Digits",
        secret=added is not None,
        images=len(added.load("test")) if added else 100,
        class_names=tuple("0123456789"),
        digest="d" * 64,
        origin="embedded",
        fingerprint="",
    )


def _write(store: RunStore, student: str, right: int | Failure, needs: Mapping[str, Any]) -> None:
    observations, arrays, served = [], {}, {}
    (file,) = next(iter(resolved("model.h5").artefacts.values())).files
    for artefact, asked in needs.items():
        served[artefact] = ServedArtefact(files=(file,))
        for need in dict.fromkeys([ModelNeed(artefact=artefact), *asked]):
            if isinstance(right, Failure):
                observations.append(observation(need, right))
            elif isinstance(need, PredictionsNeed):
                observations.append(observation(need, predictions(need.dataset), has_arrays=True))
                rows = ranked(right)
                if need.dataset.startswith("hidden-tests/"):
                    rows = rows[: len(store.read_labels(need.dataset))]  # type: ignore[arg-type]
                arrays[need.id] = prediction_arrays(rows)
            else:
                observations.append(observation(need, model()))
    stored = evidence(
        student, resolved=resolved(artefacts=served), observations=tuple(observations)
    )
    store.write_evidence(stored, arrays)
