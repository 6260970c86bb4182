"""How code is sandboxed while it is read, and while it runs."""

from __future__ import annotations

from grader.sandbox import SandboxProfile

PROFILE = SandboxProfile(
    target="grader.evidence.code.probe.serve:serve",
    preload=("grader.evidence.code.probe.reading.read",),
)

#: Student code holds whole datasets as float64, several times over.
RUN_PROFILE = SandboxProfile(
    target="grader.evidence.code.probe.running.serve:serve",
    preload=("grader.evidence.code.probe.running.preload",),
    file_bytes=256 << 20,
    memory_bytes=6 << 30,
)
