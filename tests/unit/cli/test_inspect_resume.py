"""``grader inspect --run full --resume DIR``: what is said of the trainings that are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.evidence.code.kept_trainings import ResumeFolder
from grader.evidence.code.run import FinishedRun
from grader.evidence.code.run_record import CodeRun, StepRun
from grader.upkeep import inspect_code

Call = Callable[..., Any]

KEY = "0" * 64


def ran(*statuses: Any, mode: Any = "full") -> FinishedRun:
    steps = tuple(StepRun(where=f"lab.py:{line}", status=it) for line, it in enumerate(statuses, 1))
    ended = all(step.status != "not reached" for step in steps)
    return FinishedRun(CodeRun(files=("lab.py",), mode=mode, steps=steps, ended=ended))


@pytest.fixture
def inspected(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[FinishedRun, Sequence[object]], Any]:
    """Inspect a script whose run is made up: it takes one training, and keeps one if there was none."""
    script = tmp_path / "my lab.py"
    script.write_text("x = 1")

    def inspect(finished: FinishedRun, *options: object, code: int = 0) -> str:
        def run_code(
            open_box: Any, files: Any, *more: Any, resume: ResumeFolder | None
        ) -> FinishedRun:
            if resume is not None:
                kept = resume.trainings(files.code, files.beside, [])
                if kept.find(KEY) is None:
                    kept.takes("1" * 64, 1 << 40)
                    kept.keep(KEY, b"weights")
            return finished

        monkeypatch.setattr(inspect_code, "run_code", run_code)
        shown = call("inspect", script, "--isolation", "none", *options)
        assert shown.code == code, shown.err
        return " ".join(shown.err.split())

    return inspect


def test_what_was_taken_and_added_is_said(inspected: Any, tmp_path: Path) -> None:
    """In the first run, and in one that goes on; and what is damaged in the folder."""
    folder = tmp_path / "new" / "kept"
    full = ("--run", "full", "--resume", folder)

    first = inspected(ran("ok"), *full)
    assert f"0 trainings taken from {folder}, 1 training added." in first
    assert "1 training not kept, for lack of room" in first
    assert f"1 training taken from {folder}, 0 trainings added." in inspected(ran("ok"), *full)
    (file,) = folder.rglob("*.training")
    file.write_bytes(b"damaged")
    assert f"{file} is damaged: that training was done again" in inspected(ran("ok"), *full)


@pytest.mark.parametrize("statuses", [("ok", "not reached"), ("timed out", "ok")])
def test_a_run_that_ran_out_of_time_says_how_to_go_on(
    inspected: Any, tmp_path: Path, statuses: Sequence[str]
) -> None:
    """With the command to type; without a folder, with what would have kept the trainings."""
    again = f"grader inspect '{tmp_path / 'my lab.py'}' --run full --resume"
    with_folder = inspected(ran(*statuses), "--run", "full", "--resume", tmp_path / "kept")

    assert f"The time for the run is over. Go on with: {again} {tmp_path / 'kept'}" in with_folder
    assert f"was not kept; this keeps it: {again} DIR" in inspected(ran(*statuses), "--run", "full")


@pytest.mark.parametrize(
    ("statuses", "mode"),
    [
        (("ok", "failed"), "full"),
        (("ended", "not reached"), "full"),
        (("crashed", "not reached"), "full"),
        (("timed out",), "quick"),
    ],
)
def test_a_run_that_has_an_end_says_nothing(
    inspected: Any, statuses: Sequence[str], mode: str
) -> None:
    """Nor does one whose trainings were capped."""
    assert "The time for the run" not in inspected(ran(*statuses, mode=mode), "--run", mode)


def test_a_folder_that_cannot_be_used_is_told_first(inspected: Any, tmp_path: Path) -> None:
    """So is one where nothing would be kept."""
    (tmp_path / "file").write_text("")

    for folder, mode, code, message in (
        (tmp_path / "file", "full", 2, "is a file"),
        (tmp_path / "file" / "kept", "full", 4, "cannot be written"),
        (tmp_path / "kept", "quick", 2, "--resume goes with --run full."),
    ):
        said = inspected(ran("ok"), "--run", mode, "--resume", folder, code=code)
        assert message in said, said
