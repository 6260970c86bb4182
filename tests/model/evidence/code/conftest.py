"""Programs in the style of their time, run in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from grader.evidence.code.profile import RUN_PROFILE
from grader.evidence.code.run import FinishedRun, RunFiles, run_code
from grader.evidence.code.run_record import CodeRun, RunMode
from grader.evidence.code.served import ServedDatasets
from grader.sandbox import Limits, Sandboxes
from tests.model.evidence.code.old_code import Ran, RunOld
from tests.model.evidence.code.traced import (
    RunCells,
    RunFinished,
    RunNamed,
    Traced,
    as_notebook,
)


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


@pytest.fixture(scope="session")
def run_finished(sandboxes: Sandboxes, tmp_path_factory: pytest.TempPathFactory) -> RunFinished:
    """Run files as those of students are run; data that are not beside the repository are stood in for."""
    served = ServedDatasets()

    def run(
        code: Mapping[str, str],
        beside: Mapping[str, str] | None = None,
        mode: RunMode = "quick",
        **options: Any,
    ) -> FinishedRun:
        folder = tmp_path_factory.mktemp("code")
        files = RunFiles(_written(folder / "a", code), _written(folder / "b", beside or {}))
        limits = RUN_PROFILE.limits(Limits(wall_s=60))
        finished = run_code(
            lambda: sandboxes.open(RUN_PROFILE), files, served, limits, mode, **options
        )
        assert isinstance(finished, FinishedRun), finished
        return finished

    return run


@pytest.fixture(scope="session")
def run_named(run_finished: RunFinished) -> RunNamed:
    """Run files, for what is recorded of them."""

    def run(
        code: Mapping[str, str],
        beside: Mapping[str, str] | None = None,
        mode: RunMode = "quick",
        **options: Any,
    ) -> CodeRun:
        return run_finished(code, beside, mode, **options).run

    return run


@pytest.fixture(scope="session")
def run_cells(run_named: RunNamed) -> RunCells:
    """Run a notebook by the names of its cells."""

    def run(cells: Mapping[str, str], mode: RunMode = "quick", **options: Any) -> Traced:
        ran = run_named({"lab.ipynb": as_notebook(cells)}, mode=mode, **options)
        return Traced(ran, list(cells))

    return run


def _written(folder: Path, files: Mapping[str, str]) -> dict[str, Path]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {name: folder / name for name in files}
