"""Which model's weights code saves or loads under which name."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import wraps
from typing import Any, Literal

import keras

from grader.evidence.code.probe.running.built import is_built
from grader.evidence.code.probe.running.places import current_place
from grader.evidence.code.probe.running.recorder import Recorder
from grader.evidence.code.run_record import WeightsFile

_NAME = 300


def record_weights_files(recorder: Recorder) -> None:
    """Record every call of `save_weights` and `load_weights`, whether or not it works.

    To be installed after what adapts the names of files, so that names are recorded as the student wrote them.
    """
    _patch(recorder, "save_weights", "saved")
    _patch(recorder, "load_weights", "loaded")


def _patch(recorder: Recorder, name: str, method: Literal["saved", "loaded"]) -> None:
    original = getattr(keras.Model, name)

    @wraps(original)
    def patched(model: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        _note(recorder, model, filepath, method)
        try:
            return original(model, filepath, *args, **kwargs)
        finally:
            _keep(recorder, model)  # loading may build it

    setattr(keras.Model, name, patched)


def _note(
    recorder: Recorder, model: Any, filepath: Any, method: Literal["saved", "loaded"]
) -> None:
    with suppress(TypeError, ValueError):  # no path: the call itself says what is wrong
        recorder.weights_file(
            WeightsFile(
                where=current_place(),
                method=method,
                path=os.fsdecode(filepath)[:_NAME],
                model=recorder.model_number(model),
            )
        )


def _keep(recorder: Recorder, model: Any) -> None:
    if is_built(model):
        recorder.keep_config(model)
