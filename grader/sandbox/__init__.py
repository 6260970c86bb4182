"""Run untrusted work in a process of its own, behind walls and within limits, and talk to it.

`Sandbox.open` gives a `Box`; `Box.ask` sends one request and returns an `Outcome`, whatever happens inside.
"""

from __future__ import annotations

from grader.sandbox.box import Box, Sandbox
from grader.sandbox.levels import Isolation, Level
from grader.sandbox.outcome import Limits, Outcome
from grader.sandbox.sealed import Sealed

__all__ = ["Box", "Isolation", "Level", "Limits", "Outcome", "Sandbox", "Sealed"]
