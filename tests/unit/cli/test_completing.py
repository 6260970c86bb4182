"""What the shell completes, asked as the shell asks."""

from __future__ import annotations

from pathlib import Path

from click.shell_completion import ShellComplete

from grader.cli import cli
from tests.factory_runs import class_run


def completed(*words: str) -> list[str]:
    """What the last word may become."""
    *before, incomplete = words
    shell = ShellComplete(cli, {}, "grader", "_GRADER_COMPLETE")
    return [item.value for item in shell.get_completions(before, incomplete)]


def test_labs_and_their_exercises() -> None:
    """Wherever a lab is named; of several no lab twice; of a lab that is none no exercise."""
    assert completed("check", "mnist-") == ["mnist-cifar100"]
    assert "ds-assignment7" in completed("doctor", "--lab", "")
    assert completed("verify", "dlcv-lab3", "dlcv") == []
    assert completed("solve", "ml-assignment2", "3") == ["3-handwritten"]
    assert completed("solve", "ds-assignment7", "ass") == ["assignment7"]
    assert completed("solve", "no-lab", "") == []


def test_datasets() -> None:
    """Those of the grader."""
    assert completed("data", "fetch", "cifar") == ["cifar10", "cifar100"]


def test_students_and_checks_of_a_run(tmp_path: Path) -> None:
    """From the run folder that stands before them; a folder that is no run has none."""
    run = tmp_path / "run"
    class_run(run, {"amina": 95, "bruno": 40})
    students = completed("mark", str(run), "am")
    checks = completed("mark", str(run), "amina", "")

    assert students == ["amina"]
    assert checks
    assert all("/" in check for check in checks)
    assert completed("mark", str(tmp_path), "") == []
    assert completed("mark", str(tmp_path), "amina", "") == []
