"""Run untrusted work in a process of its own, isolated and within limits, and exchange messages with it.

A `SandboxProfile` names what runs inside. `Sandboxes.open` gives a `Box` for a profile; `Box.ask` sends one
request and returns an `Outcome`, whatever happens inside. Messages are opaque bytes; `SandboxClient` encodes and
decodes them as records.
"""

from __future__ import annotations

from grader.sandbox.box import Box, Sandbox
from grader.sandbox.client import SandboxClient
from grader.sandbox.descriptors import MAX_SUBMITTED
from grader.sandbox.levels import Isolation, Level
from grader.sandbox.outcome import Limits, Outcome
from grader.sandbox.profile import SandboxProfile
from grader.sandbox.sandboxes import Sandboxes
from grader.sandbox.sealed_memfd import SealedMemfd

__all__ = [
    "MAX_SUBMITTED",
    "Box",
    "Isolation",
    "Level",
    "Limits",
    "Outcome",
    "Sandbox",
    "SandboxClient",
    "SandboxProfile",
    "Sandboxes",
    "SealedMemfd",
]
