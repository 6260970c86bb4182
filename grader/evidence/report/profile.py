"""How reports are sandboxed while they are read."""

from __future__ import annotations

from grader.sandbox import SandboxProfile

PROFILE = SandboxProfile(
    target="grader.evidence.report.probe.serve:serve",
    preload=("grader.evidence.report.probe.read",),
)
