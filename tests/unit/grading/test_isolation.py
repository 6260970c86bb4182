"""Walls are chosen before anything is opened, named in every report, and asked for where a test set is secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from grader.errors import IsolationError
from grader.grading import batch, diagnosis, isolation
from grader.grading.collecting import Plan
from grader.grading.isolation import choose_level
from grader.grading.runs import grade_class
from grader.grading.stock import Stock
from grader.grading.store import RunStore
from grader.sandbox import Level, Limits
from grader.sandbox.selftest import Assessment
from tests.factories import lab, threshold

STRONG = Assessment(level="strong")
MEDIUM = Assessment(level="medium", troubles={"strong": "bubblewrap is not installed"})
NONE = Assessment(
    level="none",
    troubles={"strong": "no Landlock", "medium": "no Landlock", "container": "no podman"},
)


def found(monkeypatch: pytest.MonkeyPatch, assessment: Assessment) -> None:
    for module in (isolation, diagnosis):
        monkeypatch.setattr(module, "assess", lambda asked="auto": assessment)


@pytest.mark.parametrize("assessment", [STRONG, MEDIUM, NONE])
def test_what_holds_is_taken(monkeypatch: pytest.MonkeyPatch, assessment: Assessment) -> None:
    """Without a wish the strongest level that holds is taken, whatever it is, as long as nothing is secret."""
    found(monkeypatch, assessment)

    assert choose_level("auto") == assessment.level


def test_what_was_asked_for_is_had_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A level that does not hold is an error with the reason, never another level."""
    found(monkeypatch, MEDIUM)
    assert choose_level("medium") == "medium"
    with pytest.raises(IsolationError, match="'strong' does not hold here: bubblewrap is not inst"):
        choose_level("strong")


def test_secrets_need_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a secret test set nothing is opened without walls, unless that was said in so many words."""
    found(monkeypatch, NONE)
    with pytest.raises(IsolationError, match=r"'own' is secret.*\(no Landlock; no podman\)"):
        choose_level("auto", secret=["own"])
    assert choose_level("none", secret=["own"]) == "none"
    found(monkeypatch, MEDIUM)
    assert choose_level("auto", secret=["own"]) == "medium"


def test_evidence_is_bound_to_its_walls() -> None:
    """A report never names walls that the evidence it rests on was not collected behind."""
    levels: tuple[Level, ...] = ("strong", "medium", "none")
    plans = [Plan(lab(threshold()), Stock({}, {}), Limits(), level) for level in levels]

    assert len({plan.key("0" * 64) for plan in plans}) == len(levels)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Level]:
    """The levels sandboxes were asked for, none of which is opened."""
    levels: list[Level] = []

    @contextmanager
    def no_sandbox(limits: Limits, level: Level) -> Iterator[Any]:
        levels.append(level)
        yield None

    monkeypatch.setattr(batch, "open_sandbox", no_sandbox)
    return levels


@pytest.fixture
def secret_course(tmp_path: Path) -> Path:
    """A course that marks on pictures of its own, and one submission."""
    (tmp_path / "digits").mkdir()
    for label in range(3):
        picture = Image.new("L", (28, 28))
        ImageDraw.Draw(picture).rectangle((6, 4, 12 + 2 * label, 22), fill=255)
        picture.save(tmp_path / f"digits/{label}_a.png")
    (tmp_path / "course.toml").write_text(
        '[datasets.own]\nfolder = "digits"\n'
        '[labs.ml-assignment2.checks."3-handwritten/relative-accuracy"]\ndataset = "own"\n'
    )
    (tmp_path / "class/ada").mkdir(parents=True)
    (tmp_path / "class/ada/model.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    return tmp_path


def test_a_secret_set_is_not_graded_without_walls(
    secret_course: Path, asked: list[Level], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal comes before anything is opened; with walls, or told so, grading goes on and says which."""
    found(monkeypatch, NONE)

    def grade(**more: Any) -> str:
        result = grade_class(
            "ml-assignment2",
            secret_course / "class",
            out=secret_course / "run",
            course=secret_course,
            **more,
        )
        manifest = RunStore(secret_course / "run").require_manifest()
        assert result.reports[0].provenance.isolation == manifest.isolation
        return manifest.isolation

    with pytest.raises(IsolationError):
        grade()
    assert asked == []
    assert grade(isolation="none") == "none"
    found(monkeypatch, MEDIUM)
    assert grade() == "medium"
    assert asked == ["none", "medium"]


@pytest.mark.parametrize(
    ("assessment", "state", "words"),
    [
        (STRONG, "ok", "level strong: bubblewrap"),
        (MEDIUM, "ok", "level medium: Landlock"),
        (NONE, "note", "level none: limits, and no walls"),
        (Assessment(level="strong", cgroups=True), "ok", "systemd limits"),
    ],
)
def test_the_doctor_names_the_level(
    monkeypatch: pytest.MonkeyPatch, assessment: Assessment, state: str, words: str
) -> None:
    """Which walls hold, why no stronger ones do, and where it says how to get them."""
    found(monkeypatch, assessment)
    item = diagnosis._isolation()

    assert item.state == state
    assert words in item.found
    assert all(trouble in item.mend for trouble in assessment.troubles.values())
    assert ("docs/security.md" in item.mend) == bool(assessment.troubles)
