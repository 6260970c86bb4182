"""One submission inside the harness of a platform; grading itself is replaced."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from grader.autograder import classroom50, github_classroom, gradescope, one_submission
from grader.autograder.one_submission import HandIn
from grader.autograder.settings import AutograderSettings
from grader.errors import DataError, GraderError, NotJudgedError
from grader.grading.check import CheckedSubmission
from grader.grading.grade import ClassRun, GradeOptions
from grader.records.base import to_json
from grader.records.lab import LatePolicy
from grader.records.result import GradeReport, Lateness
from grader.reporting.pictures import no_images
from tests.factories import check_result, report

OPTIONS = GradeOptions(isolation="none")
PACIFIC = timezone(timedelta(hours=-8))
METADATA: dict[str, Any] = {
    "created_at": "2026-11-27T10:00:00.000000-08:00",
    "assignment": {"due_date": "2026-11-26T23:59:00.000000-08:00"},
    "users": [{"email": "ada@example.org", "id": 7, "name": "Ada"}],
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "mnist.h5").write_text("")
    (tmp_path / "submission_metadata.json").write_text(json.dumps(METADATA))
    return tmp_path


def handed_in(
    monkeypatch: pytest.MonkeyPatch, module: Any, judged: GradeReport | Exception
) -> list[HandIn]:
    """What is to be graded, in place of grading it."""
    found: list[HandIn] = []

    def grade(source: Path, hand_in: HandIn, options: GradeOptions) -> GradeReport:
        found.append(hand_in)
        if isinstance(judged, Exception):
            raise judged
        return judged

    monkeypatch.setattr(module, "grade_one", grade)
    return found


def results(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "results" / "results.json").read_text())
    return found


def test_gradescope_says_whose_it_is_and_when_it_came(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, addresses, the time and the deadline; the results are those of the exporter, with the time it took."""
    found = handed_in(monkeypatch, gradescope, report())
    said = gradescope.run(root / "source", root, OPTIONS)

    assert found == [
        HandIn(
            path=root / "submission",
            name="Ada",
            ids=("ada@example.org", "7"),
            received_at=datetime(2026, 11, 27, 10, tzinfo=PACIFIC),
            deadline=datetime(2026, 11, 26, 23, 59, tzinfo=PACIFIC),
        )
    ]
    assert said == "30 of 30 points"
    assert (results(root)["score"], len(results(root)["tests"])) == (30, 1)
    assert results(root)["execution_time"] >= 0
    assert "output" not in results(root)


