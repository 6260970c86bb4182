"""Trainings that are written as loops over a `GradientTape`, and gradients that code computes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import wraps
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import keras
import msgspec
import numpy as np
import tensorflow as tf

from grader.evidence.code.probe.running import described
from grader.evidence.code.probe.running.places import current_place, is_adapted
from grader.evidence.code.probe.running.recorder import Recorder
from grader.evidence.code.probe.running.trainings import TrainingPatch
from grader.evidence.code.run_record import GradientsComputed, TracedTraining

#: Gradients of one call that are recorded, and calls of one place whose values are looked at.
_VARIABLES, _CALLS = 200, 200


class TapePatch:
    """Records steps of optimizers outside `fit`, and gradients of tapes.

    Args:
        recorder: Where to.
        trainings: Describes what is trained.
    """

    def __init__(self, recorder: Recorder, trainings: TrainingPatch) -> None:
        self._recorder = recorder
        self._trainings = trainings
        self._steps: WeakKeyDictionary[Any, dict[str, TracedTraining]] = WeakKeyDictionary()

    def install(self) -> None:
        """Patch Keras' optimizers and TensorFlow's tape."""
        apply = keras.optimizers.Optimizer.apply  # `apply_gradients` calls it

        @wraps(apply)
        def recorded_apply(optimizer: Any, grads: Any, trainable_variables: Any = None) -> Any:
            if not self._recorder.own_work:
                variables = trainable_variables or optimizer._trainable_variables
                self._record_step(optimizer, list(variables or ()))
            with self._recorder.working():
                return apply(optimizer, grads, trainable_variables)

        keras.optimizers.Optimizer.apply = recorded_apply
        gradient = tf.GradientTape.gradient

        @wraps(gradient)
        def recorded_gradient(tape: Any, *args: Any, **kwargs: Any) -> Any:
            found = gradient(tape, *args, **kwargs)
            if not self._recorder.own_work and not is_adapted(sys._getframe(1)):
                self.record_gradients(current_place(), _flat(found))
            return found

        tf.GradientTape.gradient = recorded_gradient

    def record_gradients(self, where: str, gradients: Iterable[Any]) -> None:
        """Record the gradients of one call, by their largest values.

        Args:
            where: It stands.
            gradients: Arrays or tensors; None for what does not depend.
        """
        before = self._recorder.gradients.get(where)
        if before is not None and before.calls >= _CALLS:
            return
        arrays = [_array(item) for item in list(gradients)[:_VARIABLES]]
        self._recorder.gradient(
            GradientsComputed(
                where=where,
                largest=tuple(
                    None if array is None or not array.size else described.number(abs(array).max())
                    for array in arrays
                ),
                shapes=tuple(() if array is None else array.shape for array in arrays),
            )
        )

    def _record_step(self, optimizer: Any, variables: list[Any]) -> None:
        where = current_place()
        steps = self._steps.setdefault(optimizer, {})
        if where not in steps:
            model = _model_of(variables, sys._getframe(2))
            if model is None:
                return
            self._recorder.keep_config(model)
            rate, stated = described.rate_of(optimizer)
            steps[where] = msgspec.structs.replace(
                self._trainings.describe_model(model),
                method="GradientTape",
                optimizer=type(optimizer).__name__,
                learning_rate=rate,
                states_rate=stated,
            )
        self._recorder.training(steps[where])


def _model_of(variables: list[Any], frame: FrameType | None) -> Any:
    """The model that has these variables, among what the running functions can see."""
    wanted = {id(variable) for variable in variables}
    best, shared = None, 0
    for model in _models(frame):
        own = len(wanted & {id(variable) for variable in model.trainable_variables})
        if own > shared:
            best, shared = model, own
    return best


def _models(frame: FrameType | None) -> Iterator[Any]:
    while frame is not None:
        for value in [*frame.f_locals.values(), *frame.f_globals.values()]:
            if isinstance(value, keras.Model):
                yield value
            elif type(value).__module__ == "__main__":
                yield from (
                    item
                    for item in getattr(value, "__dict__", {}).values()
                    if isinstance(item, keras.Model)
                )
        frame = frame.f_back


def _flat(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [item for part in value for item in _flat(part)]
    return [value]


def _array(value: Any) -> np.ndarray[Any, Any] | None:
    try:
        return None if value is None else np.asarray(getattr(value, "values", value))
    except Exception:  # a symbolic tensor
        return None
