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

import numpy as np

from benchmarks.timing import measure, python
from grader.grading.store import RunStore
from grader.records.contract import Contract, InputContract, OutputContract
from grader.records.evidence import (
    Evidence,
    LayerSummary,
    ModelSummary,
    Observation,
    Port,
    Predictions,
)
from grader.records.run import DatasetRecord, RunManifest
from grader.records.submission import Student, Submission

_IMAGES = 10_000
_SHAPES = {"mnist": (28, 28), "cifar100": (32, 32, 3)}
_SETS = {"mnist": ("mnist-model", 10), "cifar100": ("cifar100-model", 100)}
_COURSE = """
[labs.mnist-cifar100.checks."mnist/accuracy"]
demands = [{ full_at = 0.95, zero_at = 0.5 }]
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
        for name, (_, classes) in _SETS.items()
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
) -> tuple[Evidence, dict[str, np.ndarray]]:
    observations, arrays = [], {}
    for name, (artefact, classes) in _SETS.items():
        key = f"{artefact}.{name}"
        skill = rng.uniform(0.2, 1.0)
        ranked = np.argsort(rng.random((_IMAGES, classes), dtype=np.float32), axis=1)[:, :5]
        # As in a real class, what is hard for one network is hard for most.
        hardness = np.linspace(0, 1, _IMAGES) + rng.normal(0, 0.05, _IMAGES)
        right = hardness < skill
        ranked[right, 0] = labels[name][right]
        arrays[f"{key}.ranked"] = ranked.astype(np.uint8)
        sureness = np.sin(np.arange(_IMAGES)) + rng.normal(0, 0.01, _IMAGES)
        arrays[f"{key}.best_score"] = sureness.astype(np.float32)
        predictions = Predictions(
            dataset=name,
            dataset_digest="0" * 64,
            images=_IMAGES,
            classes=classes,
            contract=Contract(input=InputContract(), output=OutputContract(), source="assumed"),
            ties=0,
            array_key=key,
        )
        observations.append(Observation(artefact=artefact, item=_network(classes)))
        observations.append(Observation(artefact=artefact, dataset=name, item=predictions))
    submission = Submission(student=Student(id=student), source=student, files=(), sha256="0" * 64)
    evidence = Evidence(key="0" * 64, submission=submission, observations=tuple(observations))
    return evidence, arrays


def _network(classes: int) -> ModelSummary:
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
        lab="mnist-cifar100",
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
            for name, (_, classes) in _SETS.items()
        ),
        updated_at=datetime.now(UTC),
    )


if __name__ == "__main__":
    main()
