"""`evaluate`, `predict` and `train_on_batch` of Keras models, recorded; in quick mode they compute a few rows."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import wraps
from typing import Any

import keras
import msgspec
import numpy as np

from grader.evidence.code.probe.running import described
from grader.evidence.code.probe.running.capping import Inputs, first_rows, inputs_of, length_of
from grader.evidence.code.probe.running.data_used import DataUsed
from grader.evidence.code.probe.running.places import current_place
from grader.evidence.code.probe.running.recorder import Recorder
from grader.evidence.code.probe.running.trainings import TrainingPatch
from grader.evidence.code.run_record import TracedEvaluation, TracedTraining

#: Rows that are really evaluated or predicted, rows of a single step, and single steps of one place and model.
_ROWS, _STEP_ROWS, _STEPS = 64, 16, 2

#: Bytes of predictions that are given back.
_MOST_BYTES = 1 << 30


class EvaluationPatch:
    """Records what models are asked once they are trained, and single steps of training.

    Args:
        recorder: Where to.
        data: Describes what is evaluated.
        trainings: Describes what is trained.
    """

    def __init__(self, recorder: Recorder, data: DataUsed, trainings: TrainingPatch) -> None:
        self._recorder = recorder
        self._data = data
        self._trainings = trainings
        self._steps: dict[object, tuple[int, Any, TracedTraining | None]] = {}
        self._scores: dict[object, tuple[int, Any]] = {}

    def install(self) -> None:
        """Patch Keras' models."""
        self._patch("evaluate", self._evaluate)
        self._patch("predict", self._predict)
        self._patch("train_on_batch", self._train_on_batch)

    def _patch(self, name: str, recorded: Any) -> None:
        original = getattr(keras.Model, name)
        signature = inspect.signature(original)

        @wraps(original)
        def patched(model: Any, *args: Any, **kwargs: Any) -> Any:
            if self._recorder.own_work:
                return original(model, *args, **kwargs)
            bound = signature.bind(model, *args, **kwargs)
            bound.apply_defaults()
            given = dict(bound.arguments)
            given |= given.pop("kwargs", {})
            model = given.pop("self", model)
            with self._recorder.working():
                return recorded(original, model, given)

        setattr(keras.Model, name, patched)

    def _evaluate(self, original: Any, model: Any, given: dict[str, Any]) -> Any:
        if self._recorder.mode == "full":
            named = original(model, **{**given, "return_dict": True})
            self._record("evaluate", model, inputs_of(given["x"], given["y"]), _numbers(named))
            return _in_form(model, named, given)
        inputs = inputs_of(given["x"], given["y"], given["sample_weight"], rows=_ROWS)
        if not inputs.known:
            return original(model, **given)
        few = {"x": inputs.few_x, "y": inputs.few_y, "sample_weight": inputs.few_weights}
        key = (self._recorder.model_number(model), id(self._trainings.compiled(model)))
        times, before = self._scores.get(key, (0, {}))
        if times < _STEPS:
            before = original(model, **few, batch_size=_ROWS, verbose=0, return_dict=True)
        self._scores[key] = (times + 1, before)
        named = self._unique(before)
        self._record("evaluate", model, inputs, _numbers(named))
        return _in_form(model, named, given)

    def _predict(self, original: Any, model: Any, given: dict[str, Any]) -> Any:
        if self._recorder.mode == "full":
            self._record("predict", model, inputs_of(given["x"]), {})
            return original(model, **given)
        inputs = inputs_of(given["x"], rows=_ROWS)
        if not inputs.known:
            return original(model, **given)
        found = original(model, inputs.few_x, batch_size=_ROWS, verbose=0)
        self._record("predict", model, inputs, {})
        return _of_length(found, _rows_asked(inputs, given["steps"]))

    def _train_on_batch(self, original: Any, model: Any, given: dict[str, Any]) -> Any:
        if self._recorder.mode == "full":
            values = original(model, **given)
            self._recorder.training(self._step(model, given))
            return values
        place = (current_place(), self._recorder.model_number(model))
        times, values, step = self._steps.get(place, (0, None, None))
        if times < _STEPS or step is None:
            few = {
                name: first_rows(given[name], _STEP_ROWS) for name in ("x", "y", "sample_weight")
            }
            values = original(model, **{**given, **few})
            step = self._step(model, given)
            self._recorder.keep_config(model)
        self._steps[place] = (times + 1, values, step)
        self._recorder.training(step)
        return self._unique(values)

    def _step(self, model: Any, given: Mapping[str, Any]) -> TracedTraining:
        """A single step as a training."""
        images, labels = self._data.describe(inputs_of(given["x"], given["y"]))
        return msgspec.structs.replace(
            self._trainings.describe_model(model),
            method="train_on_batch",
            batch_size=length_of(given["x"]),
            images=images,
            labels=labels,
            capped=self._recorder.mode == "quick",
        )

    def _record(
        self, method: Any, model: Any, inputs: Inputs, values: dict[str, float | None]
    ) -> None:
        images, _ = self._data.describe(inputs)
        if self._recorder.model_number(model) not in self._recorder.configs:
            self._recorder.keep_config(model)
        self._recorder.evaluation(
            TracedEvaluation(
                where=current_place(),
                method=method,
                model=self._recorder.model_number(model),
                images=images,
                values=values,
                capped=self._recorder.mode == "quick",
            )
        )

    def _unique(self, values: Any) -> Any:
        """The values, each straying a little from what it was, in the same form."""
        unique = self._recorder.histories.unique
        if isinstance(values, Mapping):
            return {name: self._unique(value) for name, value in values.items()}
        if isinstance(values, list | tuple):
            return [self._unique(value) for value in values]
        return unique(float(values)) if np.ndim(values) == 0 and values is not None else values


def _numbers(named: Mapping[str, Any]) -> dict[str, float | None]:
    """Name to value of what `evaluate` gave; None for what is no finite number."""
    return {str(name)[:60]: described.number(value) for name, value in named.items()}


def _in_form(model: Any, named: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """What `evaluate` found by name, as Keras gives it: by name, a list in Keras' order, or the loss alone."""
    if given["return_dict"]:
        return dict(named)
    return model._flatten_metrics_in_order(dict(named))


def _rows_asked(inputs: Inputs, steps: Any) -> int | None:
    """How many rows predictions are asked for: all, or those of so many batches."""
    if steps is None or inputs.batch_size is None:
        return inputs.rows
    asked = int(steps) * inputs.batch_size
    return asked if inputs.rows is None else min(asked, inputs.rows)


def _of_length(predictions: Any, rows: int | None) -> Any:
    """Predictions for so many rows, those for the first ones again and again."""
    if isinstance(predictions, Mapping):
        return {name: _of_length(item, rows) for name, item in predictions.items()}
    if isinstance(predictions, list | tuple):
        return [_of_length(item, rows) for item in predictions]
    found = np.array(predictions)  # a copy, which can be written to
    if rows is None or rows <= len(found) or len(found) == 0:
        return found[:rows]
    rows = min(rows, _MOST_BYTES // max(found[0].nbytes, 1))
    return np.resize(found, (rows, *found.shape[1:]))
