from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.grading.rescore import read_results
from grader.runs.reviews import ReviewLog
from tests.factory_marking import checks_of, essay, essay_run, essays  # noqa: F401

Call = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("essays")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    essay_run(tmp_path / "run", {"amina": essay(), "bruno": essay()})
    return tmp_path / "run"


def test_a_check_is_marked_and_taken_back(call: Call, run: Path) -> None:
    """Who has other points is printed, with what still waits; `--undo` brings the check back."""
    marked = call(
        "mark", run, "Amina", "1-essay/explanation", "7.5", "--comment", "Ok", "--by", "A"
    )
    undone = call("mark", run, "amina", "1-essay/explanation", "--undo", "--by", "B")

    assert (marked.code, undone.code) == (0, 0)
    assert marked.out.splitlines() == [
        "amina: 5 -> 12.5 points",
        "1 mark recorded; 3 still to be marked.",
        f"The class: {run / 'index.html'}",
    ]
    assert "amina: 12.5 -> 5 points" in undone.out
    assert "1 mark taken back; 4 still to be marked." in undone.out
    assert [entry.by for entry in ReviewLog(run).read()] == ["A", "B"]


def test_a_template_is_filled_and_taken(call: Call, run: Path, tmp_path: Path) -> None:
    """What `--template` writes, filled in, is what `--sheet` takes; given again it changes nothing."""
    sheet = tmp_path / "marks.csv"
    written = call("mark", run, "--template", sheet)
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, lines[0])
        writer.writeheader()
        writer.writerows(line | {"points": line["maximum"]} for line in lines)
    taken = call("mark", run, "--sheet", sheet)
    again = call("mark", run, "--sheet", sheet)

    assert written.out.startswith("4 checks to mark in ")
    assert "4 marks recorded; 0 still to be marked." in taken.out
    assert "0 marks recorded, 4 as before" in again.out
    assert [report.points for report in read_results(run)] == [21, 21]


def test_a_wrong_sheet_marks_nobody(call: Call, run: Path, tmp_path: Path) -> None:
    """Each wrong line is named on a line of its own, and the exit code is that of wrong usage."""
    sheet = tmp_path / "marks.csv"
    sheet.write_text("student,check,points\namina,layers,2\nx,layers,2\nbruno,layers,9\n")
    refused = call("mark", run, "--sheet", sheet)

    assert refused.code == 2
    assert "Error: nothing was marked, 2 lines cannot be used:\n  marks.csv, line 3:" in refused.err
    assert "\n  marks.csv, line 4: 9 points are not between 0 and 5 (5 is the" in refused.err
    assert ReviewLog(run).read() == ()


def test_a_template_overwrites_nothing(call: Call, run: Path, tmp_path: Path) -> None:
    """A sheet that is being filled in is not lost; without a file the sheet is printed."""
    (tmp_path / "marks.csv").write_text("mine")

    assert "is there already" in call("mark", run, "--template", tmp_path / "marks.csv").err
    assert (tmp_path / "marks.csv").read_text() == "mine"


def test_whoever_marks_is_known(call: Call, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--by` counts before GRADER_USER, and that before the login name."""
    monkeypatch.setenv("LOGNAME", "login")
    call("mark", run, "amina", "layers", "1")
    monkeypatch.setenv("GRADER_USER", "Ana")
    call("mark", run, "amina", "layers", "2")
    call("mark", run, "amina", "layers", "3", "--by", "Ben")

    assert [entry.by for entry in ReviewLog(run).read()] == ["login", "Ana", "Ben"]
    assert checks_of(read_results(run), "amina")["1-essay/layers"].score == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "whom and what to mark is missing"),
        (["amina", "layers"], "no points for 1-essay/layers"),
        (["amina", "layers", "-1"], "-1 points are not between 0 and 5"),
        (["amina", "layers", "3", "--undo"], "--undo does not go with POINTS"),
        (["amina", "--template", "x.csv"], "--template is about the whole class"),
        (["--undo", "--template", "x.csv"], "--undo does not go with --template"),
        (["amina", "layers", "--undo"], "nobody marked 1-essay/layers of 'amina' by hand"),
    ],
)
def test_what_does_not_go_together_is_refused(
    call: Call, run: Path, arguments: list[str], said: str
) -> None:
    """One line says what is wrong; nothing is recorded."""
    refused = call("mark", run, *arguments)

    assert refused.code == 2
    assert said in refused.err
    assert not (run / "reviews.jsonl").exists()
