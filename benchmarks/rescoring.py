"""Judge 500 stored submissions again, write their pages, and start the program, from the command line.

``python -m benchmarks.rescoring [--submissions N]`` makes a run folder of random predictions on two sets of 10,000
images, then times ``grader rescore`` three times: writing all pages for the first time, unchanged, and after a
threshold moved so that every page is written anew; and ``grader --help`` beside the bare interpreter.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks.timing import measure, python
from grader import registry
from grader.checks.needs import lab_needs
from grader.evidence.models.record import LayerSummary, ModelNeed, ModelSummary, Port
from grader.evidence.need import Need
from grader.evidence.predictions.interface import ModelInterface, OutputFormat, Preprocessing
from grader.evidence.predictions.record import Predictions, PredictionsNeed
from grader.evidence.predictions.view import BEST_SCORE, RANKED
from grader.records.base import Record
from grader.records.evidence import (
    ArtefactFile,
    Evidence,
    Observation,
    ResolvedFiles,
    ServedArtefact,
    file_failure,
)
from grader.records.run import DatasetRecord, RunManifest
from grader.records.submission import Student, Submission
from grader.runs.store import RunStore

_IMAGES = 10_000
_SHAPES = {"mnist": (28, 28), "cifar100": (32, 32, 3)}
_CLASSES = {"mnist": 10, "cifar100": 100}
_LAB = "mnist-cifar100"
_ARTEFACTS = ("mnist-model", "cifar100-model")
_COURSE = """
[labs.mnist-cifar100.checks."mnist/accuracy"]
thresholds = [{ full_at = 0.95, zero_at = 0.5 }]
"""


def main() -> None:
    """Make the run, time the commands, print what each took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--submissions", type=int, default=500)
    count = parser.parse_args().submissions
    with tempfile.TemporaryDirectory() as name:
        run, course = Path(name) / "run", Path(name) / "course"
        course.mkdir()
        (course / "course.toml").write_text(_COURSE)
        _make_run(run, count)
        rescore = python("-m", "grader", "rescore", str(run))
        timed = {
            f"grader rescore, {count} pages for the first time": measure(rescore),
            f"grader rescore, {count} unchanged": measure(rescore),
            f"grader rescore, {count} changed": measure([*rescore, "--course", str(course)]),
            "grader --help": measure(python("-m", "grader", "--help")),
            "python -c pass": measure(python("-c", "pass")),
        }
        largest = max(page.stat().st_size for page in run.glob("reports/*/index.html"))
    for title, measured in timed.items():
        print(f"{title:<52}{measured.seconds:>8.2f} s")
    print(f"largest page {largest / 1000:.0f} kB")


def _make_run(run: Path, count: int) -> None:
    rng = np.random.default_rng(0)
    store = RunStore(run)
    labels = {
        name: rng.integers(0, classes, _IMAGES).astype(np.uint8)
        for name, classes in _CLASSES.items()
    }
    with store.locked():
        for name, values in labels.items():
            store.write_labels(name, values)
            store.write_images(name, rng.integers(0, 256, (_IMAGES, *_SHAPES[name]), np.uint8))
        students = [f"student{number:03}" for number in range(count)]
        for student in students:
            store.write_evidence(*_evidence(student, labels, rng))
        store.write_manifest(_manifest(students))


def _evidence(
    student: str, labels: dict[str, np.ndarray], rng: np.random.Generator
) -> tuple[Evidence, dict[str, dict[str, np.ndarray]]]:
    observations, arrays = [], {}
    for need in _needs():
        name, artefact = need.dataset, need.artefact
        classes = _CLASSES[name]
        skill = rng.uniform(0.2, 1.0)
        ranked = np.argsort(rng.random((_IMAGES, classes), dtype=np.float32), axis=1)[:, :5]
        # As in a real class, what is hard for one model is hard for most.
        hardness = np.linspace(0, 1, _IMAGES) + rng.normal(0, 0.05, _IMAGES)
        right = hardness < skill
        ranked[right, 0] = labels[name][right]
        confidence = np.sin(np.arange(_IMAGES)) + rng.normal(0, 0.01, _IMAGES)
        arrays[need.id] = {
            RANKED: ranked.astype(np.uint8),
            BEST_SCORE: confidence.astype(np.float32),
        }
        predictions = Predictions(
            dataset=name,
            dataset_digest="0" * 64,
            images=_IMAGES,
            classes=classes,
            interface=ModelInterface(
                preprocessing=Preprocessing(), output=OutputFormat(), source="assumed"
            ),
            ties=0,
        )
        observations.append(_observation(ModelNeed(artefact=artefact), _model(classes)))
        observations.append(_observation(need, predictions, has_arrays=True))
    for need in _other_needs():
        missing = file_failure("missing", "notebook")
        observations.append(
            Observation(need=need.id, kind=need.kind, key="0" * 64, failure=missing)
        )
    submission = Submission(student=Student(id=student), source=student, files=(), sha256="0" * 64)
    file = ArtefactFile(path="model.h5", sha256="0" * 64, kind="hdf5")
    served = {artefact: ServedArtefact(files=(file,)) for artefact in _ARTEFACTS}
    evidence = Evidence(
        submission=submission,
        resolved=ResolvedFiles(key="0" * 64, artefacts=served),
        observations=tuple(observations),
    )
    return evidence, arrays


def _needs() -> list[PredictionsNeed]:
    """The predictions the checks of the lab look at."""
    return [need for need in _all_needs() if isinstance(need, PredictionsNeed)]


def _other_needs() -> list[Need[Any]]:
    """What else they look at: nobody hands in more than models."""
    return [need for need in _all_needs() if need.artefact not in _ARTEFACTS]


def _all_needs() -> list[Need[Any]]:
    return [need for found in lab_needs(registry.lab(_LAB)).values() for need in found]


def _observation(need: Need[Any], record: Record, *, has_arrays: bool = False) -> Observation:
    return Observation(
        need=need.id,
        kind=need.kind,
        key="0" * 64,
        record=msgspec.Raw(msgspec.json.encode(record)),
        has_arrays=has_arrays,
    )


def _model(classes: int) -> ModelSummary:
    layers = tuple(
        LayerSummary(
            name=f"dense_{number}",
            type="Dense",
            output_shape=(None, 64),
            parameters=4160,
            settings={"units": 64, "activation": "relu"},
        )
        for number in range(20)
    )
    return ModelSummary(
        file="model.h5",
        format="hdf5",
        keras_version="3.15.1",
        backend="tensorflow",
        inputs=(Port(name="pixels", shape=(None, 64)),),
        outputs=(Port(name="class", shape=(None, classes)),),
        parameters=83_200,
        trainable_parameters=83_200,
        layers=layers,
    )


def _manifest(students: list[str]) -> RunManifest:
    return RunManifest(
        lab=_LAB,
        lab_version="1",
        submissions="made up",
        students=tuple(students),
        versions={},
        isolation="none",
        datasets=tuple(
            DatasetRecord(
                name=name,
                title=name,
                secret=False,
                images=_IMAGES,
                class_names=tuple(map(str, range(classes))),
                digest="0" * 64,
                origin="embedded",
                fingerprint="",
            )
            for name, classes in _CLASSES.items()
        ),
        updated_at=datetime.now(UTC),
    )


if __name__ == "__main__":
    main()
