"""Student code: scripts and notebooks, read for what they build and train without running any of it."""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.code.profile import PROFILE
from grader.evidence.code.record import CodeNeed

KIND = EvidenceKind(
    name="code",
    version=1,
    needs=(CodeNeed,),
    accepts={"text": "python", "notebook": "notebook"},
    many=True,
    collect="grader.evidence.code.collect:collect_code",
    decode="grader.evidence.code.view:decode_code",
    sections="grader.evidence.code.view:code_sections",
    profile=PROFILE,
    libraries=("numpy",),
    page_needs=(CodeNeed,),
)
