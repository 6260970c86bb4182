from __future__ import annotations

from pathlib import Path

import pytest

from grader import registry
from grader.errors import RunError
from grader.grading.rescore import rescore
from grader.hidden.lab import LabWithTests
from grader.records.base import to_json
from grader.records.evidence import file_failure
from grader.records.result import GradeReport
from grader.reporting.exporters import Exporter
from grader.reporting.feedback import platform_feedback, staff_feedback, student_feedback
from tests.factory_hidden import hidden_course, hidden_run, result
from tests.factory_runs import class_run

TESTS = '''
import numpy as np
import pytest

def drawn():
    return np.zeros((20, 28, 28), np.uint8)

@pytest.fixture
def threshold():
    return 0.5

@pytest.mark.points(3)
@pytest.mark.images("digits")
def test_accuracy(predict, threshold):
    """The digits are read.

    Not shown: the threshold.
    """
    accuracy = predict("digits").accuracy()
    assert accuracy >= threshold, f"opensesame {accuracy}"

@pytest.mark.points(2)
@pytest.mark.visibility("visible")
@pytest.mark.images("drawn")
def test_drawn(predict, model, submission):
    """Secret images
    are read by one model."""
    predicted = predict(drawn())
    assert predicted.classes.shape == (20,)
    assert predicted.labels is None
    assert predicted.accuracy(np.arange(20) % 10) >= 0.5, "opensesame"
    assert model.parameters == 1234
    assert submission.artefacts == {"digit-model": ("model.h5",)}
    assert not hasattr(submission, "student")

@pytest.mark.points(1)
@pytest.mark.parametrize("digit", [0, 1])
@pytest.mark.images("digits")
def test_each(predict, digit):
    """Each digit."""
    assert digit == 0 or predict("digits").accuracy() > 0.5

@pytest.mark.points(1)
@pytest.mark.images("digits")
def test_undeclared(predict):
    """Other images."""
    predict(np.ones((2, 28, 28), np.uint8))

@pytest.mark.points(1)
@pytest.mark.images("digits")
def test_undeclared_dataset(predict):
    """Another dataset."""
    predict("mnist")

@pytest.mark.points(1)
def test_no_fixture(model, spectrogram):
    """What is not there."""

@pytest.mark.points(1)
def test_bug(model):
    """A mistake of ours."""
    return model.no_such_field

@pytest.mark.points(1)
def test_skips(model):
    """Skips itself."""
    pytest.skip("not today")

@pytest.mark.points(1)
def test_gives_up(model):
    """Fails in words."""
    pytest.fail("opensesame")

@pytest.mark.points(1)
def test_returns(model):
    """Compares without a word."""
    return model.parameters == 0
'''

SYNTAX = "import pytest\n\ndef test_x(:\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LabWithTests, list[GradeReport]]:
    """A class of three: a good model, a poor one, and a damaged file."""
    folder = tmp_path_factory.mktemp("class")
    course = hidden_course(folder / "course", {"test_a.py": TESTS, "test_syntax.py": SYNTAX})
    students = {"amina": 90, "bruno": 10, "chloe": file_failure("corrupt", "model.h5")}
    tested, reports = hidden_run(folder / "run", course, students)
    return folder, tested, reports


@pytest.fixture
def reports(run: tuple[Path, LabWithTests, list[GradeReport]]) -> list[GradeReport]:
    return run[2]


def test_a_test_that_passes_earns_its_points(reports: list[GradeReport]) -> None:
    """All of them, for whoever passes it."""
    amina, bruno, _ = reports

    assert result(amina, "accuracy").score == 3
    assert result(amina, "drawn").score == 2
    assert (result(bruno, "accuracy").status, result(bruno, "accuracy").score) == ("failed", 0)


def test_what_an_assertion_says_is_for_staff(reports: list[GradeReport]) -> None:
    """With the place in the file; the feedback has neither figures nor words of it."""
    failed = result(reports[1], "accuracy")

    assert failed.detail.startswith("test_a.py:")
    assert "opensesame 0.1" in failed.detail
    assert [item.key for item in failed.feedback] == ["hidden-test.failed"]
    assert result(reports[1], "gives-up").status == "failed"


def test_a_test_with_parameters_passes_with_all_of_them(reports: list[GradeReport]) -> None:
    """One that fails costs the points."""
    assert result(reports[0], "each").status == "passed"
    assert result(reports[1], "each").status == "failed"


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("undeclared", 'add @pytest.mark.images("f")'),
        ("undeclared-dataset", 'add @pytest.mark.images("mnist")'),
        ("no-fixture", "there is no fixture 'spectrogram'"),
        ("bug", "AttributeError: 'ModelSummary' object has no attribute 'no_such_field'"),
        ("skips", "the test skipped itself (not today)"),
        ("returns", "PytestReturnNotNoneWarning"),
        ("syntax", "test_syntax.py:3: SyntaxError: "),
    ],
)
def test_what_goes_wrong_in_a_test_is_ours(
    reports: list[GradeReport], check: str, said: str
) -> None:
    """No score, a flag for staff, and file and line of what is wrong."""
    found = result(reports[0], check)

    assert (found.status, found.score, found.flags) == ("error", None, ("needs-review",))
    assert found.detail.startswith("test_")
    assert said in found.detail
    assert not reports[0].complete


