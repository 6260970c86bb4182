"""Run untrusted work in a process of its own, with limits, and talk to it.

`Sandbox.open` gives a `Box`; `Box.ask` sends one request and returns an `Outcome`, whatever happens inside.
"""

from __future__ import annotations

from grader.sandbox.box import Box, Sandbox
from grader.sandbox.outcome import Limits, Outcome

__all__ = ["Box", "Limits", "Outcome", "Sandbox"]
