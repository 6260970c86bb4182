"""A submission checked alone: on public data, with nothing written."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks.needs import lab_datasets
from grader.course import Course, load_course
from grader.errors import NotJudgedError
from grader.evidence.base import CollectContext, Collected, CollectTask, EvidenceKind
from grader.grading import check as checking
from grader.grading.check import CheckOptions, assured_points, check_submission, public_lab
from grader.grading.schedule import ProgressEvent
from grader.records.evidence import file_failure
from grader.records.section import Interval
from grader.reporting.formats import render_check
from tests.factories import check_result, model, prediction_arrays, predictions, report
from tests.program import DIGITS_COURSE

OPTIONS = CheckOptions(isolation="none")


def test_students_check_on_the_public_dataset(tmp_path: Path) -> None:
    """Where the course marks on a secret folder, a student's own check uses what the lab declares."""
    (tmp_path / "course.toml").write_text(
        """
        [datasets.secret-digits]
        folder = "digits"
        [labs.ml-assignment2]
        exercises = ["3-handwritten"]
        [labs.ml-assignment2.checks."3-handwritten/relative-accuracy"]
        dataset = "secret-digits"
        frozen_best = 0.9
        """
    )
    course = load_course(tmp_path)
    shown = public_lab("ml-assignment2", course)
    (check,) = shown.exercises[0].checks

    assert lab_datasets(course.lab("ml-assignment2")) == ["secret-digits"]
    assert lab_datasets(shown) == ["digits"]
    assert getattr(check, "frozen_best", None) == 0.9


def test_students_check_on_a_folder_the_course_made_public(tmp_path: Path) -> None:
    """A public folder of the course is what students are checked on, too."""
    (tmp_path / "course.toml").write_text(
        """
        [datasets.own]
        folder = "digits"
        visibility = "public"
        [labs.ml-assignment2.checks."3-handwritten/relative-accuracy"]
        dataset = "own"
        """
    )

    assert lab_datasets(public_lab("ml-assignment2", load_course(tmp_path))) == ["own"]


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    """A file that looks like a saved model."""
    (tmp_path / "handed").mkdir()
    file = tmp_path / "handed" / "digits.h5"
    file.write_bytes(b"\x89HDF\r\n\x1a\n")
    return file


def evaluated(kind: EvidenceKind, task: CollectTask, context: CollectContext) -> Collected:
    """A model that takes every image of the digits for a zero."""
    collected = Collected()
    images = 1500
    for need in task.needs:
        if need.kind == "models":
            collected.records[need] = model()
        else:
            collected.records[need] = predictions(images=images)
            ranked = np.tile(np.arange(5, dtype=np.uint8), (images, 1))
            collected.arrays[need] = prediction_arrays(ranked)
    return collected


def test_a_check_writes_nothing(
    submitted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No run folder is made, neither where the command runs nor among temporary files."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    made: list[str] = []

    def note(*given: Any, **more: Any) -> str:
        made.append("a folder")
        raise AssertionError("a temporary folder was made")

    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(tempfile, "mkdtemp", note)
    monkeypatch.setattr(EvidenceKind, "collect_evidence", evaluated)
    before = sorted(tmp_path.rglob("*"))
    checked = check_submission("ml-assignment2", submitted, options=OPTIONS, course=DIGITS_COURSE)

    assert checked.report.checks[0].status == "pending"
    assert made == []
    assert sorted(tmp_path.rglob("*")) == before
    assert list(temporary.iterdir()) == []


def test_a_checked_page_shows_pictures_of_mistakes(
    submitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The images come from the public datasets themselves, since there is no run folder."""
    monkeypatch.setattr(EvidenceKind, "collect_evidence", evaluated)
    checked = check_submission("ml-assignment2", submitted, options=OPTIONS, course=DIGITS_COURSE)
    page = render_check("html", checked.report, submitted, checked.images)

    assert page.count('<img src="data:image/png;base64,') > 0
    assert checked.images("digits", 1500) is None


def test_a_check_judges_as_a_class_would_and_tells_when_it_is_done(
    submitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure is the report's; progress is told once; absent datasets are named."""

    def corrupt(kind: EvidenceKind, task: CollectTask, context: CollectContext) -> Collected:
        return Collected.nothing(task.needs, file_failure("corrupt", task.file.path))

    monkeypatch.setattr(EvidenceKind, "collect_evidence", corrupt)
    events: list[ProgressEvent] = []
    options = CheckOptions(isolation="none", progress=events.append)
    checked = check_submission("ml-assignment2", submitted, options=options, course=DIGITS_COURSE)

    (event,) = events
    assert (event.done, event.total, event.failures) == (1, 1, ("corrupt",))
    assert checked.report.checks[0].status == "failed"
    assert checked.unavailable == {}
    other = check_submission("mnist-cifar100", submitted, options=OPTIONS)
    assert set(other.unavailable) == {"mnist", "cifar100"}


def test_a_part_of_a_lab_is_checked_alone(submitted: Path) -> None:
    """The exercises that are asked for, with the artefacts they look at; a part passes no lab."""
    options = CheckOptions(isolation="none", exercises=frozenset({"2b-loss", "1-preprocessing"}))
    checked = check_submission("ds-assignment7", submitted, options=options)

    assert {exercise.exercise_id for exercise in checked.report.exercises} == {
        "2b-loss",
        "1-preprocessing",
    }
    assert checked.report.passed is None


def test_the_course_of_the_current_folder_is_not_taken(
    submitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `course.toml` beside the submission sets no rules: its author is the student."""
    (submitted.parent / "course.toml").write_text('[labs.ml-assignment2.points]\n"3" = 1\n')
    monkeypatch.chdir(submitted.parent)
    monkeypatch.setattr(EvidenceKind, "collect_evidence", evaluated)
    asked: list[Course] = []
    original = checking.public_lab
    monkeypatch.setattr(
        checking, "public_lab", lambda slug, course: asked.append(course) or original(slug, course)
    )
    check_submission("ml-assignment2", submitted, options=OPTIONS)

    assert asked == [Course()]


def test_points_a_gate_may_count_on() -> None:
    """A pending mark counts at its low end; a check that is open through our fault cannot be gated."""
    pending = check_result("pending", None, score_interval=Interval(low=12, high=30))
    ours = check_result("error", None)

    assert assured_points(report(checks=(pending, check_result(check_id="b")))) == 42
    with pytest.raises(NotJudgedError, match="could not be judged"):
        assured_points(report(checks=(ours,)))
