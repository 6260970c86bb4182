"""Records and arrays made by hand: evidence without a model, results without a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader import checks
from grader.checks import AccuracyAtLeast, CheckContext, CheckKind, ClassScores, Threshold
from grader.evidence.models.record import LayerSummary, ModelNeed, ModelSummary, Port
from grader.evidence.need import Need
from grader.evidence.predictions.interface import ModelInterface, OutputFormat, Preprocessing
from grader.evidence.predictions.record import Predictions, PredictionsNeed, RankedPredictions
from grader.messages import catalogue, failure_text
from grader.records.base import Record
from grader.records.evidence import (
    ArtefactFile,
    Evidence,
    Failure,
    Observation,
    ResolvedFiles,
    ServedArtefact,
    internal_failure,
)
from grader.records.lab import Artefact, Exercise, Lab
from grader.records.message import Message, Name, Share, message
from grader.records.result import (
    CheckResult,
    DatasetUsed,
    ExerciseResult,
    GradeReport,
    JudgedArtefact,
    Provenance,
)
from grader.records.section import Interval
from grader.records.submission import Student, Submission, SubmittedFile

T = TypeVar("T")

ARTEFACT = "digit-model"
DATASET = "digits"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)

MODEL_NEED = ModelNeed(artefact=ARTEFACT)
PREDICTIONS_NEED = PredictionsNeed(artefact=ARTEFACT, dataset=DATASET)


def submission(student: str = "amina", **more: Any) -> Submission:
    """A submission of one saved model."""
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


def prediction_arrays(found: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """What is stored beside a record of predictions: the best classes and their scores."""
    return {"ranked": found, "best_score": np.linspace(0, 1, len(found))}


def stored_arrays(
    found: NDArray[Any], need: Need[Any] = PREDICTIONS_NEED
) -> dict[str, dict[str, NDArray[Any]]]:
    """The arrays of a submission with predictions for one need."""
    return {need.id: prediction_arrays(found)}


def ranked(
    hits: int, images: int = 100, classes: int = 10, top5: int | None = None
) -> NDArray[np.uint8]:
    """The best classes of a model that is right on `hits` images, and on `top5` among its five best."""
    kept = min(5, classes)
    truth = labels(images, classes)
    rows = (truth[:, np.newaxis] + 1 + np.arange(kept)) % classes
    if kept == classes:
        raise ValueError("a model that keeps every class is never wrong among the five best")
    rows[hits:top5, kept - 1] = truth[hits:top5] if top5 is not None else rows[hits:top5, kept - 1]
    rows[:hits] = (truth[:hits, np.newaxis] + np.arange(kept)) % classes
    return rows.astype(np.uint8)


def interface(**more: Any) -> ModelInterface:
    """The interface of a model: pixels from 0 to 1, assumed."""
    defaults: dict[str, Any] = {
        "preprocessing": Preprocessing(),
        "output": OutputFormat(),
        "source": "assumed",
    }
    return ModelInterface(**defaults | more)


def predictions(dataset: str = DATASET, **more: Any) -> Predictions:
    """The record of a model's predictions."""
    defaults: dict[str, Any] = {
        "dataset": dataset,
        "dataset_digest": "d" * 64,
        "images": 100,
        "classes": 10,
        "interface": interface(),
        "ties": 0,
    }
    return Predictions(**defaults | more)


def ranked_predictions(
    hits: int, images: int = 100, *, classes: int = 10, top5: int | None = None, ties: int = 0
) -> RankedPredictions:
    """A model's predictions beside the labels."""
    record = predictions(images=images, classes=classes, ties=ties)
    found = ranked(hits, images, classes, top5)
    return RankedPredictions(record, found, labels(images, classes), np.linspace(0, 1, images))


def table_predictions(hits: int, *, scores: bool, **more: Any) -> RankedPredictions:
    """A table of predictions beside the labels, with scores or of labels alone."""
    found = ranked_predictions(hits, **more)
    record = msgspec.structs.replace(found.record, interface=interface(source="given"))
    if scores:
        return replace(found, record=record)
    unknown = np.full(len(found.labels), np.nan)
    return replace(found, record=record, ranked=found.ranked[:, :1], best_score=unknown)


def layer(kind: str, **settings: Any) -> LayerSummary:
    """One layer of an opened model."""
    return LayerSummary(
        name=kind.lower(), type=kind, output_shape=None, parameters=1, settings=settings
    )


def model(*layers: LayerSummary, **more: Any) -> ModelSummary:
    """An opened model."""
    defaults: dict[str, Any] = {
        "file": "digits.h5",
        "format": "hdf5",
        "keras_version": "3.8.0",
        "backend": "tensorflow",
        "inputs": (Port(name="pixels", shape=(None, 28, 28, 1)),),
        "outputs": (Port(name="digit", shape=(None, 10)),),
        "parameters": 1234,
        "trainable_parameters": 1200,
        "layers": layers,
    }
    return ModelSummary(**defaults | more)


@dataclass(frozen=True)
class View:
    """Evidence in memory, as checks see it. What is not there is an internal failure, as in a run."""

    records: Mapping[Need[Any], Any] = field(default_factory=dict)

    def get(self, need: Need[T]) -> T | Failure:
        found: T | Failure = self.records.get(need, internal_failure(f"nothing for {need.id}"))
        return found


def view(
    predicted: RankedPredictions | Failure | None = None,
    opened: ModelSummary | Failure | None = None,
) -> View:
    """The view of a submission with predictions on the dataset, and a model."""
    records: dict[Need[Any], Any] = {}
    if predicted is not None:
        records[PREDICTIONS_NEED] = predicted
    if opened is not None:
        records[MODEL_NEED] = opened
    return View(records)


