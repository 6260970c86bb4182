from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.references.programs import tiny_programs

LAB = "mnist-cifar100"


@pytest.fixture
def references(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return tiny_programs(tmp_path / "references", LAB, ("mnist", "cifar100"), monkeypatch)


def test_the_command_trains_in_turn_and_leaves_the_finished_alone(
    references: Path, call: Callable[..., Any]
) -> None:
    """A lab without an exercise trains all that is not finished; the finished say so."""
    call("solve", LAB, "cifar100")
    called = call("solve", LAB)

    assert called.code == 0
    assert "cifar100: finished, 4 of 4 epochs in 7 s" in called.out
    assert json.loads((references / "mnist.training.json").read_text())["epochs"] == 4
    assert (references / "asked.txt").read_text() == "\n\n"
    call("solve", LAB, "--again")
    assert (references / "asked.txt").read_text() == "\n\n--again\n--again\n"


def test_the_command_stops_at_the_first_failure_with_its_code(
    references: Path, call: Callable[..., Any]
) -> None:
    """The code of the program is the code of the command, and nothing is trained after it."""
    (references / "mnist.py").write_text("import sys; sys.exit(3)")
    called = call("solve", LAB)

    assert (called.code, called.out, called.err) == (3, "", "")
    assert not (references / "asked.txt").exists()
