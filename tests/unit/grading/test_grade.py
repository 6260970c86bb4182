"""A class graded into a run folder, with collectors that open nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from grader.course import Course
from grader.errors import OldRunError, RunError, StorageError
from grader.evidence.base import CollectContext, Collected, CollectTask, EvidenceKind
from grader.grading.grade import ClassResult, ClassRun, GradeOptions, grade_class
from grader.grading.rescore import read_results, rescore, translate_run, unsettled
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


def test_parts_of_long_work_are_there_until_all_is_graded(
    submissions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is given again finds what kinds of evidence kept; when it has ended nothing is left."""
    run, found = tmp_path / "run", []

    def collect(kind: EvidenceKind, task: CollectTask, context: CollectContext) -> Collected:
        assert context.work_folder is not None
        found.extend(path.name for path in context.work_folder.glob("*"))
        context.work_folder.mkdir(exist_ok=True)
        (context.work_folder / task.file.path).touch()
        if len(found) < 2:
            raise StorageError("stopped")
        return Collected()

    monkeypatch.setattr(EvidenceKind, "collect_evidence", collect)
    with pytest.raises(StorageError):
        grade(submissions, run)
    assert (run / "work").is_dir()
    found.clear()
    found.append("once")
    grade(submissions, run)

    assert "amina.h5" in found
    assert not (run / "work").exists()


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


def course(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "course.toml").write_text(text)
    return folder.resolve()


LATE = "[labs.ml-assignment2]\ndeadline = 2020-01-01T00:00:00Z\npenalty_per_day = 1\n"


def test_grading_goes_on_with_the_course_of_the_last_judgement(
    submissions: Path, tmp_path: Path, collected: list[str]
) -> None:
    """What a rescore changed stays when the class is graded again; another course is named, and said."""
    first, second = course(tmp_path / "first", ""), course(tmp_path / "second", LATE)
    run = tmp_path / "run"

    def again(named: Path | None) -> ClassResult:
        return grade_class("ml-assignment2", submissions, out=run, options=OPTIONS, course=named)

    assert again(first).reports[0].points > 0
    rescore(run, course=second)
    kept = again(None)
    back = again(first)

    assert kept.reports[0].points == 0
    assert kept.found[0] == f"The course is {second}, with which the run was judged last."
    assert back.reports[0].points > 0
    assert back.found[0] == (
        f"The run was judged last with the course {second}; from now on {first} counts."
    )
    assert again(first).found[0] == "Found 2 students."


@pytest.fixture
def attempts(tmp_path: Path) -> Path:
    """One student with three attempts, the second of which is empty, and another with one."""
    for name in (
        "7-1 - Anna Testfrau - Nov 1, 2026 800 PM/anna-1.h5",
        "7-1 - Anna Testfrau - Nov 2, 2026 800 PM/notes.txt",
        "7-1 - Anna Testfrau - Nov 3, 2026 800 PM/anna-3.h5",
        "8-1 - Bo Prueba - Nov 1, 2026 900 PM/bo.h5",
    ):
        (tmp_path / "class" / name).parent.mkdir(parents=True)
        (tmp_path / "class" / name).write_bytes(
            b"\x89HDF\r\n\x1a\n" + name.encode() if name.endswith("h5") else b"notes\n"
        )
    return tmp_path / "class"


def graded(attempts: Path, tmp_path: Path, rule: str) -> ClassResult:
    named = course(tmp_path / "course", f'timezone = "Europe/Paris"\nattempts = "{rule}"\n')
    return grade_class(
        "ml-assignment2", attempts, out=tmp_path / "run", options=OPTIONS, course=named
    )


@pytest.mark.parametrize(
    ("rule", "files", "counts", "others"),
    [
        ("last", ["anna-3.h5", "bo.h5"], "Nov 3", [("Nov 2", False), ("Nov 1", False)]),
        ("first", ["anna-1.h5", "bo.h5"], "Nov 1", [("Nov 3", False), ("Nov 2", False)]),
        (
            "best", ["anna-1.h5", "anna-3.h5", "bo.h5"], "Nov 3",
            [("Nov 2", True), ("Nov 1", True)],
        ),
    ],
)  # fmt: skip
def test_one_attempt_of_everybody_counts(
    attempts: Path,
    tmp_path: Path,
    collected: list[str],
    rule: str,
    files: list[str],
    counts: str,
    others: list[tuple[str, bool]],
) -> None:
    """Without a roster the LMS says whose they are; what cannot count is not opened."""
    result = graded(attempts, tmp_path, rule)
    anna, bo = result.reports

    assert sorted(collected) == files
    assert (anna.student.id, bo.student.id) == ("7", "8")
    assert counts in anna.attempt
    assert [
        (other.name.split(" - ")[-1][:5], other.points is not None) for other in anna.other_attempts
    ] == others
    assert result.found[0] == "This looks like a Brightspace download: 2 students with 4 attempts."
    assert sorted(path.stem for path in (tmp_path / "run/results").iterdir()) == ["7", "8"]
    assert [report.student.id for report in read_results(tmp_path / "run")] == ["7", "8"]


def test_a_rescore_takes_another_attempt_where_it_was_collected(
    attempts: Path, tmp_path: Path, collected: list[str]
) -> None:
    """After `best` every rule can be judged; after `last` the message names what is missing."""
    graded(attempts, tmp_path, "best")
    named = course(tmp_path / "course", 'timezone = "Europe/Paris"\nattempts = "first"\n')
    first, record = rescore(tmp_path / "run")

    assert "Nov 1" in first.reports[0].attempt
    assert record.lab_changes == ("attempts: best -> first",)
    graded(attempts, tmp_path, "last")
    course(named, 'attempts = "best"\n')
    with pytest.raises(RunError, match=r"not collected: .*Nov 1.*Nov 2") as caught:
        rescore(tmp_path / "run")
    assert "grader grade" in caught.value.hint
    collected.clear()
    assert "Nov 3" in graded(attempts, tmp_path, "best").reports[0].attempt
    assert collected == []


def test_pages_of_attempts_are_worded_in_another_language(
    attempts: Path, tmp_path: Path, collected: list[str]
) -> None:
    """The times shown are those of the attempt that counts, and every page stands under the student's id."""
    graded(attempts, tmp_path, "best")
    run = tmp_path / "run"
    before = (run / "index.html").read_bytes()

    assert [report.student.id for report in translate_run(run, "fr")] == ["7", "8"]
    assert "La remise qui compte" in (run / "reports/7/index.html").read_text()
    translate_run(run, "en")
    assert (run / "index.html").read_bytes() == before


def test_an_answer_after_grading_joins_two_rows(
    submissions: Path, tmp_path: Path, collected: list[str]
) -> None:
    """`grader match` and `grader rescore` leave one row of a person who was graded as two."""
    roster = "roster = 'roster.csv'\n"
    named = course(tmp_path / "course", roster)
    (named / "roster.csv").write_text("id\namina\n")
    run = tmp_path / "run"
    grade_class("ml-assignment2", submissions, out=run, options=OPTIONS, course=named)
    assert len(read_results(run)) == 2
    course(named, f"{roster}[matches]\nbruno = 'amina'\n")
    (joined,) = rescore(run)[0].reports

    assert (joined.attempt, joined.other_attempts[0].name) == ("bruno", "amina")
    assert [report.student.id for report in read_results(run)] == ["amina"]
