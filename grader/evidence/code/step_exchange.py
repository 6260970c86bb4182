"""Ask a process for one step, and answer what it asks meanwhile about trainings that are kept."""

from __future__ import annotations

import time
from typing import Any

from grader.evidence.code.kept_protocol import (
    GiveTraining,
    Proceed,
    StepMessage,
    StepReply,
    TrainingBegins,
    TrainingEnds,
    TrainingGiven,
    UseKept,
)
from grader.evidence.code.kept_trainings import KeptTrainings
from grader.evidence.code.run_protocol import RunMissed, RunStep, StepDone
from grader.records.evidence import Failure
from grader.sandbox import SandboxClient

#: Any of the messages; `SandboxClient.ask` takes whatever msgspec decodes.
_STEP_MESSAGE: Any = StepMessage


def ask_step(
    client: SandboxClient,
    request: RunStep | RunMissed,
    timeout_s: float,
    kept: KeptTrainings | None = None,
) -> StepDone | Failure:
    """What came of a step.

    Args:
        client: Asks the process.
        request: The step.
        timeout_s: Seconds of wall-clock time for the step with all that is asked meanwhile.
        kept: The trainings of this code; None where none are kept, and the process asks for none.
    """
    ends = time.monotonic() + timeout_s
    if kept is None:
        answer = client.ask(request, StepDone, timeout_s=timeout_s)
        return answer if isinstance(answer, Failure) else answer[0]
    asked: RunStep | RunMissed | StepReply = request
    payload = b""
    while True:
        said = client.ask(asked, _STEP_MESSAGE, payload, timeout_s=_left(ends))
        if isinstance(said, Failure):
            return said
        payload = b""
        match said[0]:
            case StepDone() as done:
                return done
            case TrainingBegins(key=key):
                payload = kept.find(key) or b""
                asked = UseKept() if payload else Proceed()
            case TrainingEnds(key=key, size=size):
                if kept.takes(key, size):
                    given = client.ask(
                        GiveTraining(), TrainingGiven, expect=size, timeout_s=_left(ends)
                    )
                    if isinstance(given, Failure):
                        return given
                    kept.keep(key, given[1])
                asked = Proceed()


def _left(ends: float) -> float:
    """Seconds that are left; at least a moment, in which the request times out."""
    return max(ends - time.monotonic(), 0.01)
