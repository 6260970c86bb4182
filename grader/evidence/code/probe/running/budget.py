"""How long code may run: an alarm that ends a step, in seconds of processor time."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

#: How often a step may keep the alarm to itself before the process ends.
_ALARMS = 8

# As they are before the student's code can replace them.
_exit, _set_alarm, _handle = os._exit, getattr(signal, "setitimer", None), signal.signal


class StepTimedOut(BaseException):
    """A step took longer than it may. No `Exception`, so that ``except Exception`` does not keep it."""


@contextmanager
def paused() -> Iterator[None]:
    """Let the alarm stand still, while something is done that must not be left halfway."""
    if _set_alarm is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    outer = _set_alarm(signal.ITIMER_PROF, 0)
    try:
        yield
    finally:
        _set_alarm(signal.ITIMER_PROF, *outer)


@contextmanager
def limited(
    seconds: float,
    on_alarm: Callable[[], None] = lambda: None,
    more: Callable[[], float] = lambda: 0.0,
) -> Iterator[None]:
    """Raise `StepTimedOut` in this context after so many seconds of processor time.

    What runs in a library without coming back to Python cannot be ended so; the trusted side ends the process then.
    It is raised again every second, for code that swallows it; code that does so again and again ends the process.
    Where one context lies in another, the time of the outer one stands still meanwhile.

    Args:
        seconds: Of processor time.
        on_alarm: Called before it is raised.
        more: Seconds that are added, asked for each time the time is over.
    """
    if _set_alarm is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    alarms = 0

    def ring(number: int, frame: FrameType | None) -> None:
        nonlocal alarms
        added = 0.0 if alarms else more()
        if added > 0 and _set_alarm is not None:
            _set_alarm(signal.ITIMER_PROF, added, 1.0)
            return
        alarms += 1
        if alarms > _ALARMS:
            sys.__stderr__.write("the code caught what ends a step, again and again\n")  # type: ignore[union-attr]
            _exit(1)
        on_alarm()
        raise StepTimedOut

    before = _handle(signal.SIGPROF, ring)
    outer = _set_alarm(signal.ITIMER_PROF, max(seconds, 0.01), 1.0)
    try:
        yield
    finally:
        _set_alarm(signal.ITIMER_PROF, 0)
        _handle(signal.SIGPROF, before)
        _set_alarm(signal.ITIMER_PROF, *outer)
