"""How links are sandboxed while they are read and replayed."""

from __future__ import annotations

from grader.sandbox import SandboxProfile

PROFILE = SandboxProfile(
    target="grader.evidence.playground.probe.serve:serve",
    preload=("grader.evidence.playground.probe.read",),
)
