from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.errors import GraderError, MarkError, UnknownNameError
from grader.grading.mark import mark_checks, undo_mark
from grader.grading.rescore import read_results, rescore, translate_run
from grader.records.lab import Lab
from grader.records.result import CheckResult
from grader.reporting.sheets.marks import MarkLine
from grader.runs.reviews import ReviewLog
from tests.factory_marking import MISSING, checks_of, essay, essay_run, essays  # noqa: F401

EXPLANATION, WHY, LAYERS = "1-essay/explanation", "2-why/explanation", "1-essay/layers"

pytestmark = pytest.mark.usefixtures("essays")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A class of three, of which one handed in no report."""
    essay_run(
        tmp_path / "run",
        {"amina": essay(), "bruno": essay(), "chloe": MISSING},
        names={"amina": "Amina Testfrau", "bruno": "Bruno Testmann"},
    )
    return tmp_path / "run"


def line(student: str, check: str, points: str, comment: str = "", where: str = "") -> MarkLine:
    return MarkLine(where=where, student=student, check=check, points=points, comment=comment)


def mark(run: Path, student: str, check: str, points: str, comment: str = "") -> None:
    mark_checks(run, [line(student, check, points, comment)], by="ana")


def checks(run: Path, student: str = "amina") -> dict[str, CheckResult]:
    return checks_of(read_results(run), student)


def test_what_a_person_judges_waits_and_nothing_handed_in_is_zero(run: Path) -> None:
    """The excerpt to read is there while it waits; without a report there is nothing to wait for."""
    waiting, nothing = checks(run)[EXPLANATION], checks(run, "chloe")[EXPLANATION]

    assert (waiting.status, waiting.score, len(waiting.figures)) == ("pending", None, 1)
    assert (nothing.status, nothing.score) == ("failed", 0)
    assert checks(run)["1-essay/after"].score is None


def test_a_mark_gives_points_and_says_who_and_when(run: Path) -> None:
    """Points, status, comment, who and when are recorded; whoever else waits goes on waiting."""
    before = datetime.now(UTC)
    mark(run, "amina", EXPLANATION, "7,5", "Why 255?")
    marked = checks(run)[EXPLANATION]

    assert (marked.status, marked.score, marked.comment) == ("partial", 7.5, "Why 255?")
    assert marked.review is not None
    assert (marked.review.by, marked.review.judged_status) == ("ana", "pending")
    assert before <= marked.review.at <= datetime.now(UTC)
    assert checks(run, "bruno")[EXPLANATION].status == "pending"
    assert not read_results(run)[0].complete


def test_the_result_is_complete_when_all_is_marked(run: Path) -> None:
    """Full marks pass a check, so that what required it is judged; then nothing is open any more."""
    mark(run, "amina", EXPLANATION, "10")
    mark(run, "amina", WHY, "0")
    report = read_results(run)[0]

    assert checks(run)["1-essay/after"].status == "passed"
    assert checks(run)[WHY].status == "failed"
    assert (report.complete, report.points) == (True, 17)
    assert report.points_interval.high == 17


def test_a_persons_decision_wins_over_what_was_judged(run: Path) -> None:
    """The points that were judged stay in the result for staff; students see the person's alone."""
    mark(run, "amina", LAYERS, "1", "Copied from the hand-out.")
    marked = checks(run)[LAYERS]
    shown = json.loads((run / "reports/amina/report.json").read_bytes())
    (student,) = (
        check for check in shown["exercises"][0]["checks"] if check["check_id"] == "layers"
    )

    assert (marked.status, marked.score) == ("partial", 1)
    assert marked.review is not None
    assert (marked.review.judged_status, marked.review.judged_score) == ("passed", 5)
    assert (student["score"], student["comment"]) == (1, "Copied from the hand-out.")
    assert student["review"] is None
    assert "ana" not in json.dumps(student)


def test_what_was_not_handed_in_can_be_marked(run: Path) -> None:
    """A report that came by mail gets its points, and nothing says that it is missing."""
    mark(run, "chloe", EXPLANATION, "10")
    marked = checks(run, "chloe")[EXPLANATION]

    assert (marked.status, marked.failure, marked.advice) == ("passed", None, ())


