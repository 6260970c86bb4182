from __future__ import annotations

from importlib.metadata import PackageNotFoundError

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


def test_a_library_that_only_some_labs_need_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is missing, the extra that brings it is named; one that everything needs is a failure."""

    def version(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "version", version)
    gymnasium, h5py = doctor._library("gymnasium"), doctor._library("h5py")

    assert (gymnasium.state, gymnasium.fix) == ("note", "pip install 'grader[cartpole]'")
    assert (h5py.state, h5py.fix) == ("fail", "pip install h5py")
