"""Checks from a notebook or a Python session; what is checked is caught before it is graded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import grader
from grader import interactive
from grader.errors import UnknownNameError, UsageError
from grader.grading.check import CheckedSubmission, CheckOptions
from grader.reporting.pictures import no_images
from tests.factories import check_result, report

LAB = "mnist-cifar100"
Checked = list[tuple[dict[str, bytes], CheckOptions]]


class LiveModel:
    """Looks like a model of Keras and saves its name."""

    layers = ()

    def save(self, path: Path) -> None:
        path.write_text("live")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Checked:
    """The files of each submission that would be checked, and how."""
    caught: Checked = []

    def catch(lab: str, path: Path, *, options: CheckOptions, **more: Any) -> CheckedSubmission:
        files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        caught.append(({file.name: file.read_bytes() for file in files}, options))
        judged = report(checks=[check_result("partial", 15)])
        return CheckedSubmission(report=judged, images=no_images, unavailable={"mnist": "fetch it"})

    monkeypatch.setattr(interactive, "check_submission", catch)
    return caught


def test_a_live_model_is_saved_under_a_name_of_its_exercise(checked: Checked) -> None:
    """By the exercise, by the artefact, or by any name that is no name of Python; only what looks at it is judged."""
    grader.check(LAB, mnist=LiveModel())
    grader.check(LAB, cifar100_model=LiveModel())
    grader.check("ml-assignment2", models={"3-handwritten": LiveModel()})

    assert [list(files) for files, _ in checked] == [
        ["mnist.keras"],
        ["cifar.keras"],
        ["model.keras"],
    ]
    assert [options.exercises for _, options in checked] == [
        {"mnist"}, {"cifar100"}, {"3-handwritten"},
    ]  # fmt: skip


def test_a_live_model_takes_the_place_of_a_saved_one(tmp_path: Path, checked: Checked) -> None:
    """In a copy of the folder: what is handed in stays as it is, and all of it is judged."""
    (tmp_path / "mnist.keras").write_text("old")
    (tmp_path / "lab.py").write_text("x = 1")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("")
    grader.check(LAB, tmp_path, mnist=LiveModel())

    files, options = checked[0]
    assert files == {"mnist.keras": b"live", "lab.py": b"x = 1"}
    assert options.exercises == frozenset()
    assert (tmp_path / "mnist.keras").read_text() == "old"


def test_files_and_folders_are_checked_where_they_are(tmp_path: Path, checked: Checked) -> None:
    """A path alone is not copied; a file may be given for a model, too."""
    (tmp_path / "mnist.h5").write_text("saved")
    grader.check(LAB, str(tmp_path))
    grader.check(LAB, tmp_path / "mnist.h5")
    grader.check(LAB, mnist=tmp_path / "mnist.h5")

    assert [files for files, _ in checked] == [{"mnist.h5": b"saved"}] * 3


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"mnits": LiveModel()}, UnknownNameError, "mnits"),
        ({"mnist_curves": LiveModel()}, UnknownNameError, "mnist-curves"),
        ({"mnist": 3}, UsageError, "int is neither a Keras model nor a path"),
        ({"mnist": "absent.h5"}, UsageError, "there is no file absent.h5"),
        ({"path": "absent", "mnist": LiveModel()}, UsageError, "absent does not exist"),
        ({}, UsageError, "nothing to check"),
    ],
)
def test_what_cannot_be_checked_is_explained(
    given: dict[str, Any], error: type[Exception], words: str, checked: Checked
) -> None:
    """Before anything is graded, with what to do."""
    with pytest.raises(error, match=words) as caught:
        grader.check(LAB, **given)

    assert getattr(caught.value, "hint", "")
    assert checked == []


def test_feedback_is_text_and_a_page_in_a_frame(checked: Checked) -> None:
    """The page is escaped, so that its styles and quotation marks stay inside; missing data are named."""
    shown = grader.check(LAB, mnist=LiveModel())
    page = shown._repr_html_()

    assert "Dataset 'mnist' is not here: fetch it" in repr(shown)
    assert page.startswith('<iframe srcdoc="&lt;!doctype html&gt;')
    assert page.count("<") == 2
    assert shown.report.checks[0].status == "partial"


def test_labs_are_listed_however_often_they_are_asked_for() -> None:
    """The package of that name, once imported, does not take the place of the function."""
    first, second = grader.labs(), grader.labs()

    assert first == second
    assert f"{LAB}  " in repr(first)
    assert f"<td><code>{LAB}</code></td>" in first._repr_html_()
    assert "100 points" in repr(first)


def test_steps_of_code_are_shown_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """And wiped out at the end."""
    with interactive._progress() as on_step:
        on_step(1, 2, "lab.ipynb, cell 1")
        on_step(2, 2, "x")

    shown = capsys.readouterr().err
    assert shown.startswith("\r[1/2] lab.ipynb, cell 1\r[2/2] x")
    assert shown.endswith("\r")
