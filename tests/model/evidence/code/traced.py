"""Notebooks of the tests, run as those of students are, each cell under a name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from textwrap import dedent
from typing import Any

from grader.evidence.code.run import FinishedRun
from grader.evidence.code.run_record import CodeRun, StepRun, TracedEvaluation, TracedTraining


class Traced:
    """What was recorded of a notebook.

    Args:
        run: It.
        names: Of its cells, from the first.
    """

    def __init__(self, run: CodeRun, names: list[str]) -> None:
        self.run = run
        self._cells = {name: f"lab.ipynb, cell {number}" for number, name in enumerate(names, 1)}

    def step(self, name: str) -> StepRun:
        """What came of a cell."""
        (step,) = [step for step in self.run.steps if step.where == self._cells[name]]
        return step

    def trainings(self, name: str) -> list[TracedTraining]:
        """The trainings of a cell."""
        return [item for item in self.run.trainings if self._is_in(item.where, name)]

    def training(self, name: str) -> TracedTraining:
        """The only training of a cell."""
        (found,) = self.trainings(name)
        return found

    def evaluations(self, name: str) -> list[TracedEvaluation]:
        """The evaluations of a cell."""
        return [item for item in self.run.evaluations if self._is_in(item.where, name)]

    def told(self, name: str) -> Any:
        """What a cell printed last, as JSON."""
        step = self.step(name)
        assert step.status == "ok", step.traceback
        return json.loads(step.printed.splitlines()[-1])

    def _is_in(self, where: str, name: str) -> bool:
        return where.startswith(f"{self._cells[name]},")


#: Runs a notebook given by the names and sources of its cells.
RunCells = Callable[..., Traced]

#: Runs files given by their names and contents: for all that came of it, and for what was recorded.
RunFinished = Callable[..., FinishedRun]
RunNamed = Callable[..., CodeRun]


def as_notebook(cells: Mapping[str, str]) -> str:
    """A notebook of cells."""
    sources = [dedent(source).strip("\n") for source in cells.values()]
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [{"cell_type": "code", "source": source} for source in sources],
        }
    )


#: What the notebooks begin with: made-up data of ten classes, and a small model.
BEGIN = """
import json
import numpy as np
import tensorflow as tf
import keras
from keras import layers, Sequential, Input, Model
r = np.random.default_rng(1)
x, y = r.random((100, 6)).astype("float32"), r.integers(0, 10, 100)
x_val, y_val = r.random((40, 6)).astype("float32"), r.integers(0, 10, 40)
hot = np.eye(10)[y]
def small(*more):
    return Sequential([Input((6,)), layers.Dense(4, "relu"), *more, layers.Dense(10, "softmax")])
def ready(metrics=("accuracy",), optimizer="sgd", *more):
    model = small(*more)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=list(metrics))
    return model
def tell(value):
    print(json.dumps(value))
"""
