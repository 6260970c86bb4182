"""What the trusted side tells a worker, and what it hears back."""

from __future__ import annotations

from grader.records.base import Record
from grader.sandbox.confinement import Walls
from grader.sandbox.outcome import Limits


class Setup(Record, frozen=True, kw_only=True):
    """The first message: what all processes of this worker have in common."""

    target: str
    """What runs inside, as ``module:function``."""
    preload: tuple[str, ...]
    """Modules to import once."""
    limits: Limits
    walls: Walls
    room: str
    """The folder its processes get theirs in."""


class Ready(Record, frozen=True, kw_only=True):
    """The answer to `Setup`."""

    trouble: str = ""
    """Why nothing can be started; empty where all is well."""


class Start(Record, frozen=True, kw_only=True, tag="start"):
    """Start a process. Its connection, its log, and the submitted file, where there is one, come along."""

    folder: str
    """Made for it, and removed at its end."""


class End(Record, frozen=True, kw_only=True, tag="end"):
    """End the process, and say how it ended; answered by `Ended`."""

    grace_s: float
    """Seconds it may take to end by itself."""


class Ended(Record, frozen=True, kw_only=True):
    """How a process ended."""

    exitcode: int | None = None
    """None where it died on a signal."""
    exitsig: int | None = None
    stopped: bool = False
    """True where it still ran and was ended for it; how is then our doing."""
    max_rss: int = 0
    """Peak resident memory in bytes, what it shares with the worker included."""
    cleared: bool = True
    """Whether everything it left behind is gone."""


Order = Start | End
