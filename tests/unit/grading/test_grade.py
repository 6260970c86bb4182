"""A class graded into a run folder, with collectors that open nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from grader.course import Course
from grader.errors import OldRunError, RunError
from grader.evidence.base import CollectContext, Collected, CollectTask, EvidenceKind
from grader.grading.grade import ClassResult, ClassRun, GradeOptions, grade_class
from grader.grading.rescore import read_results, rescore, unsettled
from grader.grading.schedule import ProgressEvent
from grader.intake import find_class
from tests.factories import model, prediction_arrays, predictions

OPTIONS = GradeOptions(isolation="none", jobs=1)


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were collected from, by a model that takes every digit for a zero."""
    files: list[str] = []

    def collect(kind: EvidenceKind, task: CollectTask, context: CollectContext) -> Collected:
        files.append(task.file.path)
        found = Collected()
        for need in task.needs:
            if need.kind == "models":
                found.records[need] = model()
            else:
                found.records[need] = predictions(images=1500)
                ranked = np.tile(np.arange(5, dtype=np.uint8), (1500, 1))
                found.arrays[need] = prediction_arrays(ranked)
        return found

    monkeypatch.setattr(EvidenceKind, "collect_evidence", collect)
    return files


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    """Two students, each with a file that looks like a saved model."""
    for student in ("amina", "bruno"):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / f"{student}.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    return tmp_path / "class"


def grade(submissions: Path, run: Path, options: GradeOptions = OPTIONS) -> ClassResult:
    return grade_class("ml-assignment2", submissions, out=run, options=options)


def test_a_second_run_goes_on_where_the_first_stopped(
    submissions: Path, tmp_path: Path, collected: list[str]
) -> None:
    """Everything is kept, and who was kept is told before who was collected."""
    first = grade(submissions, tmp_path / "run")
    assert sorted(collected) == ["amina.h5", "bruno.h5"]
    events: list[ProgressEvent] = []
    options = GradeOptions(isolation="none", jobs=1, progress=events.append)
    second = grade(submissions, tmp_path / "run", options)

    assert (first.kept, second.kept, len(collected)) == (0, 2, 2)
    assert second.reports == first.reports
    assert [(event.done, event.total, event.kept) for event in events] == [
        (1, 2, True),
        (2, 2, True),
    ]
    assert first.notices == second.notices == ()


def test_students_on_the_roster_without_a_submission_are_graded(
    submissions: Path, tmp_path: Path, collected: list[str]
) -> None:
    """They handed in nothing, and their mark says so."""
    course = tmp_path / "course"
    course.mkdir()
    (course / "course.toml").write_text("roster = 'roster.csv'\n")
    (course / "roster.csv").write_text("id\namina\nbruno\nchloe\n")
    result = grade_class(
        "ml-assignment2", submissions, out=tmp_path / "run", options=OPTIONS, course=course
    )

    (absent,) = [report for report in result.reports if report.student.id == "chloe"]
    assert absent.points == 0
    assert absent.checks[0].failure is not None
    assert absent.checks[0].failure.reason == "missing"


def test_whoever_a_stray_is_called_like_stays_open_until_it_is_settled(
    submissions: Path, tmp_path: Path, collected: list[str]
) -> None:
    """What was left out is named before grading and on the page of the class; the answer makes the mark final."""
    course, run = tmp_path / "course", tmp_path / "run"
    course.mkdir()
    (course / "course.toml").write_text("roster = 'roster.csv'\n")
    (course / "roster.csv").write_text("id,name\namina\nbruno\nchloe,Chloe T\ndora\n")
    (submissions / "Chloe T.docx").write_bytes(b"PK")
    announced: list[str] = []
    options = GradeOptions(isolation="none", jobs=1, announce=announced.append)
    result = grade_class("ml-assignment2", submissions, out=run, options=options, course=course)
    finals = {report.student.id: report.complete for report in result.reports}
    page = (run / "index.html").read_text(encoding="utf-8")
    (question,) = unsettled(run).strays
    (course / "course.toml").write_text("roster = 'roster.csv'\n[matches]\n'Chloe T.docx' = ''\n")
    settled, _ = rescore(run)

    assert any("Chloe T.docx (a document) of Chloe T" in sentence for sentence in announced)
    assert (finals["chloe"], finals["dora"]) == (False, True)
    assert "Chloe T.docx (a document) was left out and may be it" in page
    assert (question.item.name, question.people[0].student.id) == ("Chloe T.docx", "chloe")
    assert all(report.complete for report in settled.reports)
    assert not unsettled(run).strays


def test_a_folder_of_another_lab_is_left_alone(
    submissions: Path, tmp_path: Path, collected: list[str]
) -> None:
    """One folder holds the run of one lab."""
    grade(submissions, tmp_path / "run")

    with pytest.raises(RunError, match="holds a run of 'ml-assignment2'"):
        grade_class("mnist-cifar100", submissions, out=tmp_path / "run", options=OPTIONS)


@pytest.fixture
def old_run(tmp_path: Path) -> Path:
    """A run folder as version 0.1.0 left it, with evidence of one student."""
    run = tmp_path / "run"
    (run / "evidence").mkdir(parents=True)
    manifest = {
        "schema": "grader/run/v1",
        "lab": "ml-assignment2",
        "lab_version": "1",
        "submissions": "class",
        "students": ["amina"],
        "versions": {"grader": "0.1.0"},
        "isolation": "medium",
        "datasets": [],
        "updated_at": "2026-10-01T00:00:00Z",
    }
    old = {"schema": "grader/evidence/v1", "key": "k", "observations": [{"artefact": "m"}]}
    (run / "run.json").write_text(json.dumps(manifest))
    (run / "evidence/amina.json").write_text(json.dumps(old))
    with (run / "evidence/amina.npz").open("wb") as stream:
        np.savez(stream, **{"digit-model.digits.ranked": np.zeros((3, 5), np.uint8)})
    return run


def test_a_run_of_an_earlier_version_is_collected_anew(
    submissions: Path, old_run: Path, collected: list[str]
) -> None:
    """All evidence is collected again, and the result says why; the next run keeps it."""
    located = find_class(submissions)
    run = ClassRun(Course().lab("ml-assignment2"), Course(), old_run, source="class")
    result = run.grade(located, OPTIONS)

    assert sorted(collected) == ["amina.h5", "bruno.h5"]
    assert result.kept == 0
    (notice,) = result.notices
    assert "written by version 0.1.0 of the grader" in notice
    assert notice.endswith("all evidence was collected anew.")
    assert len(read_results(old_run)) == 2
    again = grade(submissions, old_run)
    assert (again.kept, again.notices) == (2, ())


def test_a_run_of_an_earlier_version_is_not_rescored(old_run: Path) -> None:
    """Judging it again would need evidence of today; the hint says what to do, and nothing is written."""
    before = {path: path.read_bytes() for path in old_run.rglob("*") if path.is_file()}

    with pytest.raises(OldRunError, match=r"written by version 0\.1\.0") as caught:
        rescore(old_run)
    assert "run `grader grade` into it again" in caught.value.hint
    assert {path: path.read_bytes() for path in old_run.rglob("*") if path.is_file()} == before
