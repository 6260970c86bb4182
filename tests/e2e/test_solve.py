"""Training a reference model through the command line."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.program import environment, grader, hear_ctrl_c

COMMAND = ["solve", "mnist-cifar100", "mnist", "--epochs", "2", "--out", "out"]
KEPT = Path("out") / ".mnist.training" / "history.csv"


def stopped_after_an_epoch(folder: Path, data: Path, sent: signal.Signals) -> tuple[int, str]:
    """Start the training and send a signal to grader alone once an epoch is kept."""
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", *COMMAND],
        cwd=folder,
        env=environment(GRADER_DATA=str(data)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )
    deadline = time.monotonic() + 300
    while not (folder / KEPT).exists() and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(sent)
    # The streams end only when the program that trains has ended too.
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


@pytest.mark.shared
@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_a_killed_training_goes_on_with_the_same_command(tmp_path: Path, shared_data: Path) -> None:
    """SIGKILL after the first epoch loses nothing: the second run trains the second epoch only."""
    code, _ = stopped_after_an_epoch(tmp_path, shared_data, signal.SIGKILL)
    before = (tmp_path / KEPT).read_text()
    env = {"GRADER_DATA": str(shared_data)}
    resumed = grader(*COMMAND, cwd=tmp_path, env=env)
    third = grader(*COMMAND, cwd=tmp_path, env=env)

    assert code == -signal.SIGKILL
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout.count("mnist 2/2") == 1
    assert "going on after epoch 1 of 12" in resumed.stdout
    assert "mnist 1/2" not in resumed.stdout
    history = (tmp_path / "out" / "mnist.history.csv").read_text()
    assert history.startswith(before)
    rows = list(csv.DictReader(history.splitlines()))
    record = json.loads((tmp_path / "out" / "mnist.training.json").read_text())
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert record["seconds"] == round(sum(float(row["seconds"]) for row in rows))
    assert float(rows[1]["val_accuracy"]) > 0.97
    assert (tmp_path / "out" / "mnist.h5").stat().st_size > 200_000
    assert "</svg>" in (tmp_path / "out" / "mnist.svg").read_text()
    assert third.stdout.startswith("mnist: finished, 2 of 12 epochs")


@pytest.mark.shared
@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_ctrl_c_ends_the_program_too(tmp_path: Path, shared_data: Path) -> None:
    """An interrupted training says how to go on, in one line, and leaves no process behind."""
    code, errors = stopped_after_an_epoch(tmp_path, shared_data, signal.SIGINT)

    assert code == 130
    stopped = "Stopped. What was finished is kept; the same command goes on there."
    assert errors.strip() == stopped


def test_absent_data_are_reported_without_a_traceback(tmp_path: Path) -> None:
    """Without MNIST the dataset's own message and the code for data are what remains."""
    finished = grader(*COMMAND, cwd=tmp_path)

    assert finished.returncode == 3
    assert "dataset 'mnist' is not on this machine" in finished.stderr
    assert "Hint: run `grader data fetch mnist`" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not (tmp_path / "out").exists()
