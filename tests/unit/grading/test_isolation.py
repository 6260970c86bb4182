"""The isolation level is chosen before anything is opened, named in reports, and required for secret test sets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from grader.course import Course
from grader.errors import IsolationError
from grader.evidence.base import Collected, CollectTask, EvidenceKind
from grader.grading import collect_worker, isolation
from grader.grading.grade import GradeOptions, grade_class
from grader.grading.isolation import choose_level
from grader.grading.plan import CollectionPlan
from grader.records.evidence import internal_failure
from grader.runs.store import RunStore
from grader.sandbox import Isolation, Level, Limits, Sandboxes
from grader.sandbox.selftest import Assessment
from tests.factories import lab, submission, threshold

STRONG = Assessment(level="strong")
MEDIUM = Assessment(level="medium", troubles={"strong": "bubblewrap is not installed"})
NONE = Assessment(
    level="none",
    troubles={"strong": "no Landlock", "medium": "no Landlock", "container": "no podman"},
)


def found(monkeypatch: pytest.MonkeyPatch, assessment: Assessment) -> None:
    monkeypatch.setattr(isolation, "assess", lambda asked="auto": assessment)


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


def test_secrets_need_isolation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a secret test set nothing is opened without isolation, unless that was said in so many words."""
    found(monkeypatch, NONE)
    with pytest.raises(IsolationError, match=r"'own' is secret.*\(no Landlock; no podman\)"):
        choose_level("auto", secret=["own"])
    assert choose_level("none", secret=["own"]) == "none"
    found(monkeypatch, MEDIUM)
    assert choose_level("auto", secret=["own"]) == "medium"


def test_evidence_is_bound_to_its_isolation_level() -> None:
    """A report never names an isolation level that its evidence was not collected at."""
    levels: tuple[Level, ...] = ("strong", "medium", "none")
    plans = [
        CollectionPlan(lab(threshold()), Course(), (), {}, Limits(), level) for level in levels
    ]

    assert len({plan.resolution_key(submission()) for plan in plans}) == len(levels)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Level]:
    """The levels sandboxes were asked for, none of which is opened."""
    levels: list[Level] = []

    class NoSandboxes(Sandboxes):
        """Opens nothing, and notes at which level it would."""

        def __init__(self, limits: Limits, level: Level) -> None:
            super().__init__(limits, level)
            levels.append(level)

    def nothing(kind: EvidenceKind, task: CollectTask, context: object) -> Collected:
        return Collected.nothing(task.needs, internal_failure("not opened"))

    monkeypatch.setattr(collect_worker, "Sandboxes", NoSandboxes)
    monkeypatch.setattr(EvidenceKind, "collect_evidence", nothing)
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


def test_a_secret_set_is_not_graded_without_isolation(
    secret_course: Path, asked: list[Level], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal comes before anything is opened; isolated, or explicitly without, grading goes on and says which."""
    found(monkeypatch, NONE)

    def grade(asked_for: Isolation = "auto") -> str:
        result = grade_class(
            "ml-assignment2",
            secret_course / "class",
            out=secret_course / "run",
            course=secret_course,
            options=GradeOptions(isolation=asked_for),
        )
        manifest = RunStore(secret_course / "run").require_manifest()
        assert result.reports[0].provenance.isolation == manifest.isolation
        return manifest.isolation

    with pytest.raises(IsolationError):
        grade()
    assert asked == []
    assert grade("none") == "none"
    found(monkeypatch, MEDIUM)
    assert grade() == "medium"
    assert asked == ["none", "medium"]
