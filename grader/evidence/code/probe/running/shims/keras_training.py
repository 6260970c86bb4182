"""Compiling and training as Keras 1 and 2 did: arguments, generators, and the metric called `acc`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from inspect import isgenerator
from typing import Any

from grader.evidence.code.probe.running.shims.keras_arguments import plain
from grader.evidence.code.probe.running.shims.numpy_names import as_numbers
from grader.evidence.code.probe.running.shims.patching import (
    Function,
    Used,
    library,
    replace,
    replace_everywhere,
)

_FIT = {
    "nb_epoch": "epochs",
    "nb_epochs": "epochs",
    "generator": "x",
    "samples_per_epoch": "steps_per_epoch",
    "nb_val_samples": "validation_steps",
}
_EVALUATE = {"generator": "x", "val_samples": "steps", "nb_val_samples": "steps"}

#: What decided how data were fetched; today's Keras takes none of them.
_DROPPED = frozenset(
    {
        "workers",
        "use_multiprocessing",
        "max_queue_size",
        "max_q_size",
        "pickle_safe",
        "nb_worker",
        "show_accuracy",
    }
)
_STEPS = ("steps_per_epoch", "validation_steps", "steps", "epochs", "batch_size", "initial_epoch")


class Series(dict[str, Any]):
    """A history that answers to the old and the new names of the accuracy."""

    def __missing__(self, name: str) -> Any:
        other = other_name(name, self)
        if other is None:
            raise KeyError(name)
        return self[other]

    def get(self, name: str, default: Any = None) -> Any:
        """The series of that name, or of the other one."""
        return self[name] if name in self or other_name(name, self) else default


def other_name(name: str, among: Mapping[str, Any]) -> str | None:
    """The name under which a series called `acc` or `val_accuracy` is found."""
    prefix = "val_" if name.startswith("val_") else ""
    short = name.removeprefix("val_")
    if short not in ("acc", "accuracy") and not short.endswith(("_acc", "_accuracy")):
        return None
    for key in among:
        if key.startswith("val_") == bool(prefix) and key.endswith(("acc", "accuracy")):
            return key
    return None


def _renamed(named: dict[str, Any], names: Mapping[str, str], used: Used) -> dict[str, Any]:
    for old, new in names.items():
        if old in named:
            used(f"{old}=")
            named.setdefault(new, named.pop(old))
    for name in _DROPPED & named.keys():
        used(f"{name}=")
        del named[name]
    for name in _STEPS:
        value = plain(named.get(name))
        if isinstance(value, float):
            used(f"{name}=float")
            value = max(1, int(value))
        if value is not None:
            named[name] = value
    return named


def _samples_as_steps(self: Any, named: dict[str, Any]) -> None:
    """Keras 1 counted samples; a generator that knows its batch size tells how many steps they are."""
    size = getattr(named.get("x"), "batch_size", None)
    for old, new in (
        ("samples_per_epoch", "steps_per_epoch"),
        ("nb_val_samples", "validation_steps"),
    ):
        if old in named and isinstance(size, int):
            named[new] = max(1, int(named.pop(old)) // size)


def _drawn(data: Any) -> Iterator[Any]:
    yield from data


def _generators(
    positional: tuple[Any, ...], named: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Objects that are drawn from one by one as generators, the only ones that are taken today."""

    def taken(data: Any) -> Any:
        plain_iterator = hasattr(data, "__next__") and not hasattr(data, "__getitem__")
        return _drawn(data) if plain_iterator and not isgenerator(data) else data

    named = {
        name: taken(value) if name in ("x", "validation_data") else value
        for name, value in named.items()
    }
    return tuple(taken(value) for value in positional[:1]) + positional[1:], named


def _fit(used: Used) -> Any:
    def make(original: Function) -> Function:
        known = set(inspect.signature(original).parameters)

        def fit(self: Any, *positional: Any, **named: Any) -> Any:
            if not known >= named.keys():
                _samples_as_steps(self, named)
            named = _renamed(named, _FIT, used)
            data = named.get("validation_data")
            if isinstance(data, list) and len(data) in (2, 3):
                used("validation_data=list")
                named["validation_data"] = tuple(data)
            if named.get("verbose") is True or named.get("verbose") is False:
                named["verbose"] = int(named["verbose"])
            if hasattr(named.get("callbacks"), "on_epoch_end") and not hasattr(
                named["callbacks"], "callbacks"
            ):
                used("callbacks=one")
                named["callbacks"] = [named["callbacks"]]
            positional, named = _generators(positional, named)
            history = original(self, *[plain(value) for value in positional], **named)
            if type(getattr(history, "history", None)) is dict:
                history.history = Series(history.history)
            return history

        return fit

    return make


