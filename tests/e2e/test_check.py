"""A student's own check, in every format, and as a gate in CI."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.program import REPOSITORY, grader

LAB = "ml-assignment2"
SAMPLES = REPOSITORY / "submissions" / LAB


def test_text_names_the_trouble_and_the_remedy(tmp_path: Path) -> None:
    """A file of weights only is named, and so is the line that fixes it."""
    finished = grader("check", LAB, SAMPLES / "hugo", cwd=tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert "weights only" in finished.stdout
    assert "model.save(" in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr


def test_formats(tmp_path: Path) -> None:
    """JSON, JUnit and HTML of one check say the same and parse."""
    texts = {
        style: grader("check", LAB, SAMPLES / "amina", "--format", style, cwd=tmp_path).stdout
        for style in ("json", "junit", "html")
    }

    report = json.loads(texts["json"])
    assert report["lab"] == LAB
    suite = ET.fromstring(texts["junit"])  # noqa: S314  (our own output)
    assert suite.get("skipped") == "1"
    assert texts["html"].startswith("<!doctype html>")


def test_gate(tmp_path: Path) -> None:
    """Below the share asked for the exit code is 6; a mark that waits for the class counts at its least."""
    good = grader("check", LAB, SAMPLES / "amina", "--fail-under", "80", cwd=tmp_path)
    bad = grader("check", LAB, SAMPLES / "hugo", "--fail-under", "50", cwd=tmp_path)

    assert good.returncode == 0, good.stderr
    assert bad.returncode == 6
    assert "below the 50 %" in bad.stderr


def test_github_actions(tmp_path: Path) -> None:
    """In GitHub Actions a check writes annotations, a summary and outputs."""
    summary, outputs = tmp_path / "summary.md", tmp_path / "outputs"
    env = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs)}
    finished = grader("check", LAB, SAMPLES / "hugo", "--format", "github", cwd=tmp_path, env=env)

    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith("::error title=")
    assert "weights only" in summary.read_text()
    assert "max_points<<" in outputs.read_text()


def test_missing_data_is_ours_not_theirs(tmp_path: Path) -> None:
    """Without MNIST a good model is not marked zero: the check needs review, and says how to fix it."""
    model = REPOSITORY / "reference_solutions" / "mnist-cifar100"
    (tmp_path / "course.toml").write_text(
        '[labs.mnist-cifar100]\nexercises = ["mnist", "cifar100"]\n'
    )
    finished = grader("check", "mnist-cifar100", model, "--format", "json", cwd=tmp_path)

    assert finished.returncode == 0, finished.stderr
    report = json.loads(finished.stdout)
    mnist = report["exercises"][0]["checks"][0]
    assert mnist["status"] == "error"
    assert mnist["score"] is None
    assert not report["complete"]
    assert "grader data fetch mnist" in finished.stderr