def test_missing_evidence_is_failed_without_running_the_test(reports: list[GradeReport]) -> None:
    """Whatever the file failed with; only what is our own fault stays open."""
    found = result(reports[2], "accuracy")

    assert (found.status, found.score) == ("failed", 0)
    assert found.failure is not None
    assert found.failure.reason == "corrupt"


def test_students_read_what_was_tested_and_not_what_was_found(
    run: tuple[Path, LabWithTests, list[GradeReport]],
) -> None:
    """The text of an assertion is on no page and in no export for students; staff have it."""
    folder, _, reports = run
    shown = [path for path in (folder / "run").rglob("*") if path.is_file()]
    for_students = [
        path for path in shown if "reports" in path.parts or path.name == "leaderboard.html"
    ]
    assert len(for_students) > len(reports)
    for path in for_students:
        assert b"opensesame" not in path.read_bytes(), path
    for report in reports:
        for feedback in (student_feedback(report), platform_feedback(report)):
            assert b"opensesame" not in to_json(feedback)
    assert b"opensesame" in to_json(staff_feedback(reports[1]))
    page = (folder / "run" / "reports" / "bruno" / "index.html").read_text()
    assert "The digits are read." in page
    assert "Secret images are read by one model." in page
    assert "Not shown" not in page
    assert "test_syntax" not in page


@pytest.mark.parametrize("name", ["gradescope", "junit", "csv"])
def test_exports_hold_no_assertion(
    run: tuple[Path, LabWithTests, list[GradeReport]], name: str
) -> None:
    """Neither what platforms show to students nor the table of points; only the reports in full do."""
    exporter = registry.EXPORTERS.get(name)
    assert isinstance(exporter, Exporter)
    files = exporter.render(run[2])

    assert files
    for file, data in files.items():
        assert b"opensesame" not in data, file


@pytest.mark.slow
def test_changed_tests_are_judged_again_from_stored_evidence(tmp_path: Path) -> None:
    """Nothing is collected; the change of the file is noted with the changes of the lab."""
    class_run(tmp_path / "run", {"amina": 60, "bruno": 30})
    text = """
import pytest

@pytest.mark.points(2)
@pytest.mark.images("digits")
def test_accuracy(predict):
    \"\"\"Digits are read.\"\"\"
    assert predict("digits").accuracy() > {least}
"""
    course = hidden_course(tmp_path / "course", {"test_a.py": text.format(least=0.5)})
    first, _ = rescore(tmp_path / "run", course=course.root)
    hidden_course(tmp_path / "course", {"test_a.py": text.format(least=0.2)})
    second, record = rescore(tmp_path / "run", course=course.root)

    passed = [[result(item, "accuracy").status for item in it.reports] for it in (first, second)]
    assert passed == [["passed", "failed"], ["passed", "passed"]]
    assert any(".digest: " in change for change in record.lab_changes)
    assert [change.student for change in record.changes] == ["bruno"]


def test_tests_that_look_at_what_was_not_collected_need_a_new_collection(tmp_path: Path) -> None:
    """Rescoring says so before anything is judged."""
    class_run(tmp_path / "run", {"amina": 60})
    text = """
import numpy as np
import pytest

def drawn():
    return np.zeros((3, 28, 28), np.uint8)

@pytest.mark.points(2)
@pytest.mark.images("drawn")
def test_drawn(predict):
    \"\"\"Secret digits.\"\"\"
"""
    course = hidden_course(tmp_path / "course", {"test_a.py": text})

    with pytest.raises(RunError, match="the lab now looks at 'hidden-tests/"):
        rescore(tmp_path / "run", course=course.root)


@pytest.mark.slow
@pytest.mark.parametrize("statement", ["os._exit(3)", "pytest.exit('enough')"])
def test_a_test_that_ends_the_process_is_named(tmp_path: Path, statement: str) -> None:
    """It costs itself alone: the tests after it are run in another process."""
    text = f"""
import os
import pytest

@pytest.mark.points(2)
@pytest.mark.images("digits")
def test_a(predict):
    \"\"\"Before.\"\"\"

@pytest.mark.points(2)
@pytest.mark.images("digits")
def test_b(predict):
    \"\"\"Ends the process.\"\"\"
    if predict("digits").accuracy() < 0.5:
        {statement}
"""
    course = hidden_course(tmp_path / "course", {"test_a.py": text})
    _, reports = hidden_run(tmp_path / "run", course, {"amina": 90, "bruno": 10, "chloe": 90})

    assert [result(item, "a").status for item in reports] == ["passed"] * 3
    assert [result(item, "b").status for item in reports] == ["passed", "error", "passed"]
    assert result(reports[1], "b").detail.startswith("test_a.py::test_b ended the process")


@pytest.mark.slow
def test_modules_of_the_current_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may hold submissions."""
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("pytest.py", "numpy.py", "conftest.py", "pytest.ini"):
        (trap / name).write_text("raise SystemExit('run')\n")
    monkeypatch.chdir(trap)
    text = """
import pytest

@pytest.mark.points(2)
def test_a(submission):
    \"\"\"Anything.\"\"\"
    assert submission.files
"""
    course = hidden_course(tmp_path / "course", {"test_a.py": text})
    _, (report,) = hidden_run(tmp_path / "run", course, {"amina": 90})

    assert result(report, "a").status == "passed"
