"""Everything that is patched before code runs, in the order in which one builds on the other."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import keras
import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.running import pytorch, shims
from grader.evidence.code.probe.running.data.downloads import path_of_download
from grader.evidence.code.probe.running.data.install import install as install_data
from grader.evidence.code.probe.running.data.origin import OriginFinder
from grader.evidence.code.probe.running.data.served import ServedData, ServedSplit
from grader.evidence.code.probe.running.data_used import DataUsed
from grader.evidence.code.probe.running.evaluations import EvaluationPatch
from grader.evidence.code.probe.running.figures import FigureRecorder
from grader.evidence.code.probe.running.places import current_place
from grader.evidence.code.probe.running.recorder import Recorder
from grader.evidence.code.probe.running.resumed import ResumedTrainings
from grader.evidence.code.probe.running.saved_weights import record_weights_files
from grader.evidence.code.probe.running.sequential import build_layer_by_layer
from grader.evidence.code.probe.running.shims import hooks
from grader.evidence.code.probe.running.tapes import TapePatch
from grader.evidence.code.probe.running.trainings import TrainingPatch

Splits = Mapping[tuple[str, str], tuple[NDArray[np.uint8], NDArray[np.uint8]]]

#: Rows that gradients are computed for in quick mode.
_GRADIENT_ROWS = 256

#: Questions of `input()` that are kept.
_QUESTIONS = 100


def install(
    recorder: Recorder, splits: Splits, resumed: ResumedTrainings | None = None
) -> FigureRecorder:
    """Patch everything; figures are asked for later.

    Args:
        recorder: Where to record.
        splits: The data that are served, by dataset and split.
        resumed: Trainings that are kept; None where none are.
    """
    at_hand = {place: ServedSplit(*split) for place, split in splits.items()}
    served = ServedData(at_hand, on_stand_in=lambda name: recorder.stand_ins.update({name: None}))
    data = DataUsed(OriginFinder(served))
    trainings = TrainingPatch(recorder, data, resumed)
    trainings.install()
    build_layer_by_layer()
    EvaluationPatch(recorder, data, trainings).install()
    tapes = TapePatch(recorder, trainings)
    tapes.install()
    pytorch.install(recorder, data)
    hooks.on_gradients = tapes.record_gradients
    hooks.gradient_rows = _GRADIENT_ROWS if recorder.mode == "quick" else None
    hooks.on_missing_file = lambda name: _record_missing(recorder, name)
    hooks.on_get_file = path_of_download
    # Before the shims, which look for files by their names and tell which are missing.
    install_data(served, recorder.used)
    shims.install(recorder.used, lambda question: _answer(recorder, question))
    record_weights_files(recorder)
    figures = FigureRecorder(current_place, recorder.histories.series)
    figures.install()
    return figures


def keras_version() -> str:
    """The library that runs models."""
    return f"keras {keras.__version__}"


def _record_missing(recorder: Recorder, name: str) -> None:
    """Record a file that is not there, but not where Python and its packages are looked for."""
    own = [os.path.abspath(entry) for entry in (*sys.path, sys.prefix, sys.base_prefix)]  # noqa: PTH100
    if not any(name == entry or name.startswith(f"{entry}{os.sep}") for entry in own):
        recorder.missing_files[name] = None


def _answer(recorder: Recorder, question: str) -> str:
    """What `input()` gives: an empty line."""
    if len(recorder.asked) < _QUESTIONS:
        recorder.asked.append(question[:200])
    return ""
