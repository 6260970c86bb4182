"""How models of text are sandboxed."""

from __future__ import annotations

import msgspec

from grader.evidence.models.profile import PROFILE as MODELS_PROFILE

PROFILE = msgspec.structs.replace(
    MODELS_PROFILE,
    target="grader.evidence.language.probe.serve:serve",
    preload=(*MODELS_PROFILE.preload, "grader.evidence.language.probe.sequences"),
)