def test_marks_are_kept_through_every_judgement(run: Path) -> None:
    """Judging again and pages in another language keep them, and change nothing."""
    mark(run, "amina", EXPLANATION, "4", "Short.")
    before = read_results(run)

    _, record = rescore(run)
    assert read_results(run) == before
    assert record.changes == ()
    translate_run(run, "fr")
    assert "Short." in (run / "reports/amina/index.html").read_text()


def test_marks_are_kept_when_the_class_is_graded_again(run: Path) -> None:
    """A corrected report keeps its points, and staff see that it is another one."""
    mark(run, "amina", EXPLANATION, "4")
    essay_run(run, {"amina": essay(), "bruno": essay(), "chloe": MISSING}, sha256="b" * 64)
    marked = checks(run)[EXPLANATION]

    assert marked.score == 4
    assert marked.review is not None
    assert not marked.review.same_files
    assert "changed-since-marked" in read_results(run)[0].flags
    assert "changed-since-marked" not in (run / "reports/amina/report.json").read_text()


def test_points_change_in_proportion_with_the_lab(run: Path, tmp_path: Path) -> None:
    """Half the points stay half the points when the course makes the exercise count for less."""
    mark(run, "amina", WHY, "2")
    course = tmp_path / "course"
    course.mkdir()
    (course / "course.toml").write_text("[labs.essays]\npoints.2-why = 1\n")
    rescore(run, course=course)

    assert (checks(run)[WHY].score, checks(run)[WHY].max_score) == (0.5, 1)


def test_a_mark_is_undone(run: Path) -> None:
    """The check waits again, as if nobody had marked it; the file keeps what happened."""
    before = read_results(run)
    mark(run, "amina", EXPLANATION, "4")
    undo_mark(run, "Amina Testfrau", EXPLANATION, by="ben")

    assert read_results(run) == before
    assert ReviewLog(run).current() == ()
    assert [entry.by for entry in ReviewLog(run).read()] == ["ana", "ben"]


def test_undoing_needs_a_mark(run: Path) -> None:
    """What nobody marked cannot be taken back, and nothing is recorded."""
    with pytest.raises(MarkError, match="nobody marked 1-essay/explanation of 'amina'"):
        undo_mark(run, "amina", EXPLANATION, by="ben")
    assert ReviewLog(run).read() == ()


def test_the_last_mark_holds(run: Path) -> None:
    """Marking again replaces the points; the same mark again is not recorded twice."""
    mark(run, "amina", EXPLANATION, "4")
    mark(run, "amina", EXPLANATION, "6")
    again = mark_checks(run, [line("amina", EXPLANATION, "6")], by="ben")

    assert checks(run)[EXPLANATION].score == 6
    assert (again.entries, again.unchanged) == ((), 1)
    assert len(ReviewLog(run).read()) == 2


