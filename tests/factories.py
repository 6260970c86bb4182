"""Records and arrays made by hand: evidence without a model, results without a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.checks import AccuracyAtLeast, Case, CheckKind, ClassStanding, Demand, RankedPredictions
from grader.messages import catalogue
from grader.records.contract import Contract, InputContract, OutputContract
from grader.records.evidence import (
    Evidence,
    Failure,
    Item,
    LayerSummary,
    ModelSummary,
    Observation,
    Port,
    Predictions,
)
from grader.records.lab import Artefact, Exercise, Lab, ModelNeed, Need, PredictionsNeed
from grader.records.result import (
    CheckResult,
    DatasetUsed,
    ExerciseResult,
    GradeReport,
    Interval,
    Provenance,
)
from grader.records.submission import Student, Submission, SubmittedFile

ARTEFACT = "digit-model"
DATASET = "digits"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def submission(student: str = "amina", **more: Any) -> Submission:
    """A submission of one saved network."""
    file = SubmittedFile(path="digits.h5", size=1000, sha256="f" * 64, kind="hdf5")
    defaults: dict[str, Any] = {
        "student": Student(id=student, name=student.title()),
        "source": student,
        "files": (file,),
        "received_at": NOON,
        "sha256": "5" * 64,
    }
    return Submission(**defaults | more)


def labels(images: int = 100, classes: int = 10) -> NDArray[np.int64]:
    """Labels that go round the classes."""
    return np.arange(images) % classes


def stored_arrays(
    found: NDArray[Any], key: str = f"{ARTEFACT}.{DATASET}"
) -> dict[str, NDArray[Any]]:
    """What a run keeps of predictions: the best classes and how sure the network was."""
    return {f"{key}.ranked": found, f"{key}.best_score": np.linspace(0, 1, len(found))}


def ranked(
    hits: int, images: int = 100, classes: int = 10, top5: int | None = None
) -> NDArray[np.uint8]:
    """The best classes of a network that is right on `hits` images, and on `top5` among its five best."""
    kept = min(5, classes)
    truth = labels(images, classes)
    rows = (truth[:, np.newaxis] + 1 + np.arange(kept)) % classes
    if kept == classes:
        raise ValueError("a network that keeps every class is never wrong among the five best")
    rows[hits:top5, kept - 1] = truth[hits:top5] if top5 is not None else rows[hits:top5, kept - 1]
    rows[:hits] = (truth[:hits, np.newaxis] + np.arange(kept)) % classes
    return rows.astype(np.uint8)


def contract(**more: Any) -> Contract:
    """What a network was given: pixels from 0 to 1, assumed."""
    defaults: dict[str, Any] = {
        "input": InputContract(),
        "output": OutputContract(),
        "source": "assumed",
    }
    return Contract(**defaults | more)


def predictions(dataset: str = DATASET, **more: Any) -> Predictions:
    """The record of a network's answers."""
    defaults: dict[str, Any] = {
        "dataset": dataset,
        "dataset_digest": "d" * 64,
        "images": 100,
        "classes": 10,
        "contract": contract(),
        "ties": 0,
        "array_key": f"{ARTEFACT}.{dataset}",
    }
    return Predictions(**defaults | more)


def answers(
    hits: int, images: int = 100, *, classes: int = 10, top5: int | None = None, ties: int = 0
) -> RankedPredictions:
    """A network's answers beside the labels."""
    record = predictions(images=images, classes=classes, ties=ties)
    found = ranked(hits, images, classes, top5)
    score = np.linspace(0, 1, images)
    return RankedPredictions(record, found, labels(images, classes), score)


def given(hits: int, *, scores: bool, **more: Any) -> RankedPredictions:
    """A table of predictions beside the labels, with scores or of labels alone."""
    found = answers(hits, **more)
    record = msgspec.structs.replace(found.record, contract=contract(source="given"))
    if scores:
        return replace(found, record=record)
    unknown = np.full(len(found.labels), np.nan)
    return replace(found, record=record, ranked=found.ranked[:, :1], best_score=unknown)


def layer(kind: str, **settings: Any) -> LayerSummary:
    """One layer of an opened network."""
    return LayerSummary(
        name=kind.lower(), type=kind, output_shape=None, parameters=1, settings=settings
    )


def model(*layers: LayerSummary) -> ModelSummary:
    """An opened network."""
    return ModelSummary(
        file="digits.h5",
        format="hdf5",
        keras_version="3.8.0",
        backend="tensorflow",
        inputs=(Port(name="pixels", shape=(None, 28, 28, 1)),),
        outputs=(Port(name="digit", shape=(None, 10)),),
        parameters=1234,
        trainable_parameters=1200,
        layers=layers,
    )


