"""How code is sandboxed while it is read."""

from __future__ import annotations

from grader.sandbox import SandboxProfile

PROFILE = SandboxProfile(
    target="grader.evidence.code.probe.serve:serve",
    preload=("grader.evidence.code.probe.reading.read",),
)
