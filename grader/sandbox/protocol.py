"""The messages of the sandbox's own: between the trusted side and a worker, and around every answer."""

from __future__ import annotations

import msgspec

from grader.records.base import Record
from grader.sandbox.confinement import IsolationSettings
from grader.sandbox.outcome import Limits


class Setup(Record, frozen=True, kw_only=True):
    """The first message: what all processes of this worker have in common."""

    target: str
    """What runs inside, as ``module:function``."""
    preload: tuple[str, ...]
    """Modules to import once."""
    limits: Limits
    isolation: IsolationSettings
    folder: str
    """Each process gets a subfolder of it."""
    files: int = 0
    """How many submitted files follow as messages of their own, where no descriptors can be passed."""


class Ready(Record, frozen=True, kw_only=True):
    """The answer to `Setup`."""

    error: str = ""
    """Why nothing can be started; empty if everything was imported."""


class Start(Record, frozen=True, kw_only=True, tag="start"):
    """Start a process. Its connection, its log and the submitted files come along."""

    folder: str
    """Made for it, and removed at its end."""


class End(Record, frozen=True, kw_only=True, tag="end"):
    """End the process, and report how it ended; answered by `Ended`."""

    grace_s: float
    """Seconds it may take to end by itself."""


class Ended(Record, frozen=True, kw_only=True):
    """How a process ended."""

    exitcode: int | None = None
    """None if it died on a signal."""
    exitsig: int | None = None
    stopped: bool = False
    """True if it still ran and the worker ended it; the signal is then the worker's."""
    max_rss: int = 0
    """Peak resident memory in bytes, including what it shares with the worker."""
    cleared: bool = True
    """Whether everything it left behind is removed."""


class Measure(Record, frozen=True, kw_only=True, tag="measure"):
    """Tell how much processor time the process has used; answered by `Measured`."""


class Measured(Record, frozen=True, kw_only=True):
    """What a process has used, as the system tells the worker: nothing the process says counts."""

    cpu_s: float | None = None
    """Seconds of processor time of all its threads; None where the system does not tell."""


Command = Start | End | Measure


class Usage(Record, frozen=True, kw_only=True):
    """What the process has used so far, by its own account."""

    peak_memory_bytes: int = 0


class Reply(Record, frozen=True, kw_only=True):
    """The head of every reply from inside. A body follows as a second message; it may be empty."""

    answer: msgspec.Raw
    """JSON that the sandbox does not look into."""
    usage: Usage = Usage()
