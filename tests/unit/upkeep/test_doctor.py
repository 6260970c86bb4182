from __future__ import annotations

import pytest

from grader.sandbox.selftest import Assessment
from grader.upkeep import doctor

STRONG = Assessment(level="strong")
MEDIUM = Assessment(level="medium", troubles={"strong": "bubblewrap is not installed"})
NONE = Assessment(level="none", troubles={"strong": "no Landlock", "container": "no podman"})


@pytest.mark.parametrize(
    ("assessment", "state", "words"),
    [
        (STRONG, "ok", "level strong: bubblewrap"),
        (MEDIUM, "ok", "level medium: Landlock"),
        (NONE, "note", "level none: limits only"),
        (Assessment(level="strong", cgroups=True), "ok", "systemd limits"),
    ],
)
def test_the_doctor_names_the_level(
    monkeypatch: pytest.MonkeyPatch, assessment: Assessment, state: str, words: str
) -> None:
    """Which level holds, why no stronger one does, and where it says how to reach it."""
    monkeypatch.setattr(doctor, "assess", lambda: assessment)
    item = doctor._isolation()

    assert item.state == state
    assert words in item.found
    assert all(trouble in item.fix for trouble in assessment.troubles.values())
    assert ("docs/security.md" in item.fix) == bool(assessment.troubles)
