"""Start the process pytest runs in. It imports pytest, so that no process of the grader itself needs to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

#: Seconds finding tests may take, the images they draw among it.
FINDING_S = 120

_LAST_LINES = 5


def run_child(task: str, tests: Path, folder: Path, *, timeout_s: float | None = None) -> str:
    """Run ``grader.hidden.child`` to its end.

    Modules of the current folder are not imported, nor plugins or options of pytest that the environment names.

    Args:
        task: ``find`` or ``run``.
        tests: Folder of the test files.
        folder: Where it reads its request and writes its results.
        timeout_s: After which it is ended; None for never.

    Returns:
        Why it did not end well, in a sentence; empty where it did.
    """
    command = [sys.executable, "-P", "-m", "grader.hidden.child", task, str(tests), str(folder)]
    try:
        ended = subprocess.run(  # noqa: S603  (our own program)
            command,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it took more than {timeout_s:g} s"
    if ended.returncode == 0:
        return ""
    said = " / ".join(ended.stderr.strip().splitlines()[-_LAST_LINES:])
    return f"its process ended with {ended.returncode}: {said}".rstrip(": ")


def _environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return (
        ours
        | {
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",  # images are drawn alike each time, sets and their order among what draws them
        }
    )
