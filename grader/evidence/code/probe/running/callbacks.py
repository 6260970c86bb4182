"""Callbacks of student code: what they do is recorded, and they see every epoch that was declared."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import wraps
from typing import Any

import keras

from grader.evidence.code.probe.running.recorder import Recorder

#: Seconds that the callbacks of one training may take with the epochs that were not run.
_LONGEST_S = 2.0

_HOOKS = (
    *("on_train_begin", "on_train_end", "on_epoch_begin", "on_epoch_end"),
    *("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end"),
)


def record_within_callbacks(recorder: Recorder) -> None:
    """What a callback asks a model is recorded, and capped, although it is called from within a training."""
    for name in _HOOKS:
        _patch(recorder, name)


def own_callbacks(callbacks: Sequence[Any]) -> list[Any]:
    """Those that run code of the student's own."""
    return [
        callback
        for callback in callbacks
        if isinstance(callback, keras.callbacks.LambdaCallback)
        or type(callback).__module__.partition(".")[0] != "keras"
    ]


def go_through(callbacks: Sequence[Any], model: Any, history: Any, seen: int) -> bool:
    """Call callbacks for the epochs of a history that were not run, until they take too long.

    Args:
        callbacks: Of the student's own.
        model: That is trained.
        history: With all epochs.
        seen: How many epochs they saw already; 0 where the training was not begun.

    Returns:
        Whether none of them raised an error.
    """
    if not callbacks:
        return True
    called = keras.callbacks.CallbackList(list(callbacks), model=model, params=history.params)
    ends = time.monotonic() + _LONGEST_S
    try:
        if not seen:
            called.on_train_begin()
        for place, epoch in enumerate(history.epoch[seen:], seen):
            if time.monotonic() > ends or model.stop_training:
                break
            logs = {name: values[place] for name, values in history.history.items()}
            called.on_epoch_begin(epoch)
            called.on_train_batch_begin(0)
            called.on_train_batch_end(
                0, {name: value for name, value in logs.items() if not name.startswith("val_")}
            )
            called.on_epoch_end(epoch, logs)
        called.on_train_end()
    except Exception:  # a student's own class
        return False
    return True


def _patch(recorder: Recorder, name: str) -> None:
    original = getattr(keras.callbacks.CallbackList, name)

    @wraps(original)
    def patched(callbacks: Any, *args: Any, **kwargs: Any) -> Any:
        with recorder.resting():
            return original(callbacks, *args, **kwargs)

    setattr(keras.callbacks.CallbackList, name, patched)
