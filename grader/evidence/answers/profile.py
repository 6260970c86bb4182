"""How answers are sandboxed while they are read."""

from __future__ import annotations

from grader.sandbox import SandboxProfile

PROFILE = SandboxProfile(
    target="grader.evidence.answers.probe.serve:serve",
    preload=("grader.evidence.answers.probe.read",),
)
