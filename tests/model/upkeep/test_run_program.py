"""The runner of programs that students write: `reference_solutions/program.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from grader import resources
from tests.program import environment

RUNNER = resources.reference_solution("mnist-cifar100").parent / "program.py"
STUDY = """
from pathlib import Path
import keras
import matplotlib.pyplot as plt
Path("figures").mkdir()
plt.plot([1, 2])
plt.savefig("figures/study.svg")
Path("study.json").write_text(repr(keras.datasets.mnist.load_data))
Path("notes.txt").write_text("of nobody's interest")
"""


def run(program: Path, out: Path, *files: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(RUNNER), str(program), "--out", str(out), *files]
    return subprocess.run(command, capture_output=True, text=True, env=environment())


def test_a_program_runs_with_the_datasets_at_hand_and_leaves_what_it_was_to_write(
    tmp_path: Path,
) -> None:
    """Other files are gone with the folder it ran in; a file that it misses is an error that replaces nothing."""
    program, out = tmp_path / "study.py", tmp_path / "out"
    program.write_text(STUDY)
    whole = run(program, out, "study.json", "figures/study.svg")
    (out / "study.json").write_text("of the first run")
    short = run(program, out, "study.json", "table.csv")

    assert (whole.returncode, short.returncode) == (0, 1), whole.stderr
    assert "study.py did not write table.csv" in short.stderr
    assert sorted(path.name for path in out.rglob("*")) == ["figures", "study.json", "study.svg"]
    assert (out / "study.json").read_text() == "of the first run"


def test_keras_gives_the_datasets_at_hand(tmp_path: Path) -> None:
    """In place of those it would download."""
    (tmp_path / "study.py").write_text(STUDY)
    run(tmp_path / "study.py", tmp_path, "study.json")

    assert "served" in (tmp_path / "study.json").read_text()
