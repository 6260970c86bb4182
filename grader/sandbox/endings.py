"""What the end of a process says about who or what ended it."""

from __future__ import annotations

import signal

from grader.sandbox.outcome import OutcomeStatus
from grader.sandbox.protocol import Ended
from grader.sandbox.watch import Breach

KILLED = 9
_OUT_OF_TIME = int(getattr(signal, "SIGXCPU", 0))


def status_of_lost(breach: Breach | None, stopped: bool) -> OutcomeStatus:
    """The status of a process whose worker died: if no limit was exceeded, the failure is the grader's."""
    if breach is not None:
        return "TO" if breach == "time" else "RE"
    return "SG" if stopped else "XX"


def status_of(ended: Ended, error: Exception, breach: Breach | None) -> OutcomeStatus:
    """The status of a process that ended, from how it did."""
    if breach == "time" or ended.exitsig == _OUT_OF_TIME:
        return "TO"
    if (
        isinstance(error, (ValueError, RecursionError))
        or ended.stopped
        or ended.exitcode is not None
    ):
        return "RE"
    return "SG"
