"""How models are sandboxed."""

from __future__ import annotations

from grader.sandbox import SandboxProfile

#: What every model needs is imported once; none of these modules runs an operation of TensorFlow when imported.
PROFILE = SandboxProfile(
    target="grader.evidence.models.probe.serve:serve",
    preload=(
        "grader.evidence.models.probe.preload",
        "grader.evidence.models.probe.loaded_model",
        "grader.evidence.models.probe.assembly",
        "grader.evidence.models.probe.computation",
        "grader.evidence.models.probe.opening",
        "grader.evidence.models.probe.prediction",
        "grader.evidence.models.probe.summary",
        "encodings.ascii",
    ),
)
