"""Damaged scripts and notebooks, read and run through `grader grade`: each gets its report.

GRADER_FUZZ says how many files all tests of the tier damage; a fifth of them are code. A file is made again from its
number, which names its student.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.code_lab import write_package
from tests.fuzz.damaged_code import damaged
from tests.program import REPOSITORY, grader

COUNT = int(os.environ.get("GRADER_FUZZ", "600")) // 5
BATCH = 100

#: Whole code, graded first and last.
BENIGN = """
import numpy as np
import keras
x = np.eye(8)
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(8, "softmax")])
model.compile("sgd", "mse")
model.fit(x, x, epochs=3)
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_package(tmp_path_factory.mktemp("site"))


@pytest.mark.parametrize(
    "numbers",
    [range(start, min(start + BATCH, COUNT)) for start in range(0, COUNT, BATCH)],
    ids=str,
)
def test_damaged_code_ends_with_a_report_each(
    numbers: range, tmp_path: Path, package: Path
) -> None:
    """No submission is lost, none is our fault, whole code gets its marks, nothing is written outside."""
    students = [f"m{number:05}" for number in numbers]
    for student, number in zip(students, numbers, strict=True):
        name, data = damaged(number)
        _hand_in(tmp_path, student, name, data)
    for student in ("aaa", "zzz"):
        _hand_in(tmp_path, student, "lab.py", BENIGN.encode())
    paths = os.pathsep.join(map(str, (package, REPOSITORY)))
    finished = grader(
        "grade", "code-lab", "submissions", "--out", "run", "--timeout", "20",
        cwd=tmp_path, env={"PYTHONPATH": paths},
    )  # fmt: skip

    assert finished.returncode == 0, finished.stderr[-2000:]
    assert "Traceback" not in finished.stdout + finished.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"submissions", "run"}
    results = {file.stem: check_of(file) for file in tmp_path.glob("run/results/*.json")}
    assert sorted(results) == sorted([*students, "aaa", "zzz"])
    assert [results[student]["status"] for student in ("aaa", "zzz")] == ["passed", "passed"]
    ours = {name: check for name, check in results.items() if check["status"] == "error"}
    assert ours == {}


def check_of(file: Path) -> dict[str, Any]:
    """The only check of a student's results."""
    (exercise,) = json.loads(file.read_text())["exercises"]
    (check,) = exercise["checks"]
    assert isinstance(check, dict)
    return check


def _hand_in(folder: Path, student: str, name: str, data: bytes) -> None:
    home = folder / "submissions" / student
    home.mkdir(parents=True)
    (home / name).write_bytes(data)


def test_damaged_code_is_made_again_from_its_number() -> None:
    """What failed once can be looked at."""
    assert damaged(7) == damaged(7)
    made = [damaged(number) for number in range(300)]
    assert len({data for _, data in made}) > 200
    assert {name for name, _ in made} == {"lab.py", "lab.ipynb"}
