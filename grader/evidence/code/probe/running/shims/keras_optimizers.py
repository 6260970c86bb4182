"""Optimizers: the arguments they took once, the rate as the code wrote it, and those of `optimizers.legacy`."""

from __future__ import annotations

import inspect
from typing import Any

from grader.evidence.code.probe.running.shims.keras_arguments import plain
from grader.evidence.code.probe.running.shims.patching import Function, Used, library, replace

#: Name of the attribute of an optimizer with the rate that was given to it, None where none was.
WRITTEN_RATE = "_grader_written_rate"

#: What old optimizers took and today's do not know.
_DROPPED = frozenset({"schedule_decay", "jit_compile", "is_legacy_optimizer"})


def _as_float(value: Any) -> float | None:
    """A rate as a number; None for a schedule, or what has no value."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _constructor(used: Used) -> Any:
    def make(original: Function) -> Function:
        parameters = [
            parameter.name
            for parameter in inspect.signature(original).parameters.values()
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ][1:]

        def construct(self: Any, *positional: Any, **named: Any) -> None:
            given = {
                name: plain(value) for name, value in zip(parameters, positional, strict=False)
            }
            given |= {name: plain(value) for name, value in named.items()}
            rate = _rate(given, used)
            _forget_old(given, parameters, used)
            decay = given.pop("decay", None)
            if decay and not given.get("weight_decay"):
                _let_decay(given, decay, original)
            if decay is not None:
                used("decay=")
            original(self, *positional[len(parameters) :], **given)
            if getattr(self, WRITTEN_RATE, None) is None:
                object.__setattr__(self, WRITTEN_RATE, rate)

        return construct

    return make


def _rate(given: dict[str, Any], used: Used) -> float | None:
    """The rate as it was written; the argument gets today's name."""
    if "lr" in given:
        used("lr=")
        rate = given.pop("lr")
        given.setdefault("learning_rate", rate)
    if given.get("learning_rate", 0) is None:
        del given["learning_rate"]
    rate = given.get("learning_rate")
    if isinstance(rate, str):
        given["learning_rate"] = rate = float(rate)
    return _as_float(getattr(rate, "initial_learning_rate", rate))


def _forget_old(given: dict[str, Any], parameters: list[str], used: Used) -> None:
    for name in ("epsilon", "name"):
        if name in given and given[name] is None:
            del given[name]
            if name == "epsilon":
                used("epsilon=None")
    for name in [name for name in given if name in _DROPPED and name not in parameters]:
        del given[name]
        used(f"{name}=")


def _let_decay(given: dict[str, Any], decay: Any, constructor: Function) -> None:
    """The rate falls with the steps as Keras 2 let it: rate / (1 + decay * step)."""
    keras = library("keras")
    default = inspect.signature(constructor).parameters["learning_rate"].default
    rate = _as_float(given.get("learning_rate", default))
    if keras is not None and rate is not None:
        given["learning_rate"] = keras.optimizers.schedules.InverseTimeDecay(rate, 1, float(decay))


def _has_old_attributes(optimizer: Any, used: Used) -> None:
    """`optimizer.lr`, which code reads and sets."""
    if isinstance(vars(optimizer).get("lr"), property):
        return

    def get(self: Any) -> Any:
        used("optimizer.lr")
        return self.learning_rate

    def set_(self: Any, value: Any) -> None:
        used("optimizer.lr")
        self.learning_rate = value

    optimizer.lr = property(get, set_)


def install_keras_optimizers(used: Used) -> None:
    """Let optimizers take the arguments they took once, and remember the rate that was written."""
    keras = library("keras")
    if keras is None:
        return
    base = keras.optimizers.Optimizer
    classes = {
        item
        for item in vars(keras.optimizers).values()
        if inspect.isclass(item) and issubclass(item, base) and item is not base
    }
    for optimizer in classes:
        takes_rate = "learning_rate" in inspect.signature(optimizer.__init__).parameters
        if takes_rate and "__init__" in vars(optimizer):
            replace(optimizer, "__init__", _constructor(used))
    _has_old_attributes(base, used)
    from_config = base.from_config.__func__

    def from_saved(cls: Any, config: Any, custom_objects: Any = None) -> Any:
        made = from_config(cls, config, custom_objects)
        object.__setattr__(made, WRITTEN_RATE, None)  # it was written elsewhere
        return made

    base.from_config = classmethod(from_saved)
    for name in list(vars(keras.optimizers.legacy)):
        if name in vars(keras.optimizers):
            setattr(keras.optimizers.legacy, name, getattr(keras.optimizers, name))
