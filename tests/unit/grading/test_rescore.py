from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from grader.errors import CourseError, RunError
from grader.grading import run_judging
from grader.grading.rescore import read_results, rescore, translate_run
from grader.records.evidence import file_failure
from grader.records.similarity import SimilarCode, Similarities
from grader.similarity.compare import Comparison
from tests.factory_runs import class_run

CORRUPT = file_failure("corrupt", "model.h5")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A class of four in the playground lab, of which `architecture` fails for all."""
    predicted = {"amina": 60, "bruno": 45, "chloe": 20, "dmitri": CORRUPT}
    class_run(tmp_path / "run", predicted, slug="playground-cifar10")
    return tmp_path / "run"


def course(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "course"
    folder.mkdir(exist_ok=True)
    (folder / "course.toml").write_text(text)
    return folder


THRESHOLD = """
[labs.playground-cifar10.checks."part-4-cifar10/accuracy"]
thresholds = [{ full_at = 0.40, zero_at = 0.20 }]
"""


def test_judging_again_without_a_change_changes_nothing(run: Path) -> None:
    """The same lab and evidence give the same files, byte for byte and untouched, and no record."""
    before = {
        path: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in run.rglob("*")
        if path.is_file() and path.name != ".lock"
    }

    result, record = rescore(run)

    assert (record.changes, record.lab_changes, record.submissions) == ((), (), 4)
    assert [report.points for report in result.reports] == [12, 8, 4, 0]
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before}
    assert after == before
    assert not (run / "rescores.jsonl").exists()


def test_another_threshold_says_who_changed_and_why(run: Path, tmp_path: Path) -> None:
    """Only those whose result differs are named, with the check; the lab's change stands beside."""
    _, record = rescore(run, course=course(tmp_path, THRESHOLD))

    assert record.lab_changes == (
        "exercises.part-4-cifar10.checks.accuracy.thresholds.0.full_at: 0.6 -> 0.4",
        "exercises.part-4-cifar10.checks.accuracy.thresholds.0.zero_at: 0.3 -> 0.2",
    )
    (bruno,) = record.changes
    assert (bruno.student, bruno.before, bruno.after) == ("bruno", 8, 12)
    (check,) = bruno.checks
    assert (check.check_id, check.before, check.after) == (
        "part-4-cifar10/accuracy", "partial", "passed",
    )  # fmt: skip
    assert not bruno.lateness


def test_every_view_of_the_run_follows(run: Path, tmp_path: Path) -> None:
    """Results, pages, reports and the table of marks all show the new points."""
    rescore(run, course=course(tmp_path, THRESHOLD))

    assert [report.points for report in read_results(run)] == [12, 12, 4, 0]
    assert json.loads((run / "reports/bruno/report.json").read_bytes())["points"] == 12
    assert "bruno,Bruno,,playground-cifar10,12," in (run / "grades.csv").read_text()
    assert json.loads((run / "lab.json").read_bytes())["slug"] == "playground-cifar10"


def test_the_record_keeps_every_rejudgement(run: Path, tmp_path: Path) -> None:
    """Changing there and back leaves two lines, and the marks as they were."""
    changed = course(tmp_path, THRESHOLD)
    rescore(run, course=changed)
    course(tmp_path, "")
    _, back = rescore(run, course=changed)
    lines = (run / "rescores.jsonl").read_text().splitlines()

    assert len(lines) == 2
    assert [json.loads(line)["changes"][0]["after"] for line in lines] == [12, 8]
    assert back.changes[0].before == 12
    assert [report.points for report in read_results(run)] == [12, 8, 4, 0]


def test_a_late_rule_changes_marks_and_says_so(run: Path, tmp_path: Path) -> None:
    """Where the hand-in time is the cause, no check changed."""
    late = course(
        tmp_path,
        "[labs.playground-cifar10]\ndeadline = 2026-12-01T11:00:00Z\npenalty_per_day = 0.5\n",
    )
    _, record = rescore(run, course=late)

    assert [(item.student, item.after, item.checks, item.lateness) for item in record.changes] == [
        ("amina", 6, (), True),
        ("bruno", 4, (), True),
        ("chloe", 2, (), True),
    ]


def test_an_excuse_on_the_roster_is_taken_up(run: Path, tmp_path: Path) -> None:
    """The roster is read again, so an excuse counts without collecting anything anew."""
    folder = course(
        tmp_path,
        "roster = 'roster.csv'\n[labs.playground-cifar10]\n"
        "deadline = 2026-12-01T11:00:00Z\npenalty_per_day = 0.5\n",
    )
    (folder / "roster.csv").write_text("id,name,excused\namina,Amina B.,yes\n")
    result, _ = rescore(run, course=folder)

    assert [report.points for report in result.reports] == [12, 4, 2, 0]
    assert result.reports[0].student.name == "Amina B."


def test_reports_of_students_who_are_gone_are_removed(run: Path) -> None:
    """Pages nobody stands behind any more do not stay in the folder; the evidence does."""
    manifest = json.loads((run / "run.json").read_bytes())
    manifest["students"].remove("chloe")
    (run / "run.json").write_text(json.dumps(manifest))
    rescore(run)

    assert not (run / "reports/chloe").exists()
    assert not (run / "results/chloe.json").exists()
    assert (run / "evidence/chloe.json").exists()


