"""Values of the functions that code defines. They are said by the student's own process, like all of a run."""

from __future__ import annotations

import hashlib
import math
from typing import ClassVar

import msgspec

from grader.evidence.need import Need
from grader.records.base import Record

#: Functions of a submission, and points of a need.
MOST_FUNCTIONS, MOST_POINTS = 40, 200


class FunctionFound(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A function with a name that can be called with one argument, as it is read before anything is run."""

    name: str
    where: str
    """``lab.py:12``, or ``lab.ipynb, cell 3, line 2``."""
    other_calls: tuple[str, ...] = ()
    """What it does besides arithmetic, itself or in functions it calls: ``print``. Then it is not called."""


class FunctionValues(FunctionFound, frozen=True, kw_only=True, omit_defaults=True):
    """What a function gave."""

    values: tuple[float | None, ...] = ()
    """At each point, in their order; None for what is no finite number. Empty where it was not called, or failed."""
    error: str = ""
    """Why there are none: ``not defined`` where the code did not get there, ``timed out``, ``crashed``, ``not reached``
    where the time for all was over, or what Python says. That may hold points: secret ones are for staff alone."""

    @property
    def calls_only_arithmetic(self) -> bool:
        """Whether its source does nothing else, which is known from reading it."""
        return not self.other_calls


class EvaluatedFunctions(Record, frozen=True, kw_only=True):
    """The functions of a submission at some points.

    Names, places and what else they call are read from the code before it runs. The values are what its process said
    after it ran: a claim, which proves itself only where true values are compared with them.
    """

    points: tuple[float, ...] = ()
    functions: tuple[FunctionValues, ...] = ()
    left_out: int = 0
    """Functions of one argument that are not here, since there were too many."""


class FunctionValuesNeed(Need[EvaluatedFunctions], frozen=True):
    """A check compares functions of the code at some points. The code gets to know them once its last step has ended.

    Raises:
        ValueError: No points, too many, or one that is no finite number.
    """

    points: tuple[float, ...]

    kind: ClassVar[str] = "code"
    about: ClassVar[str] = "functions"

    def __post_init__(self) -> None:
        if not 1 <= len(self.points) <= MOST_POINTS or not all(map(math.isfinite, self.points)):
            raise ValueError(f"points must be 1 to {MOST_POINTS} finite numbers")

    @property
    def id(self) -> str:
        """The need in one line, which names no point: they may be secret."""
        digest = hashlib.sha256(msgspec.json.encode([float(point) for point in self.points]))
        return f"{self.kind}:{self.artefact}?about={self.about}&points={digest.hexdigest()[:16]}"
