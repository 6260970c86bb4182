"""How code is sandboxed while it is read, and while it runs."""

from __future__ import annotations

import msgspec

from grader.evidence.code.run_budget import longest_step_s
from grader.evidence.code.run_record import RunMode
from grader.sandbox import SandboxProfile

PROFILE = SandboxProfile(
    target="grader.evidence.code.probe.serve:serve",
    preload=("grader.evidence.code.probe.reading.read", "grader.evidence.code.probe.text"),
)

#: Student code holds whole datasets as float64, several times over.
RUN_PROFILE = SandboxProfile(
    target="grader.evidence.code.probe.running.serve:serve",
    preload=("grader.evidence.code.probe.running.preload",),
    file_bytes=256 << 20,
    memory_bytes=6 << 30,
)

#: Code as it is written trains for hours, whatever other requests may take.
_FULL_RUN_PROFILE = msgspec.structs.replace(RUN_PROFILE, wall_s=longest_step_s("full"))


def run_profile(mode: RunMode) -> SandboxProfile:
    """How code is sandboxed that is run in a mode."""
    return RUN_PROFILE if mode == "quick" else _FULL_RUN_PROFILE
