"""The models that code builds without training them, which nothing else records."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import keras

from grader.evidence.code.probe.running.budget import StepTimedOut, limited
from grader.evidence.code.probe.running.places import is_students

#: What a function that builds a model names.
_BUILDS = frozenset({"Sequential", "Model", "Functional", "clone_model"})

#: Functions that are called, and seconds of processor time of each.
_CALLS, _CALL_S = 10, 3.0


def models_alive() -> list[Any]:
    """The models that exist and are no part of another one, in the order in which they came to be."""
    models = [item for item in gc.get_objects() if issubclass(type(item), keras.Model)]
    parts = {id(part) for model in models for part in _parts(model)}
    return [model for model in models if id(model) not in parts and is_built(model)]


def is_built(model: Any) -> bool:
    """Whether a model knows the shape of its input, without which its description says too little."""
    try:
        return bool(model.built and model.inputs)
    except Exception:  # a student's own class
        return False


def models_of_functions(modules: Iterable[ModuleType]) -> list[Any]:
    """What functions give that need no arguments and may build a model; whatever they raise is passed over.

    Args:
        modules: The programs that were run.
    """
    found = []
    for function in list(_builders(modules))[:_CALLS]:
        try:
            with limited(_CALL_S):
                made = function()
        except (Exception, StepTimedOut, SystemExit):  # noqa: S112  (a student's own code)
            continue
        if issubclass(type(made), keras.Model) and is_built(made):
            found.append(made)
    return found


def _builders(modules: Iterable[ModuleType]) -> Iterator[FunctionType]:
    for module in modules:
        for value in list(vars(module).values()):
            if type(value) is FunctionType and is_students(value.__code__):
                code = value.__code__
                needed = code.co_argcount - len(value.__defaults__ or ())
                named = code.co_kwonlyargcount - len(value.__kwdefaults__ or {})
                if needed <= 0 and named <= 0 and _BUILDS & set(code.co_names):
                    yield value


def _parts(model: Any) -> Iterator[Any]:
    try:
        layers = list(model.layers)
    except Exception:  # a student's own class
        return
    for layer in (*layers, getattr(model, "_functional", None)):  # as a Sequential is built inside
        if layer is not model and issubclass(type(layer), keras.Model):
            yield layer