def exercise(*checks: CheckKind, **more: Any) -> Exercise:
    """An exercise worth what its checks are worth."""
    defaults: dict[str, Any] = {
        "id": "digits",
        "title": "Digits",
        "points": sum(check.points for check in checks),
        "artefacts": (ARTEFACT,),
        "checks": checks,
    }
    return Exercise(**defaults | more)


def lab(*checks: CheckKind, **more: Any) -> Lab:
    """A lab of one exercise."""
    defaults: dict[str, Any] = {
        "slug": "ml-assignment2",
        "title": "A lab",
        "version": "1",
        "artefacts": (Artefact(id=ARTEFACT, title="the model", patterns=("*.h5",)),),
        "exercises": (exercise(*checks),),
    }
    return Lab(**defaults | more)


def threshold(full_at: float = 0.9, points: float = 30, **more: Any) -> AccuracyAtLeast:
    """An all-or-nothing accuracy check, unless told otherwise."""
    one = Threshold(full_at=full_at, zero_at=more.pop("zero_at", None))
    defaults: dict[str, Any] = {
        "id": "accuracy",
        "title": "Accuracy",
        "points": points,
        "dataset": DATASET,
        "thresholds": (one,),
    }
    return AccuracyAtLeast(**defaults | more)


def check_kinds() -> dict[str, type[CheckKind]]:
    """Every kind of check of the grader, by the name it has in JSON."""
    members = [getattr(checks, name) for name in checks.__all__]
    return {
        str(kind.__struct_config__.tag): kind
        for kind in members
        if isinstance(kind, type) and issubclass(kind, CheckKind) and kind is not CheckKind
    }


def context(
    check: CheckKind,
    seen: View,
    *,
    class_scores: ClassScores | None = None,
    references: Mapping[tuple[str, int], float] | None = None,
) -> CheckContext:
    """What a check of an exercise of its own is judged on."""
    return CheckContext(
        exercise=exercise(check),
        evidence=seen,
        class_scores=class_scores,
        references=references or {},
    )


def judge(check: CheckKind, seen: View, **more: Any) -> CheckResult:
    """Judge one check alone."""
    return check.judge(context(check, seen, **more))


def worded(result: CheckResult, language: str = "en") -> str:
    """The feedback and the advice of a check in one text, as staff read it."""
    translate = catalogue(language)
    if result.failure is not None:
        return " ".join(failure_text(result.failure, translate))
    return " ".join(translate.translate(item) for item in (*result.feedback, *result.advice))


def observation(
    need: Need[Any], record: Record | Failure, *, key: str = "k" * 64, has_arrays: bool = False
) -> Observation:
    """What was collected for a need."""
    if isinstance(record, Failure):
        return Observation(need=need.id, kind=need.kind, key=key, failure=record)
    return Observation(
        need=need.id,
        kind=need.kind,
        key=key,
        record=msgspec.Raw(msgspec.json.encode(record)),
        has_arrays=has_arrays,
    )


def resolved(path: str = "digits.h5", **more: Any) -> ResolvedFiles:
    """One file that serves the artefact."""
    file = ArtefactFile(path=path, sha256="f" * 64, kind="hdf5", size=1000)
    defaults: dict[str, Any] = {
        "key": "r" * 64,
        "artefacts": {ARTEFACT: ServedArtefact(files=(file,))},
    }
    return ResolvedFiles(**defaults | more)


def evidence(
    student: str = "amina", records: Mapping[Need[Any], Record | Failure] | None = None, **more: Any
) -> Evidence:
    """Stored evidence of one submission."""
    observations = tuple(
        observation(need, record, has_arrays=isinstance(record, Predictions))
        for need, record in (records or {}).items()
    )
    defaults: dict[str, Any] = {
        "submission": submission(student),
        "resolved": resolved(),
        "observations": observations,
    }
    return Evidence(**defaults | more)


def said(text: str) -> tuple[Message, ...]:
    """A text as feedback: a file that was not what was asked for, named by it."""
    return (message("failure.crashed", file=Name(text=text)),)


def check_result(status: str = "passed", score: float | None = 30, **more: Any) -> CheckResult:
    """One judged check."""
    share = Share(value=0.95, dataset=DATASET)
    defaults: dict[str, Any] = {
        "check_id": "accuracy",
        "title": "Accuracy",
        "status": status,
        "score": score,
        "max_score": 30,
        "feedback": (
            message(
                "accuracy.reached",
                metric=message("accuracy.top-1"),
                accuracy=share,
                needed=Share(value=0.9, setting=True),
            ),
        ),
        "advice": () if status == "passed" else (message("advice.accuracy"),),
    }
    return CheckResult(**defaults | more)


def report(name: str = "amina", checks: Sequence[CheckResult] = (), **more: Any) -> GradeReport:
    """One student's result in a lab of one exercise."""
    shown = tuple(checks) or (check_result(),)
    points = round(sum(check.score or 0 for check in shown), 2)
    full = round(sum(check.max_score for check in shown), 2)
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
                artefacts=(
                    JudgedArtefact(artefact_id=ARTEFACT, title="the model", files=("mnist.h5",)),
                ),
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
            evidence_digest="k" * 64,
            versions={"grader": "0.1.0", "keras": "3.8.0"},
            datasets=(dataset_used(),),
            isolation="strong",
        ),
    }
    return GradeReport(**defaults | more)


def dataset_used(*, secret: bool = False, **more: Any) -> DatasetUsed:
    """The dataset as a run saw it."""
    defaults: dict[str, Any] = {
        "name": DATASET,
        "title": "Digits",
        "digest": "d" * 64,
        "images": 100,
        "secret": secret,
    }
    return DatasetUsed(**defaults | more)
