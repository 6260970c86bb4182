"""How long a run of code may take: processor time, with a bound on wall-clock time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from grader.evidence.code.run_record import RunMode


@dataclass(frozen=True)
class Allowance:
    """Seconds of processor time."""

    step: float
    """Of one step in which nothing new is recorded."""
    busy_step: float
    """Of one that goes on recording something new."""
    all_steps: float


class StepTime(NamedTuple):
    """Seconds of processor time that a step may take."""

    seconds: float
    """Until it is ended where nothing new was recorded meanwhile; else it may take as many again."""
    at_most: float
    """All together."""


ALLOWANCES: Mapping[RunMode, Allowance] = {
    "quick": Allowance(step=12, busy_step=32, all_steps=40),
    "full": Allowance(step=3_600, busy_step=3_600, all_steps=6 * 3_600),
}

#: Seconds that a step gets at least, until the time of all is over by so much.
_LEAST_S, _OVER = 1.5, 1.25

#: What wall-clock time may be, in parts of processor time, and seconds that one step may have on top.
_WALL, _WALL_S = 4.0, 10.0


def longest_step_s(mode: RunMode) -> float:
    """The longest wall-clock time of any step of a mode, in seconds."""
    return wall_s_of(ALLOWANCES[mode].busy_step)


def wall_s_of(seconds: float) -> float:
    """The longest wall-clock time of a step that may take so many seconds of processor time."""
    return seconds * _WALL + _WALL_S


class RunBudget:
    """The time that the steps of one process have. It begins to run when this is made.

    A busy machine takes nothing away: processor time counts, and of wall-clock time, which also waits, a quarter.

    Args:
        mode: Whether trainings are capped.
        cpu_s: Seconds of processor time that the process has used, measured outside of it; None where nobody can tell,
            and wall-clock time counts in full.
        clock: Wall-clock time in seconds.
    """

    def __init__(
        self,
        mode: RunMode,
        cpu_s: Callable[[], float | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowance = ALLOWANCES[mode]
        self._cpu_s = cpu_s
        self._clock = clock
        self._began, self._used_before = clock(), cpu_s()

    def step(self) -> StepTime:
        """The time of the next step; none where the run took too long."""
        left = self._left()
        return StepTime(min(self._allowance.step, left), min(self._allowance.busy_step, left))

    def _left(self) -> float:
        whole = self._allowance.all_steps
        spent = self._spent()
        if spent < whole:
            return max(whole - spent, _LEAST_S)
        return _LEAST_S if spent < _OVER * whole else 0.0

    def _spent(self) -> float:
        wall = self._clock() - self._began
        used = None if self._used_before is None else self._cpu_s()
        if used is None or self._used_before is None:
            return wall
        return max(used - self._used_before, wall / _WALL)
