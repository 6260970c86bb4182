"""Trainings that are written as loops over a `GradientTape`, and gradients that code computes."""

from __future__ import annotations

import sys
from collections import Counter
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
from grader.evidence.code.record import LayerRead
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
        self._calls: Counter[tuple[str, int]] = Counter()

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
                variables = _flat(kwargs.get("sources", args[1] if len(args) > 1 else None))
                model = _model_of(variables, sys._getframe(1))
                self.record_gradients(current_place(), _flat(found), model)
            return found

        tf.GradientTape.gradient = recorded_gradient

    def record_gradients(self, where: str, gradients: Iterable[Any], model: Any = None) -> None:
        """Record the gradients of one call, by their largest values.

        Args:
            where: It stands.
            gradients: Arrays or tensors; None for what does not depend.
            model: Whose variables they are for; None where nobody knows.
        """
        number = 0 if model is None else self._recorder.model_number(model)
        self._calls[where, number] += 1
        if self._calls[where, number] > _CALLS:
            return
        arrays = [_array(item) for item in list(gradients)[:_VARIABLES]]
        self._recorder.gradient(
            GradientsComputed(
                where=where,
                model=number,
                layers=() if model is None else _layers(model),
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
        own = len(wanted & _ids(model.trainable_variables))
        if own > shared:
            best, shared = model, own
    return best


def _layers(model: Any) -> tuple[LayerRead, ...]:
    try:
        return described.layers_of(model)
    except Exception:  # models and layers of a student may be anything
        return ()


def _ids(variables: Iterable[Any]) -> set[int]:
    """What tells variables of Keras, and those of TensorFlow within them, from others."""
    return {id(item) for one in variables for item in (one, getattr(one, "_value", one))}


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