def test_of_a_group_the_latest_extension_counts(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the place of the assignment's deadline."""
    users = [
        {"name": "Ada", "assignment": {"due_date": "2026-11-28T12:00:00Z"}},
        {"name": "Ben", "assignment": {"due_date": "2026-11-29T12:00:00Z"}},
        {"name": "Cy"},
    ]
    (root / "submission_metadata.json").write_text(json.dumps(METADATA | {"users": users}))
    (found,) = (handed_in(monkeypatch, gradescope, report()),)
    gradescope.run(root / "source", root, OPTIONS)

    assert found[0].name == "Ada, Ben, Cy"
    assert found[0].deadline == datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", [None, "{", "[]", '{"users": 3, "created_at": "now", "assignment": []}']
)
def test_broken_metadata_stop_nobody(
    text: str | None, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The submission is graded without a name and without a time."""
    (root / "submission_metadata.json").unlink()
    if text is not None:
        (root / "submission_metadata.json").write_text(text)
    found = handed_in(monkeypatch, gradescope, report())
    gradescope.run(root / "source", root, OPTIONS)

    assert found == [HandIn(path=root / "submission", name="submission")]


def test_lateness_and_open_marks_are_said_first(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the student looks: the output of the whole submission."""
    noon = datetime(2026, 11, 27, 12, tzinfo=UTC)
    late = Lateness(deadline=noon, received_at=noon + timedelta(days=1), days=1, factor=0.9)
    judged = report(checks=[check_result("pending", None)], complete=False, lateness=late)
    handed_in(monkeypatch, gradescope, judged)
    gradescope.run(root / "source", root, OPTIONS)

    first, second = results(root)["output"].split("\n")
    assert "late" in first.casefold()
    assert second.startswith("Not final")


def test_what_cannot_be_graded_leaves_results_without_the_reason(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Students read that it is no fault of theirs; staff reads the error."""
    handed_in(monkeypatch, gradescope, DataError("the secret images are damaged"))
    with pytest.raises(DataError):
        gradescope.run(root / "source", root, OPTIONS)

    assert results(root)["score"] == 0
    assert "no fault of yours" in results(root)["output"]
    assert "secret" not in results(root)["output"]


def test_a_harness_without_a_submission_says_so(tmp_path: Path) -> None:
    """Called somewhere else."""
    with pytest.raises(GraderError, match="submission does not exist"):
        gradescope.run(tmp_path, tmp_path, OPTIONS)


def test_classroom50_gets_a_result_of_whole_numbers(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the time its tag says; of a result that is not final nothing is written."""
    for name in ("CLASSROOM", "ASSIGNMENT", "COMMIT_URL", "RELEASE_URL", "REVIEW_URL"):
        monkeypatch.setenv(name, name.lower())
    monkeypatch.setenv("USERNAME", "ada")
    monkeypatch.setenv("SUBMISSION_TAG", "submit/2026-11-27T10-00-00Z")
    found = handed_in(monkeypatch, classroom50, report())
    classroom50.run(root, root, OPTIONS)

    written = json.loads((root / "result.json").read_text())
    assert (written["score"], written["max-score"]) == (3000, 3000)
    assert written["datetime"] == "2026-11-27T10:00:00Z"
    assert found[0].received_at == datetime(2026, 11, 27, 10, tzinfo=UTC)
    assert (root / "release-body.md").read_text().startswith("## A lab")
    (root / "result.json").unlink()
    handed_in(monkeypatch, classroom50, report(complete=False))
    with pytest.raises(NotJudgedError):
        classroom50.run(root, root, OPTIONS)
    assert not (root / "result.json").exists()


def test_github_classroom_gets_the_notices_of_its_reporter(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The points as text and as JSON, in two notices after those of the checks."""
    (root / "autograder.json").write_bytes(
        to_json(AutograderSettings(lab="mnist-cifar100", has_course=False))
    )
    judged = CheckedSubmission(
        report=report(checks=[check_result("partial", 7.5)]), images=no_images, unavailable={}
    )
    monkeypatch.setattr(github_classroom, "check_submission", lambda *given, **more: judged)
    said = github_classroom.run(root, root, OPTIONS).splitlines()

    assert said[0].startswith("::warning ")
    assert said[-2:] == [
        "::notice title=Autograding complete::Points 7.5/30",
        '::notice title=Autograding report::{"totalPoints": 7.5, "maxPoints": 30}',
    ]


def test_one_submission_is_graded_with_the_deadline_of_its_platform(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the course takes points for lateness; name and time are the platform's too."""
    (root / "autograder.json").write_bytes(
        to_json(AutograderSettings(lab="mnist-cifar100", has_course=True))
    )
    (root / "course").mkdir()
    (root / "course" / "course.toml").write_text(
        "[labs.mnist-cifar100]\ndeadline = 2026-11-01T00:00:00Z\npenalty_per_day = 0.1\n"
    )
    graded: list[Any] = []

    def grade(run: ClassRun, located: Any, options: GradeOptions) -> GradeReport:
        graded.extend((run._lab, located.submission))
        return report()

    monkeypatch.setattr(ClassRun, "grade_alone", grade)
    noon = datetime(2026, 11, 27, 12, tzinfo=UTC)
    given = HandIn(root / "submission", "Ada", ("ada@example.org",), noon, noon + timedelta(days=1))
    one_submission.grade_one(root, given, OPTIONS)
    lab, submission = graded

    assert isinstance(lab.late, LatePolicy)
    assert (lab.late.deadline, lab.late.penalty_per_day) == (noon + timedelta(days=1), 0.1)
    assert (submission.student.name, submission.received_at, submission.time_stated) == (
        "Ada", noon, True,
    )  # fmt: skip
    assert [file.path for file in submission.files] == ["mnist.h5"]
