"""Evidence of code made by hand: trainings without a program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.evidence.code.record import CodeNeed, CodeReading, LayerRead, Training
from grader.evidence.code.run_record import (
    ArrayOrigin,
    CodeRun,
    CodeRunNeed,
    CodeShown,
    RecordedRun,
    TracedTraining,
)
from grader.records.evidence import Failure
from tests.factories import ARTEFACT, View

CODE_NEED = CodeNeed(artefact=ARTEFACT)
RUN_NEED = CodeRunNeed(artefact=ARTEFACT)


def dense(units: int | None, activation: str = "relu") -> LayerRead:
    """A fully connected layer."""
    return LayerRead(class_name="Dense", units=units, activation=activation)


def mlp(*units: int, activation: str = "relu", output: str = "softmax") -> tuple[LayerRead, ...]:
    """Fully connected layers, the last with an activation of its own."""
    hidden = [dense(each, activation) for each in units[:-1]]
    return (LayerRead(class_name="Flatten"), *hidden, dense(units[-1], output))


def training(*units: int, where: str = "lab.py:9", **more: Any) -> Training:
    """A training of fully connected layers, as it was read."""
    defaults: dict[str, Any] = {
        "layers": mlp(*units) if units else (),
        "loss": "categorical_crossentropy",
        "optimizer": "SGD",
        "learning_rate": 0.01,
        "states_rate": True,
        "epochs": 10,
        "batch_size": 128,
        "data": "mnist/train",
    }
    return Training(where=where, **defaults | more)


def traced(read: Training, **more: Any) -> TracedTraining:
    """The record of a run of a training that was read."""
    defaults: dict[str, Any] = {
        "where": read.where,
        "layers": read.layers,
        "images": ArrayOrigin(dataset="mnist", split="train", images=60_000, low=0.0, high=1.0),
        "labels": "one-hot",
        "capped": True,
    }
    return TracedTraining(**defaults | more)


def reading(*trainings: Training, **more: Any) -> CodeReading:
    """What was read of a script."""
    return CodeReading(files=("lab.py",), trainings=trainings, **more)


def run(*trainings: TracedTraining, **more: Any) -> CodeRun:
    """What was recorded while it ran."""
    return CodeRun(files=("lab.py",), trainings=trainings, **more)


def shown(*trainings: Training, ran: Sequence[TracedTraining] = (), **more: Any) -> CodeShown:
    """Code that was read, and run where something was recorded."""
    recorded = run(*ran) if ran else None
    return CodeShown(files=("lab.py",), trainings=trainings, run=recorded, **more)


def code_view(read: CodeReading | Failure, recorded: CodeRun | Failure | None = None) -> View:
    """The view of a submission of code; what was recorded is nothing unless it is given."""
    ran = run() if recorded is None else recorded
    found = ran if isinstance(ran, Failure) else RecordedRun(ran, dict)
    return View({CODE_NEED: read, RUN_NEED: found})
