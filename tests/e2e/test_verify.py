"""Every lab does what it declares: reference, empty submission, samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.program import grader


def check_verified(lab: str, folder: Path, data: Path | None = None) -> None:
    env = {"GRADER_DATA": str(data)} if data else {}
    finished = grader("verify", lab, cwd=folder, env=env)

    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "ok   reference earns full marks" in finished.stdout
    assert "ok   empty earns 0" in finished.stdout
    assert "FAIL" not in finished.stdout


@pytest.mark.shared
@pytest.mark.parametrize("lab", ["mnist-cifar100", "playground-cifar10", "dlcv-lab3"])
def test_labs_on_real_data(lab: str, tmp_path: Path, shared_data: Path) -> None:
    """The labs on MNIST and CIFAR are verified where those sets are at hand."""
    check_verified(lab, tmp_path, shared_data)


def test_the_lab_on_texts_of_students_needs_no_data(tmp_path: Path) -> None:
    """The models of `project-text` are measured on the texts they come with."""
    check_verified("project-text", tmp_path)


def test_labs_without_their_data_cannot_be_verified(tmp_path: Path) -> None:
    """Where a dataset is missing, verification says which and ends with the code for data."""
    finished = grader("verify", "mnist-cifar100", cwd=tmp_path)

    assert finished.returncode == 3
    assert "cannot be verified" in finished.stderr


def test_the_lab_without_images_is_verified_with_its_hidden_tests() -> None:
    """Models play episodes on any machine that has Gymnasium; a policy that is no solution fails hidden tests, too."""
    root = str(Path(__file__).parents[2])
    finished = grader("verify", "project-cartpole", "--course", root, cwd=Path(root) / "tests")

    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "ok   reference earns full marks" in finished.stdout
    assert "solves/balances-from-other-starts" in finished.stdout


def test_the_lab_on_embedded_data_is_verified_with_its_hidden_tests() -> None:
    """The reference passes every hidden test, and samples fail those they are said to fail, on any machine."""
    root = str(Path(__file__).parents[2])
    finished = grader("verify", "ml-assignment2", "--course", root, cwd=Path(root) / "tests")

    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "ok   reference earns full marks" in finished.stdout
    assert "ok   empty earns 0" in finished.stdout
    assert "3-handwritten/moved-digits" in finished.stdout
    assert "1d-lecun/lecun-at-other-points" in finished.stdout


def test_the_lab_on_generated_reviews_is_verified_with_its_hidden_tests() -> None:
    """Copied labels, one model twice and constants fail the hidden tests that are there for them."""
    root = str(Path(__file__).parents[2])
    finished = grader("verify", "project-sentiment", "--course", root, cwd=Path(root) / "tests")

    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "ok   reference earns full marks" in finished.stdout
    assert "hugo loses points on predictions/goes-with-the-text" in finished.stdout