@pytest.mark.parametrize(
    ("student", "check", "points", "message", "hint"),
    [
        ("amina", EXPLANATION, "11", "11 points are not between 0 and 10", "10 is the maximum of 1-essay/expl"),
        ("amina", EXPLANATION, "-1", "-1 points are not between 0 and 10", "the maximum"),
        ("amina", EXPLANATION, "nan", "'nan' is no number of points", "1-essay/explanation takes 0 to 10"),
        ("amina", EXPLANATION, "", "no points for 1-essay/explanation", "give 0 to 10"),
        ("amina", "explanation", "1", "several exercises have a check 'explanation'", "2-why/explanation"),
        ("amina", "1-essay/explanatoin", "1", "no check named", "did you mean '1-essay/explanation'"),
        ("amina", "layesr", "1", "no check named 'layesr'", "did you mean '1-essay/layers'?"),
        ("amnia", EXPLANATION, "1", "nobody called 'amnia'", "did you mean amina (Amina Testfrau)?"),
        ("Testmann", EXPLANATION, "1", "nobody called 'Testmann'", "bruno (Bruno Testmann)"),
        ("zz", EXPLANATION, "1", "nobody called 'zz'", "grades.csv"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_what_would(
    run: Path, student: str, check: str, points: str, message: str, hint: str
) -> None:
    """The error says what is wrong and names the maximum, the check or the student that was meant."""
    with pytest.raises((MarkError, UnknownNameError)) as error:
        mark(run, student, check, points)

    assert message in str(error.value)
    assert hint in error.value.hint
    assert not (run / "reviews.jsonl").exists()


@pytest.mark.parametrize("student", ["amina", "Amina Testfrau", "testfrau, amina"])
@pytest.mark.parametrize("check", [LAYERS, "layers"])
def test_students_and_checks_are_named_as_people_do(run: Path, student: str, check: str) -> None:
    """An id or a name in any order, and a check by its own id where one exercise has it."""
    mark(run, student, check, "3")

    assert checks(run)[LAYERS].score == 3


def test_a_sheet_counts_whole_or_not_at_all(run: Path) -> None:
    """Every wrong line is named, with its place, and no other line is taken."""
    lines = [
        line("amina", EXPLANATION, "3", where="marks.csv, line 2"),
        line("amina", EXPLANATION, "4", where="marks.csv, line 3"),
        line("bruno", EXPLANATION, "20", where="marks.csv, line 4"),
        line("nobody", WHY, "1", where="marks.csv, line 5"),
    ]
    with pytest.raises(MarkError) as error:
        mark_checks(run, lines, by="ana")

    text = str(error.value)
    assert "nothing was marked, 3 lines cannot be used" in text
    assert "line 3: 1-essay/explanation of amina stands in marks.csv, line 2, too" in text
    assert "line 4: 20 points are not between 0 and 10 (10 is the maximum" in text
    assert "line 5: the class has nobody called 'nobody'" in text
    assert not (run / "reviews.jsonl").exists()


def test_marks_of_nobody_are_kept_and_named(
    run: Path,
    caplog: pytest.LogCaptureFixture,
    essays: Lab,  # noqa: F811
) -> None:
    """Who left the class keeps the mark: a warning names it, and it counts when they are back."""
    mark(run, "bruno", EXPLANATION, "8")
    with caplog.at_level(logging.WARNING):
        essay_run(run, {"amina": essay()})

    assert "gave 'bruno' for 1-essay/explanation do not count" in caplog.text
    essay_run(run, {"amina": essay(), "bruno": essay()})
    assert checks(run, "bruno")[EXPLANATION].score == 8


def test_a_mark_of_somebody_who_left_can_be_undone(run: Path) -> None:
    """The warning need not stay: the mark is named by the id it was given for."""
    mark(run, "bruno", EXPLANATION, "8")
    essay_run(run, {"amina": essay()})
    undo_mark(run, "bruno", EXPLANATION, by="ana")

    assert ReviewLog(run).current() == ()


def test_nothing_is_marked_where_the_run_cannot_be_judged(run: Path, tmp_path: Path) -> None:
    """A course file with a mistake is named before anything is recorded."""
    (tmp_path / "course.toml").write_text("[labs.essays]\nno_such = 1\n")
    with pytest.raises(GraderError):
        mark_checks(run, [line("amina", WHY, "1")], by="ana", course=tmp_path)

    assert not (run / "reviews.jsonl").exists()


def test_pages_of_others_stay_as_they_are(run: Path) -> None:
    """Marking one student writes that student's page and the class's, and leaves the others untouched."""
    other, own = run / "reports/bruno/index.html", run / "reports/amina/index.html"
    before = other.stat().st_mtime_ns
    mark(run, "amina", EXPLANATION, "5", "A <b>good</b> start.\nGo on.")
    text = own.read_text()

    assert other.stat().st_mtime_ns == before
    assert "A &lt;b&gt;good&lt;/b&gt; start.\nGo on." in text
    assert "A person marked this part." in text
    assert "ana" in (run / "index.html").read_text()
    assert "amina,Amina Testfrau,,essays,10," in (run / "grades.csv").read_text()
