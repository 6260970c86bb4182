"""Programs in the style of their time, run in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.model.evidence.code.old_code import Ran, RunOld


@pytest.fixture(scope="session")
def run_old() -> Iterator[RunOld]:
    """Run a program with the shims in place; files are put beside it first."""
    for name in ("matplotlib", "pandas", "seaborn"):
        pytest.importorskip(name)
    root = Path(__file__).parents[4]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "MPLBACKEND": "Agg"}
    environment = {**os.environ, **quiet, "PYTHONPATH": str(root)}
    command = [sys.executable, str(Path(__file__).with_name("old_code.py"))]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def run(program: str, **files: str) -> Ran:
            request = {"program": dedent(program), "files": files}
            process.stdin.write(json.dumps(request) + "\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            return Ran(json.loads(process.stdout.readline()))  # type: ignore[union-attr]

        yield run
        process.stdin.close()
