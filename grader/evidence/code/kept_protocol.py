"""Messages about trainings that are kept, while a step runs: the process asks before and after each of them.

Each is sent where the answer to the step is waited for; the trusted side answers with a request, and what comes then is
the next of these messages, or the answer to the step.
"""

from __future__ import annotations

from grader.evidence.code.run_protocol import StepDone
from grader.records.base import Record

#: Bytes of one training that is kept.
LARGEST_BYTES = 250 << 20


class TrainingBegins(Record, frozen=True, kw_only=True, tag="training-begins"):
    """A training is about to be run; answered by `UseKept` or `Proceed`."""

    key: str
    """What tells it from all others of the same code."""


class TrainingEnds(Record, frozen=True, kw_only=True, tag="training-ends"):
    """A training was run; answered by `GiveTraining` or `Proceed`."""

    key: str
    size: int
    """Bytes of what there is to keep."""


class TrainingGiven(Record, frozen=True, kw_only=True, tag="training-given"):
    """What there is to keep of the training comes with this; answered by `Proceed`."""


class UseKept(Record, frozen=True, kw_only=True, tag="use-kept"):
    """What was kept of the training comes as payload."""


class GiveTraining(Record, frozen=True, kw_only=True, tag="give-training"):
    """Give what there is to keep; answered by `TrainingGiven`."""


class Proceed(Record, frozen=True, kw_only=True, tag="proceed"):
    """Nothing was kept, or enough is kept: go on with the step."""


StepMessage = StepDone | TrainingBegins | TrainingEnds
"""What a process says while a step runs."""

StepReply = UseKept | GiveTraining | Proceed
"""What is said to it."""
