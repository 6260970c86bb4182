"""Everything that is patched before code runs, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.running.data_used import DataUsed
from grader.evidence.code.probe.running.evaluations import EvaluationPatch
from grader.evidence.code.probe.running.recorder import Recorder
from grader.evidence.code.probe.running.tapes import TapePatch
from grader.evidence.code.probe.running.trainings import TrainingPatch
from grader.evidence.code.run_record import ArrayOrigin, FigureDrawn

Splits = Mapping[tuple[str, str], tuple[NDArray[np.uint8], NDArray[np.uint8]]]


@dataclass
class Patches:
    """What is patched, as far as it is asked something later."""

    recorder: Recorder

    def end_of_step(self, *, is_cell: bool, is_last: bool) -> None:
        """After a step."""

    def figures(self) -> list[tuple[FigureDrawn, bytes]]:
        """The figures recorded, each with its picture, or nothing."""
        return []


class _NoOrigins:
    def find(self, x: Any, y: Any) -> tuple[ArrayOrigin, str]:
        return ArrayOrigin(), ""

    def same_data(self, one: Any, other: Any) -> bool:
        return False


def install(recorder: Recorder, splits: Splits) -> Patches:
    """Patch everything.

    Args:
        recorder: Where to record.
        splits: The data that are served, by dataset and split.
    """
    data = DataUsed(_NoOrigins())
    trainings = TrainingPatch(recorder, data)
    trainings.install()
    EvaluationPatch(recorder, data, trainings).install()
    TapePatch(recorder, trainings).install()
    return Patches(recorder)


def keras_version() -> str:
    """The library that runs models."""
    return f"keras {keras.__version__}"
