"""How models of text are sandboxed."""

from __future__ import annotations

from grader.sandbox import SandboxProfile

PROFILE = SandboxProfile(
    target="grader.evidence.language.probe.serve:serve",
    preload=("grader.evidence.language.probe.preload", "encodings.ascii"),
)
