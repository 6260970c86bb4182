"""A class from submissions to marks: normalization, failures, resumption, the same bytes twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader import datasets
from grader.grading.check import CheckOptions, check_submission
from grader.grading.grade import ClassResult, GradeOptions, grade_class
from grader.grading.schedule import ProgressEvent
from grader.records.result import GradeReport
from tests.model.models import classifier, nearest_mean, save
from tests.program import DIGITS_COURSE

LAB = "ml-assignment2"
AUTO = GradeOptions(isolation="auto")


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good model, one for raw pixels, an untrained one, and two files that are none."""
    folder = tmp_path_factory.mktemp("submissions")
    digits = datasets.get("digits").calibration()
    assert digits is not None
    save(
        nearest_mean(digits.split.images, digits.split.labels, divisor=255),
        folder / "ada" / "digits.h5",
    )
    save(
        nearest_mean(digits.split.images, digits.split.labels, divisor=1),
        folder / "raw" / "digits.keras",
    )
    save(classifier(seed=3), folder / "untrained" / "net.h5")
    (folder / "text").mkdir()
    (folder / "text" / "digits.h5").write_text("import keras\n")
    (folder / "nothing").mkdir()
    (folder / "nothing" / "notes.txt").write_text("sorry\n")
    return folder


@pytest.fixture(scope="module")
def graded(submissions: Path, tmp_path_factory: pytest.TempPathFactory) -> ClassResult:
    out = tmp_path_factory.mktemp("graded") / "run"
    return grade_class(LAB, submissions, out=out, options=AUTO, course=DIGITS_COURSE)


def by_student(result: ClassResult) -> dict[str, GradeReport]:
    return {report.student.id: report for report in result.reports}


def test_marks_are_relative_to_the_best(graded: ClassResult) -> None:
    """The best model earns all points, the others their share, files that are no models none."""
    reports = by_student(graded)

    assert reports["ada"].points == 40
    assert 0 < reports["untrained"].points < 15
    assert reports["text"].points == reports["nothing"].points == 0
    assert [check.status for check in reports["text"].checks] == ["failed"]


def test_the_normalization_is_found_on_calibration_images(graded: ClassResult) -> None:
    """A model for raw pixels is recognised and loses nothing by it."""
    evidence = json.loads((graded.folder / "evidence" / "raw.json").read_text())
    (found,) = (
        observation["record"]["interface"]
        for observation in evidence["observations"]
        if observation["kind"] == "predictions"
    )

    assert found["preprocessing"]["normalization"] == "0..255"
    assert found["calibration_images"] == 297
    assert by_student(graded)["raw"].points == 40


def test_an_unchanged_run_does_no_work(graded: ClassResult, submissions: Path) -> None:
    """Grading again keeps all evidence and rewrites no report."""
    pages = sorted(graded.folder.rglob("*.html"))
    before = [page.stat().st_mtime_ns for page in pages]
    events: list[ProgressEvent] = []
    options = GradeOptions(isolation="auto", progress=events.append)
    again = grade_class(LAB, submissions, out=graded.folder, options=options)

    assert again.kept == 5
    assert all(event.kept for event in events)
    assert [page.stat().st_mtime_ns for page in pages] == before


def test_only_what_changed_is_collected_again(
    graded: ClassResult, submissions: Path, tmp_path: Path
) -> None:
    """A new hand-in of one student costs the work of one student."""
    changed = shutil.copytree(submissions, tmp_path / "changed")
    run = shutil.copytree(graded.folder, tmp_path / "run")
    (changed / "text" / "digits.h5").write_text("import tensorflow\n")
    again = grade_class(LAB, changed, out=run, options=AUTO)

    assert again.kept == 4


def stable(folder: Path) -> dict[str, str]:
    """Everything a run says about marks, by file; the class page also tells times and is left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for pattern in ("results/*.json", "reports/*/*", "leaderboard.html", "grades.csv")
        for path in folder.glob(pattern)
    }


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_run_goes_on_to_the_same_result(
    graded: ClassResult, submissions: Path, tmp_path: Path
) -> None:
    """Killed after the first evidence and started again, a run gives the same reports byte for byte."""
    run = tmp_path / "run"
    command = [sys.executable, "-m", "grader", "grade", LAB, str(submissions), "--out", str(run)]
    command += ["--course", str(DIGITS_COURSE)]
    process = subprocess.Popen([*command, "--jobs", "1"], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(run.glob("evidence/*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    finished = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)

    summary = json.loads(finished.stdout)
    assert summary["kept"] >= 1
    assert stable(run) == stable(graded.folder)


def test_check_alone_leaves_a_relative_mark_pending(submissions: Path) -> None:
    """A student alone sees the accuracy and that the mark waits for the class."""
    options = CheckOptions(isolation="auto")
    report = check_submission(
        LAB, submissions / "ada", options=options, course=DIGITS_COURSE
    ).report
    (check,) = report.checks

    assert check.status == "pending"
    assert check.score is None
    assert check.score_interval is not None
    assert 0 < check.score_interval.low < check.score_interval.high == 40
    assert not report.complete
