"""`compile` and `fit` of Keras models, recorded; in quick mode a training is capped to a few steps."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

import keras
import msgspec

from grader.evidence.code.bounds import bounded
from grader.evidence.code.probe.running import described
from grader.evidence.code.probe.running.callbacks import (
    go_through,
    own_callbacks,
    record_within_callbacks,
)
from grader.evidence.code.probe.running.capping import ROWS, Inputs, inputs_of, split_rows
from grader.evidence.code.probe.running.data_used import DataUsed
from grader.evidence.code.probe.running.fit_arguments import (
    described_call,
    epochs_of,
    listed,
    steps_of,
    whole_number,
)
from grader.evidence.code.probe.running.places import current_place
from grader.evidence.code.probe.running.recorder import Recorder
from grader.evidence.code.probe.running.resumed import ResumedTrainings, Trained, timed
from grader.evidence.code.record import ValidationRead
from grader.evidence.code.run_record import CallbackUsed, TracedTraining

#: Trainings of one structure that really take steps in quick mode, and seconds after which only the first does.
_REAL, _REAL_S = 2, 12.0
_ARGUMENTS = 20


class TrainingPatch:
    """Records every training of every Keras model.

    Args:
        recorder: Where to.
        data: Describes what is trained on.
        resumed: Trainings of earlier runs, which those of this one are added to; None where none are kept.
    """

    def __init__(
        self, recorder: Recorder, data: DataUsed, resumed: ResumedTrainings | None = None
    ) -> None:
        self._recorder = recorder
        self._data = data
        self._resumed = resumed
        self._compiled: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
        self._histories: dict[object, dict[str, list[float]]] = {}
        self._real: dict[object, int] = {}
        self._seconds = 0.0
        self._fit = keras.Model.fit
        self._signature = inspect.signature(keras.Model.fit)

    def install(self) -> None:
        """Patch Keras' models."""
        fit, compile_model = keras.Model.fit, keras.Model.compile
        signature = inspect.signature(compile_model)

        @wraps(compile_model)
        def recorded_compile(model: Any, *args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(model, *args, **kwargs)
            self._compiled[model] = {
                name: value for name, value in bound.arguments.items() if name != "self"
            }
            if self._recorder.mode == "quick":
                bound.arguments |= {"run_eagerly": True, "jit_compile": False}
            return compile_model(*bound.args, **bound.kwargs)

        @wraps(fit)
        def recorded_fit(model: Any, *args: Any, **kwargs: Any) -> Any:
            if self._recorder.own_work:
                return fit(model, *args, **kwargs)
            bound = self._signature.bind(model, *args, **kwargs)
            bound.apply_defaults()
            arguments = dict(bound.arguments)
            arguments |= arguments.pop("kwargs", {})
            with self._recorder.working():
                return self._train(arguments.pop("self", model), arguments)

        keras.Model.compile = recorded_compile
        keras.Model.fit = recorded_fit
        record_within_callbacks(self._recorder)

    def compiled(self, model: Any) -> Mapping[str, Any]:
        """What `compile` was given, by name; empty where it was never called."""
        return self._compiled.get(model, {})

    def _train(self, model: Any, given: dict[str, Any]) -> Any:
        if self._recorder.mode == "full":
            trained = self._as_written(model, given)  # first: a look at a generator takes a batch
            inputs = inputs_of(given["x"], given["y"])
            validation = _validation_inputs(given["validation_data"])
        else:
            inputs = inputs_of(given["x"], given["y"], given["sample_weight"])
            validation = _validation_inputs(given["validation_data"])
            trained = timed(lambda: self._capped(model, given, inputs, validation))
        history = trained.history
        self._seconds += trained.seconds
        try:
            found = self._described(model, given, inputs, validation)
        except Exception:  # models, layers and optimizers of a student may be anything
            return history
        number = self._recorder.training(
            msgspec.structs.replace(
                found,
                seconds=trained.seconds,
                history=tuple(map(str, history.history)),
                resumed=trained.resumed,
            )
        )
        self._recorder.keep_config(model)
        self._recorder.histories.add(number, history.history)
        return history

    def _as_written(self, model: Any, given: Mapping[str, Any]) -> Trained:
        """Train a model, or take what the same training left in an earlier run."""

        def train() -> Any:
            return self._fit(model, **given)

        if self._resumed is None:
            return timed(train)
        try:
            what = f"{self.describe_model(model)} {described_call(given)}"
        except Exception:  # models of a student may be anything
            return timed(train)
        return self._resumed.fit(
            model, given, what, lambda: self._build(model, inputs_of(given["x"], given["y"])), train
        )

    def _described(
        self, model: Any, given: Mapping[str, Any], inputs: Inputs, validation: Inputs | None
    ) -> TracedTraining:
        """A training as it was declared.

        Args:
            model: It, built if possible.
            given: The arguments of `fit`, by name.
            inputs: What it is trained on.
            validation: What it is validated on; None where nothing is given.
        """
        images, labels = self._data.describe(inputs)
        batch = given.get("batch_size") or inputs.batch_size
        found = msgspec.structs.replace(
            self.describe_model(model),
            epochs=whole_number(given.get("epochs")),
            batch_size=whole_number(batch),
            steps_per_epoch=whole_number(given.get("steps_per_epoch")),
            class_weight=bool(given.get("class_weight")),
            validation=self._validation(inputs, validation, given["validation_split"]),
            images=images,
            labels=labels,
            callbacks=tuple(map(_callback, listed(given.get("callbacks")))),
            capped=self._recorder.mode == "quick",
        )
        return bounded(found)

    def describe_model(self, model: Any) -> TracedTraining:
        """A training of a model, as far as the model and what it was compiled with tell."""
        compiled = self.compiled(model)
        optimizer = getattr(model, "optimizer", None)
        rate, stated = described.rate_of(optimizer)
        found = TracedTraining(
            where=current_place(),
            model=self._recorder.model_number(model),
            layers=described.layers_of(model),
            parameters=described.parameters_of(model),
            loss=described.loss_of(compiled.get("loss") or getattr(model, "loss", None)),
            metrics=tuple(map(described.name_of, listed(compiled.get("metrics")))),
            optimizer="" if optimizer is None else type(optimizer).__name__,
            learning_rate=rate,
            states_rate=stated,
        )
        return bounded(found)

    def _validation(
        self, inputs: Inputs, validation: Inputs | None, share: float | None
    ) -> ValidationRead | None:
        if validation is not None:
            return self._data.validation(inputs, validation)
        if share:
            rows = None if inputs.rows is None else split_rows(inputs.rows, float(share))
            images, _ = self._data.describe(inputs)
            return ValidationRead(
                kind="split", images=rows, share=float(share), consecutive=images.consecutive
            )
        return None

    def _capped(
        self, model: Any, given: dict[str, Any], inputs: Inputs, validation: Inputs | None
    ) -> Any:
        """Train a few steps, or none where the same structure was trained before, and pad the history."""
        if not inputs.known:
            return self._fit(model, **given)  # it says what is wrong
        structure = self._structure(model, given, inputs)
        epochs = epochs_of(given)
        callbacks = listed(given["callbacks"])
        own = own_callbacks(callbacks)
        allowed = _REAL if self._seconds < _REAL_S else 1
        if self._real.get(structure, 0) >= allowed and structure in self._histories:
            self._build(model, inputs)
            history, seen = _history_of(model, self._histories[structure]), 0
        else:
            history, seen = self._few_steps(model, given, inputs, validation), 1
            self._real[structure] = self._real.get(structure, 0) + 1
            self._histories[structure] = dict(history.history)
        history.history = self._recorder.histories.padded(history.history, len(epochs))
        history.epoch = list(epochs)
        history.params = {
            "epochs": epochs.stop,
            "verbose": 0,
            "steps": steps_of(inputs, given),
        }
        model.history = history
        if not go_through(own, model, history, seen):
            self._recorder.used("callbacks")
        return history

    def _structure(self, model: Any, given: Mapping[str, Any], inputs: Inputs) -> object:
        """What two trainings share whose histories have the same series, of nearly the same values."""
        compiled = self.compiled(model)
        layers = described.layers_of(model)
        return (
            *((layer.class_name, layer.units, layer.filters) for layer in layers),
            described.loss_of(compiled.get("loss")),
            *map(_metric, listed(compiled.get("metrics"))),
            str(getattr(inputs.few_x, "shape", None)),
            given["validation_data"] is not None or bool(given["validation_split"]),
            *(type(callback).__name__ for callback in listed(given["callbacks"])),
        )

    def _few_steps(
        self, model: Any, given: dict[str, Any], inputs: Inputs, validation: Inputs | None
    ) -> Any:
        few = {
            "x": inputs.few_x,
            "y": inputs.few_y,
            "sample_weight": inputs.few_weights,
            "batch_size": ROWS,
            "epochs": 1,
            "verbose": 0,
            "shuffle": False,
            "class_weight": given["class_weight"],
        }
        if validation is not None and validation.known:
            few["validation_data"] = (validation.few_x, validation.few_y)
        elif given["validation_split"]:
            few["validation_data"] = (inputs.few_x, inputs.few_y)
        callbacks = listed(given["callbacks"])
        if callbacks:
            try:
                return self._fit(model, **few, callbacks=callbacks)
            except (ValueError, TypeError, KeyError, AttributeError, OSError):
                self._recorder.used("callbacks")  # then without them
        return self._fit(model, **few)

    def _build(self, model: Any, inputs: Inputs) -> None:
        if not model.built:
            model(inputs.few_x[:1] if hasattr(inputs.few_x, "shape") else inputs.few_x)


def _validation_inputs(data: Any) -> Inputs | None:
    if data is None:
        return None
    if isinstance(data, tuple | list) and len(data) in (2, 3):
        return inputs_of(data[0], data[1], rows=ROWS)
    return inputs_of(data, rows=ROWS)


def _history_of(model: Any, values: Mapping[str, Sequence[float]]) -> Any:
    history = keras.callbacks.History()
    history.set_model(model)
    history.history = dict(values)
    return history


def _callback(callback: Any) -> CallbackUsed:
    settings = {
        name: repr(value)[:100]
        for name, value in list(vars(callback).items())[:_ARGUMENTS]
        if not name.startswith("_") and isinstance(value, str | int | float | bool)
    }
    return CallbackUsed(name=type(callback).__name__, arguments=settings)


def _metric(metric: Any) -> str:
    """What the series of a metric is called."""
    return str(getattr(metric, "name", "") or described.name_of(metric))
