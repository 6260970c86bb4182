"""Thousands of damaged files through `grader grade`: each gets its report, nobody else is touched.

GRADER_FUZZ says how many files in all; a file is made again from its format and number, which name its student.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.fuzz.mutations import a_declaration, a_notebook, a_tar, a_zip, mutate
from tests.program import grader

BATCH = 250
COUNT = int(os.environ.get("GRADER_FUZZ", "600"))

#: How the damaged files are shared out over the formats: where most can go wrong, most are tried.
SHARES = {
    "digits.h5": 0.4,
    "digits.keras": 0.24,
    "digits.zip": 0.14,
    "digits.tar": 0.14,
    "digits.ipynb": 0.04,
    "submission.toml": 0.04,
}

#: Students of every batch whose files are whole: the first and the last to be graded.
BENIGN = ("aaa", "zzz")


@pytest.fixture(scope="session")
def good_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One good file of each format; the models tell digits apart."""
    folder = tmp_path_factory.mktemp("good")
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
    from grader import datasets
    from tests.model.models import nearest_mean

    calibration = datasets.get("digits").calibration()
    assert calibration is not None
    split = calibration.split
    model = nearest_mean(split.images, split.labels, divisor=255)
    for name in ("digits.h5", "digits.keras"):
        model.save(folder / name)
    model_file = (folder / "digits.h5").read_bytes()
    return {
        "digits.h5": model_file,
        "digits.keras": (folder / "digits.keras").read_bytes(),
        "digits.zip": a_zip(model_file),
        "digits.tar": a_tar(model_file),
        "digits.ipynb": a_notebook(),
        "submission.toml": a_declaration(),
    }


def batches(name: str) -> list[range]:
    each = round(COUNT * SHARES[name])
    return [range(start, min(start + BATCH, each)) for start in range(0, each, BATCH)]


@pytest.mark.parametrize("name", SHARES)
def test_damaged_files_end_with_a_report_each(
    name: str, tmp_path: Path, good_files: dict[str, bytes]
) -> None:
    """No submission is lost, none is our fault, the neighbours get their marks, nothing is written outside."""
    for numbers in batches(name):
        folder = tmp_path / f"{numbers.start}"
        submissions = folder / "submissions"
        students = [f"m{number:05}" for number in numbers]
        for student, number in zip(students, numbers, strict=True):
            home = submissions / student
            home.mkdir(parents=True)
            (home / name).write_bytes(mutate(good_files[name], f"{name}-{number}"))
            if name in ("submission.toml", "digits.ipynb"):
                (home / "digits.h5").write_bytes(good_files["digits.h5"])
        for student in BENIGN:
            (submissions / student).mkdir()
            (submissions / student / "digits.h5").write_bytes(good_files["digits.h5"])
        canary = folder / "canary"
        canary.write_bytes(b"untouched")
        before = snapshot(folder)
        finished = grader(
            "grade", "ml-assignment2", submissions, "--out", "run", "--timeout", "20", cwd=folder
        )

        assert finished.returncode == 0, finished.stderr[-2000:]
        assert "Traceback" not in finished.stdout + finished.stderr
        assert snapshot(folder) == before | {"run"}
        assert canary.read_bytes() == b"untouched"
        results = {
            file.stem: json.loads(file.read_text()) for file in folder.glob("run/results/*.json")
        }
        assert sorted(results) == sorted([*students, *BENIGN])
        whole = {student: accuracy(results[student]) for student in BENIGN}
        assert None not in whole.values()
        assert len(set(whole.values())) == 1
        if name in ("submission.toml", "digits.ipynb"):
            assert None not in {accuracy(results[student]) for student in students}
        ours = [student for student, report in results.items() if "internal" in reasons(report)]
        assert not ours, f"{name}: our fault at {ours}"


def snapshot(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def accuracy(report: dict[str, object]) -> float | None:
    """What was measured; None where nothing was."""
    (check,) = report["exercises"][0]["checks"]  # type: ignore[index]
    return next((fact["value"]["value"] for fact in check["facts"] if fact["gauge"]), None)


def reasons(report: dict[str, object]) -> set[str]:
    return {
        check["failure"]["reason"]
        for exercise in report["exercises"]  # type: ignore[attr-defined]
        for check in exercise["checks"]
        if check["failure"] is not None
    }


def test_a_mutation_is_made_again_from_its_seed() -> None:
    """What failed once can be looked at: the same seed gives the same bytes, another one others."""
    good = np.arange(256, dtype=np.uint8).tobytes() * 8

    assert mutate(good, "x-1") == mutate(good, "x-1")
    assert len({mutate(good, f"x-{number}") for number in range(100)}) > 95
