"""Functions of the student's code, called at points after its run: arrays of them first, then one by one."""

from __future__ import annotations

import builtins
import contextlib
import math
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from grader.evidence.code.function_record import MOST_FUNCTIONS, FunctionFound
from grader.evidence.code.probe.reading.source import Unit
from grader.evidence.code.probe.running.arithmetic import ArithmeticFinder
from grader.evidence.code.probe.running.budget import StepTimedOut, limited
from grader.evidence.code.probe.running.executor import error_text
from grader.evidence.code.probe.running.functions import Definition, SubmittedNames
from grader.evidence.code.probe.running.guards import GUARD, LoopGuard
from grader.evidence.code.probe.running.places import place_of_code
from grader.evidence.code.probe.running.printed import Printed
from grader.evidence.code.run_protocol import CallFunction, FunctionCalled

#: Functions that are looked at.
_LOOKED_AT = 1_000

#: Makes what a function is called with, of numbers or of one.
Make = Callable[[Any], Any]


class FunctionCaller:
    """Finds the functions of a submission before it runs, and calls them afterwards.

    Args:
        files: Each script and notebook with its units.
        guard: Asked by every loop.
        stream: What the code prints to.
    """

    def __init__(
        self, files: Mapping[str, Sequence[Unit]], guard: LoopGuard, stream: Printed
    ) -> None:
        self._guard, self._stream = guard, stream
        names = SubmittedNames(files)
        finder = ArithmeticFinder(names)
        takers = [item for item in names.definitions() if item.takes_one_argument]
        calls = {item: finder.other_calls(item) for item in takers[:_LOOKED_AT]}
        chosen = sorted(calls, key=lambda item: bool(calls[item]))[:MOST_FUNCTIONS]
        self._definitions = [item for item in calls if item in chosen]
        self.left_out = len(takers) - len(chosen)
        """Functions of one argument that are too many; those that do arithmetic are kept first."""
        self.found = tuple(
            FunctionFound(name=item.name, where=item.where, other_calls=calls[item])
            for item in self._definitions
        )
        """The functions that can be asked for, by their number."""

    def call(self, request: CallFunction, modules: Mapping[str, ModuleType]) -> FunctionCalled:
        """What a function gives at points.

        Args:
            request: Which one, and where.
            modules: File to the module that it was run as.
        """
        definition = self._definitions[request.number]
        module = modules.get(definition.unit.file)
        function = None if module is None else vars(module).get(definition.name)
        if not callable(function) or not _is_of(definition, function):
            return FunctionCalled(error="not defined")
        setattr(builtins, GUARD, self._guard)
        self._guard.stopped = False
        cuts, self._guard.cuts = self._guard.cuts, set()
        try:
            called = self._called(function, request, definition.where)
            return FunctionCalled(error="timed out") if self._guard.cuts else called
        finally:
            self._guard.cuts |= cuts
            self._stream.taken()

    def _called(self, function: Any, request: CallFunction, where: str) -> FunctionCalled:
        out = contextlib.redirect_stdout(self._stream), contextlib.redirect_stderr(self._stream)
        try:
            with out[0], out[1], warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                with limited(request.seconds, self._guard.stop):
                    values = _values(function, request.points)
        except StepTimedOut:
            return FunctionCalled(error="timed out")
        except BaseException as error:  # whatever a student's function raises
            return FunctionCalled(error=error_text(error, where))
        finally:
            sys.settrace(None)
            sys.setprofile(None)
        if self._guard.stopped:  # the code caught what says so
            return FunctionCalled(error="timed out")
        return FunctionCalled(values=values)


def _is_of(definition: Definition, function: Any) -> bool:
    """Whether a function is the one that is defined there; of what decorators make nobody knows."""
    if type(function) is not FunctionType or not place_of_code(function.__code__):
        return True
    return place_of_code(function.__code__) == definition.first_line


def _values(function: Any, points: Sequence[float]) -> tuple[float | None, ...]:
    """What a function gives at each point: for an array or a tensor of all, else for one number after the other.

    Raises:
        BaseException: It takes none of them; what it raises for a plain number.
    """
    together: list[Make] = [np.array, *_tensors()]
    alone: list[Make] = [float, *_tensors()]
    attempts = [
        *(partial(_all_at_once, function, points, make) for make in together),
        *(partial(_one_by_one, function, points, make) for make in alone),
    ]
    errors = []
    for attempt in attempts:
        try:
            return attempt()
        except StepTimedOut:
            raise
        except BaseException as error:  # a student's function may want something else
            errors.append(error)
    raise errors[len(together)]


def _all_at_once(function: Any, points: Sequence[float], make: Make) -> tuple[float | None, ...]:
    return _numbers(function(make(points)), len(points))


def _one_by_one(function: Any, points: Sequence[float], make: Make) -> tuple[float | None, ...]:
    """What it gives for one number after the other; None where there is no such value, as arrays have NaN.

    Raises:
        BaseException: It gives no number at all.
    """
    values: list[float | None] = []
    undefined: Exception | None = None
    for point in points:
        try:
            values += _numbers(function(make(point)), 1)
        except (ArithmeticError, ValueError) as error:  # ValueError: math domain error
            undefined = error
            values.append(None)
    if undefined is not None and not any(value is not None for value in values):
        raise undefined
    return tuple(values)


def _numbers(given: Any, count: int) -> tuple[float | None, ...]:
    """So many numbers; None for what is not finite.

    Raises:
        TypeError: There are no numbers, or not so many.
    """
    array = np.asarray(given)
    if array.dtype.kind not in "biuf" or array.size != count:
        raise TypeError("the function gives no number for each number")
    numbers = array.astype(np.float64).ravel().tolist()
    return tuple(number if math.isfinite(number) else None for number in numbers)


def _tensors() -> list[Make]:
    """What makes tensors of numbers, the most exact first."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        return []
    return [partial(tensorflow.constant, dtype=kind) for kind in ("float64", "float32")]