@dataclass(frozen=True)
class View:
    """Evidence in memory, as checks see it. What is not there is an internal failure, as in a run."""

    networks: Mapping[str, ModelSummary | Failure] = field(default_factory=dict)
    answers: Mapping[str, RankedPredictions | Failure] = field(default_factory=dict)
    """By dataset."""

    def model(self, artefact: str) -> ModelSummary | Failure:
        return self.networks.get(artefact, Failure(reason="internal"))

    def predictions(self, artefact: str, dataset: str) -> RankedPredictions | Failure:
        return self.answers.get(dataset, Failure(reason="internal"))


def exercise(*checks: CheckKind, **more: Any) -> Exercise:
    """An exercise worth what its checks are worth."""
    defaults: dict[str, Any] = {
        "id": "digits",
        "title": "Digits",
        "points": sum(check.points for check in checks),
        "artefact": ARTEFACT,
        "checks": checks,
    }
    return Exercise(**defaults | more)


def lab(*checks: CheckKind, **more: Any) -> Lab:
    """A lab of one exercise."""
    defaults: dict[str, Any] = {
        "slug": "ml-assignment2",
        "title": "A lab",
        "version": "1",
        "artefacts": (Artefact(id=ARTEFACT, title="the network", patterns=("*.h5",)),),
        "exercises": (exercise(*checks),),
    }
    return Lab(**defaults | more)


def threshold(full_at: float = 0.9, points: float = 30, **more: Any) -> AccuracyAtLeast:
    """An all-or-nothing accuracy check, unless told otherwise."""
    demand = Demand(full_at=full_at, zero_at=more.pop("zero_at", None))
    defaults: dict[str, Any] = {
        "id": "accuracy",
        "title": "Accuracy",
        "points": points,
        "dataset": DATASET,
        "demands": (demand,),
    }
    return AccuracyAtLeast(**defaults | more)


def case(
    check: CheckKind,
    view: View,
    *,
    language: str = "en",
    standing: ClassStanding | None = None,
    secret: bool = False,
) -> Case:
    """A check of an exercise of its own, ready to be judged."""
    return Case(
        exercise=exercise(check),
        evidence=view,
        say=catalogue(language),
        standing=standing,
        secret=frozenset({DATASET}) if secret else frozenset(),
    )


def judge(check: CheckKind, view: View, **more: Any) -> CheckResult:
    """Judge one check alone."""
    return check.judge(case(check, view, **more))


def evidence(
    student: str = "amina", items: Mapping[Need, Item] | None = None, **more: Any
) -> Evidence:
    """Stored evidence of one submission."""
    observations = tuple(
        Observation(
            artefact=need.artefact,
            dataset=need.dataset if isinstance(need, PredictionsNeed) else None,
            item=item,
        )
        for need, item in (items or {}).items()
    )
    defaults: dict[str, Any] = {
        "key": "k" * 64,
        "submission": submission(student),
        "chosen": {ARTEFACT: "digits.h5"},
        "observations": observations,
    }
    return Evidence(**defaults | more)


NETWORK = ModelNeed(artefact=ARTEFACT)
ANSWERS = PredictionsNeed(artefact=ARTEFACT, dataset=DATASET)


def check_result(status: str = "passed", score: float | None = 30, **more: Any) -> CheckResult:
    """One judged check."""
    defaults: dict[str, Any] = {
        "check_id": "accuracy",
        "title": "Accuracy",
        "status": status,
        "score": score,
        "max_score": 30,
        "feedback": "Your accuracy is 95%.",
        "advice": "" if status == "passed" else "Train longer.",
    }
    return CheckResult(**defaults | more)


def report(name: str = "amina", checks: Sequence[CheckResult] = (), **more: Any) -> GradeReport:
    """One student's result in a lab of one exercise."""
    shown = tuple(checks) or (check_result(),)
    points = sum(check.score or 0 for check in shown)
    full = sum(check.max_score for check in shown)
    defaults: dict[str, Any] = {
        "student": Student(id=name, name=name.title(), email=f"{name}@example.org"),
        "lab": "mnist-cifar100",
        "lab_title": "A lab",
        "language": "en",
        "exercises": (
            ExerciseResult(
                exercise_id="mnist",
                title="MNIST",
                max_score=full,
                file="mnist.h5",
                checks=shown,
            ),
        ),
        "points": points,
        "max_points": full,
        "points_interval": Interval(low=points, high=points),
        "complete": all(check.status not in ("error", "pending") for check in shown),
        "provenance": Provenance(
            lab_version="1",
            submission_sha256="5" * 64,
            evidence_key="k" * 64,
            versions={"grader": "0.1.0", "keras": "3.8.0"},
            datasets=(
                DatasetUsed(
                    name=DATASET, title="Digits", digest="d" * 64, images=100, secret=False
                ),
            ),
            isolation="process",
        ),
    }
    return GradeReport(**defaults | more)
