"""How archives are sandboxed."""

from __future__ import annotations

from grader.sandbox import SandboxProfile

PROFILE = SandboxProfile(
    target="grader.archives.probe.serve:serve",
    preload=("grader.archives.probe.unpacking", "encodings.ascii", "encodings.cp437"),
)
