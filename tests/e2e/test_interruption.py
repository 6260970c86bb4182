"""Ctrl-C in the middle of a class."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.program import DIGITS_COURSE, REPOSITORY, environment, grader, hear_ctrl_c

SAMPLES = REPOSITORY / "submissions" / "ml-assignment2"


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    """An interrupted run says so, leaves no process behind, and the same command finishes it."""
    command = ["grade", "ml-assignment2", str(SAMPLES), "--out", "run", "--jobs", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", *command],
        cwd=tmp_path,
        env=environment(GRADER_COURSE=str(DIGITS_COURSE)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hear_ctrl_c,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("run/evidence/*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    again = grader(*command, cwd=tmp_path)

    assert process.returncode == 130
    assert "Stopped." in errors
    assert "Traceback" not in errors
    assert again.returncode == 0, again.stderr
    assert "kept from before" in again.stdout