def _stepwise(used: Used) -> Any:
    """`evaluate` and `predict`."""

    def make(original: Function) -> Function:
        def call(self: Any, *positional: Any, **named: Any) -> Any:
            positional, named = _generators(positional, _renamed(named, _EVALUATE, used))
            return as_numbers(original(self, *positional, **named))

        return call

    return make


def _compile(used: Used) -> Any:
    def make(original: Function) -> Function:
        known = set(inspect.signature(original).parameters)

        def compile_(self: Any, *positional: Any, **named: Any) -> Any:
            keras = library("keras")
            metrics = named.get("metrics")
            if metrics is not None and not isinstance(metrics, (list, tuple, dict)):
                used("metrics=one")
                named["metrics"] = [metrics]
            if isinstance(metrics, (tuple, set)):
                named["metrics"] = list(metrics)
            for name in (
                "sample_weight_mode",
                "target_tensors",
                "class_mode",
                "experimental_run_tf_function",
            ):
                if name in named and name not in known:
                    used(f"{name}=")
                    del named[name]
            optimizer = named.get("optimizer", positional[0] if positional else None)
            if (
                inspect.isclass(optimizer)
                and keras
                and issubclass(optimizer, keras.optimizers.Optimizer)
            ):
                used("optimizer=class")
                if positional:
                    positional = (optimizer(), *positional[1:])
                else:
                    named["optimizer"] = optimizer()
            return original(self, *positional, **named)

        return compile_

    return make


def install_keras_training(used: Used) -> None:
    """Let models be compiled, trained and asked as they were once."""
    keras = library("keras")
    if keras is None:
        return
    model = keras.Model
    replace(model, "compile", _compile(used))
    replace(model, "fit", _fit(used))
    replace(model, "evaluate", _stepwise(used))
    replace(model, "predict", _stepwise(used))
    _add_methods(model, keras.Sequential, used)
    _answer_short_names(used)
    replace(keras.Sequential, "build", _build)


def _build(original: Function) -> Function:
    """A stack of layers built by its first batch takes batches of any size, as it did."""

    def build(self: Any, input_shape: Any = None) -> Any:
        whole = isinstance(input_shape, (tuple, list)) and all(
            size is None or isinstance(size, int) for size in input_shape
        )
        layers = self._layers
        if whole and layers and not isinstance(layers[0], library("keras").layers.InputLayer):  # type: ignore[union-attr]
            input_shape = (None, *input_shape[1:])
        return original(self, input_shape)

    return build


def _add_methods(model: Any, sequential: Any, used: Used) -> None:
    """Methods that models do not have any more."""

    def fit_generator(
        self: Any, generator: Any, steps_per_epoch: Any = None, *rest: Any, **named: Any
    ) -> Any:
        used("fit_generator")
        names = ("epochs", "verbose", "callbacks", "validation_data", "validation_steps")
        named |= dict(zip(names, rest, strict=False))
        if steps_per_epoch is not None:
            named["steps_per_epoch"] = steps_per_epoch
        return self.fit(generator, **named)

    def evaluate_generator(self: Any, generator: Any, steps: Any = None, **named: Any) -> Any:
        used("evaluate_generator")
        return self.evaluate(generator, steps=steps, **named)

    def predict_generator(self: Any, generator: Any, steps: Any = None, **named: Any) -> Any:
        used("predict_generator")
        return self.predict(generator, steps=steps, **named)

    def predict_classes(self: Any, x: Any, *rest: Any, **named: Any) -> Any:
        used("predict_classes")
        found = self.predict(x, *rest, **named)
        return found.argmax(axis=-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")

    def predict_proba(self: Any, x: Any, *rest: Any, **named: Any) -> Any:
        used("predict_proba")
        return self.predict(x, *rest, **named)

    for method in (
        fit_generator,
        evaluate_generator,
        predict_generator,
        predict_classes,
        predict_proba,
    ):
        if not hasattr(model, method.__name__):
            setattr(model, method.__name__, method)
    if not hasattr(model, "reset_states"):
        model.reset_states = lambda self: [
            layer.reset_states() for layer in self.layers if hasattr(layer, "reset_states")
        ]


def _answer_short_names(used: Used) -> None:
    """Callbacks that watch `val_acc` find it, whatever the metric was called."""

    class Logs(Series):
        """What a step or an epoch gave."""

        def __missing__(self, name: str) -> Any:
            value = super().__missing__(name)
            used(name)
            return value

    def make(original: Function) -> Function:
        def pythonify_logs(logs: Any) -> Any:
            found = original(logs)
            return Logs(found) if type(found) is dict else found

        return pythonify_logs

    names = (
        "keras.src.utils.python_utils",
        "keras.src.callbacks.callback_list",
        "keras.src.backend.tensorflow.trainer",
    )
    replace_everywhere([library(name) for name in names], "pythonify_logs", make)
