"""How long code may run: an alarm that ends a step, in seconds of processor time."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StepTimedOut(BaseException):
    """A step took longer than it may. No `Exception`, so that ``except Exception`` does not keep it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `StepTimedOut` in this context after so many seconds of processor time.

    What runs in a library without coming back to Python cannot be ended so; the trusted side ends the process then.
    It is raised again every second, for code that swallows it.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    before = signal.signal(signal.SIGPROF, _raise)
    signal.setitimer(signal.ITIMER_PROF, max(seconds, 0.01), 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _raise(number: int, frame: FrameType | None) -> None:
    raise StepTimedOut