def test_a_student_without_a_result_counts_as_new(run: Path) -> None:
    """A damaged result is judged from the evidence, and the record says that there was none."""
    (run / "results/bruno.json").write_bytes(b"{")
    _, record = rescore(run)

    assert [(item.student, item.before, item.after) for item in record.changes] == [
        ("bruno", None, 8)
    ]


def test_missing_evidence_stops_the_judgement(run: Path) -> None:
    """Without somebody's evidence nothing is written, and the hint says how to go on."""
    (run / "evidence/bruno.json").unlink()
    before = (run / "index.html").stat().st_mtime_ns

    with pytest.raises(RunError, match="no evidence of 'bruno'") as caught:
        rescore(run)
    assert "goes on where it stopped" in caught.value.hint
    assert (run / "index.html").stat().st_mtime_ns == before


def test_a_wrong_course_changes_nothing(run: Path, tmp_path: Path) -> None:
    """An error in `course.toml` is told before anything is judged."""
    with pytest.raises(CourseError):
        rescore(run, course=course(tmp_path, "[labs.playground-cifar10]\npass_mark = 2\n"))
    assert [report.points for report in read_results(run)] == [12, 8, 4, 0]


def test_what_was_never_collected_is_not_judged(run: Path, tmp_path: Path) -> None:
    """A check on another dataset needs its predictions first; the marks stay as they were."""
    other = course(
        tmp_path,
        '[labs.playground-cifar10.checks."part-4-cifar10/accuracy"]\ndataset = "svhn"\n',
    )

    with pytest.raises(RunError, match="the lab now looks at 'svhn'") as caught:
        rescore(run, course=other)
    assert "collects what is missing" in caught.value.hint
    assert [report.points for report in read_results(run)] == [12, 8, 4, 0]


def test_the_run_goes_on_with_the_course_it_was_judged_with(run: Path, tmp_path: Path) -> None:
    """A course that was named once need not be named again; one that is gone is not passed over."""
    named = course(tmp_path, THRESHOLD)
    rescore(run, course=named)
    again, record = rescore(run)

    assert not (record.changes or record.lab_changes)
    assert [report.points for report in again.reports] == [12, 12, 4, 0]
    (named / "course.toml").unlink()
    with pytest.raises(CourseError, match="is not there any more") as caught:
        rescore(run)
    assert "--course" in caught.value.hint


@pytest.mark.parametrize("place", ["absent", "file", "empty"])
def test_what_is_no_run_is_refused(place: str, tmp_path: Path) -> None:
    """A folder that is not there, a file and an empty folder hold no run, and none is made."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()

    with pytest.raises(RunError):
        rescore(tmp_path / place)
    with pytest.raises(RunError):
        read_results(tmp_path / place)
    assert not (tmp_path / "absent").exists()
    assert list((tmp_path / "empty").iterdir()) == []


def test_results_of_an_unfinished_run_are_refused(run: Path) -> None:
    """Half a class is not exported as if it were the class."""
    (run / "results/dmitri.json").unlink()

    with pytest.raises(RunError, match="no result for 'dmitri'"):
        read_results(run)


def test_models_are_compared_once(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed threshold does not change which models are similar; changed evidence may."""
    compared: list[int] = []

    def count(*_: object) -> Comparison:
        compared.append(1)
        return Comparison(Similarities(), SimilarCode())

    monkeypatch.setattr(run_judging, "compare_class", count)
    rescore(run, course=course(tmp_path, THRESHOLD))
    assert not compared
    (run / "similar.json").write_bytes(b"{")
    rescore(run)
    assert len(compared) == 1
    manifest = json.loads((run / "run.json").read_bytes())
    manifest["students"].remove("chloe")
    (run / "run.json").write_text(json.dumps(manifest))
    rescore(run)
    assert len(compared) == 2


def test_results_hold_no_fingerprint(run: Path) -> None:
    """What is compared over the class stays in the evidence."""
    evidence = json.loads((run / "evidence/amina.json").read_bytes())
    evidence["observations"][0]["record"]["fingerprint"] = {"digest": "d" * 64, "kernels": []}
    (run / "evidence/amina.json").write_text(json.dumps(evidence))
    rescore(run)

    assert "d" * 64 not in (run / "results/amina.json").read_text().split("provenance")[0]
    assert read_results(run)[0].exercises[-1].evidence


def test_pages_are_translated_from_results_alone(tmp_path: Path) -> None:
    """Without any evidence the pages come out in French; points and results stay as they were."""
    run = tmp_path / "run"
    before = class_run(run, {"amina": 60, "dmitri": CORRUPT})
    shutil.rmtree(run / "evidence")
    reports = translate_run(run, "fr")
    page = (run / "reports/amina/index.html").read_text(encoding="utf-8")
    shown = json.loads((run / "reports/dmitri/report.json").read_bytes())

    assert '<html lang="fr"' in page
    assert [report.language for report in reports] == ["fr", "fr"]
    assert [report.points for report in reports] == [report.points for report in before]
    assert [report.checks for report in read_results(run)] == [report.checks for report in before]
    assert "model.h5" in shown["exercises"][0]["checks"][0]["feedback"]
    assert shown["language"] == "fr"
    translate_run(run, "en")
    assert '<html lang="en"' in (run / "reports/amina/index.html").read_text(encoding="utf-8")
