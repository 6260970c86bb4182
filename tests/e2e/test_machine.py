"""Real disks that are full, read-only or closed to us, under the whole program."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.program import DIGITS_COURSE, REPOSITORY, environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="mounts file systems of Linux"),
]

SAMPLES = REPOSITORY / "submissions" / "ml-assignment2"
LAB = "ml-assignment2"

#: Runs the steps of a scenario, lists of words, and reports each as JSON.
DRIVER = """
import json, os, subprocess, sys
for step in json.loads(sys.argv[1]):
    done = subprocess.run(step, capture_output=True, text=True)
    left = [name for _, _, names in os.walk(".") for name in names if name.endswith(".tmp")]
    print(json.dumps({"code": done.returncode, "err": done.stderr, "out": done.stdout, "left": left}))
"""


def grader(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "grader", *map(str, words)]


def grade(run: str, *more: str) -> list[str]:
    return grader("grade", LAB, "class", "--out", run, "--jobs", "1", *more)


def scenario(
    folder: Path, *steps: Sequence[str], inside: Sequence[str], **env: str
) -> list[dict[str, Any]]:
    """Run steps one after the other, in surroundings of their own."""
    homeless = {"HOME": str(folder), "GRADER_CACHE": str(folder / "cache")}
    done = subprocess.run(
        [*inside, sys.executable, "-c", DRIVER, json.dumps(steps)],
        cwd=folder,
        env=environment(**homeless, GRADER_COURSE=str(DIGITS_COURSE), **env),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def mounting() -> list[str]:
    """What runs a program where it may mount."""
    inside = ["unshare", "--mount"]
    tried = [*inside, "mount", "-t", "tmpfs", "none", "/mnt"]
    if shutil.which("unshare") is None or subprocess.run(tried, capture_output=True).returncode:
        pytest.skip("file systems cannot be mounted here")
    return inside


@pytest.fixture
def powerless() -> list[str]:
    """What runs a program that permissions hold for, even where we are root."""
    inside = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    tried = [*inside, "true"]
    if shutil.which("setpriv") is None or subprocess.run(tried, capture_output=True).returncode:
        pytest.skip("setpriv cannot take powers away here")
    return inside


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to work in, with a class of four."""
    for student in ("amina", "bruno", "chloe", "dmitri"):
        shutil.copytree(SAMPLES / student, tmp_path / "class" / student)
    return tmp_path


def assert_told(step: dict[str, Any], *words: str) -> None:
    assert step["code"] == 4, step
    assert "Traceback" not in step["err"]
    assert "bug" not in step["err"]
    assert step["left"] == []
    for word in words:
        assert word in step["err"], step["err"]


def reasons(run: Path) -> dict[str, list[str]]:
    """Student to why evidence of them could not be collected."""
    return {
        file.stem: [
            item["failure"]["reason"]
            for item in json.loads(file.read_bytes())["observations"]
            if item.get("failure")
        ]
        for file in (run / "evidence").glob("*.json")
    }


def test_a_full_then_a_read_only_disk(folder: Path, mounting: list[str]) -> None:
    """The class goes on once there is room; a run that can only be read is exported, and nothing else."""
    (folder / "run").mkdir()
    steps = scenario(
        folder,
        ["mount", "-t", "tmpfs", "-o", "size=300k", "none", "run"],
        grade("run"),
        ["mount", "-o", "remount,size=64m", "run"],
        grade("run"),
        ["mount", "-o", "remount,ro", "run"],
        grader("export", "run", "--to", "csv"),
        grader("rescore", "run"),
        grade("run"),
        grader("init", "run/course"),
        ["cp", "-r", "run", "copy"],
        grader("rescore", "copy"),
        inside=mounting,
    )
    _, full, _, again, _, exported, rescored, regraded, begun, _, copied = steps

    assert_told(full, "run/", "no space is left on the disk", "make room there")
    assert again["code"] == 0, again["err"]
    assert exported["code"] == 0, exported["err"]
    assert "amina" in exported["out"]
    assert_told(rescored, "run/.lock", "read-only", "copy the folder", "`grader export` only reads")
    assert_told(regraded, "run/.lock", "read-only")
    assert_told(begun, "run/course", "read-only", "name a folder that can be written to")
    assert copied["code"] == 0, copied["err"]
    assert "4 submissions judged again, 0 changed" in copied["out"]


def test_a_full_folder_for_temporary_files(folder: Path, mounting: list[str]) -> None:
    """The class stops with its name; no student is blamed, and with room there the run is as any other."""
    (folder / "small").mkdir()
    shutil.make_archive(str(folder / "class/dmitri/work"), "zip", folder / "class/amina")
    for file in (folder / "class/dmitri").iterdir():
        if file.suffix != ".zip":
            file.unlink()
    steps = scenario(
        folder,
        ["mount", "-t", "tmpfs", "-o", "size=100k", "none", "small"],
        grade("run", "--isolation", "medium"),
        ["cp", "-r", "run", "stopped"],
        ["mount", "-o", "remount,size=200m", "small"],
        grade("run", "--isolation", "medium"),
        inside=mounting,
        TMPDIR=str(folder / "small"),
    )
    stopped, again = steps[1], steps[4]

    assert_told(stopped, f"temporary files, {folder / 'small'}", "no space is left", "TMPDIR")
    assert again["code"] == 0, again["err"]
    whole = reasons(folder / "run")
    assert reasons(folder / "stopped").items() <= whole.items()
    assert "dmitri" in whole


def test_folders_without_permission(folder: Path, powerless: list[str]) -> None:
    """Who may not write is told where; the run is there for reading."""
    (folder / "closed").mkdir()
    steps = scenario(
        folder,
        ["chmod", "555", "closed"],
        grade("closed/run"),
        grader("init", "closed/course"),
        grade("run"),
        ["chmod", "-R", "a-w", "run"],
        grader("export", "run", "--to", "json"),
        grader("export", "run", "--to", "json", "--output", "closed/grades.json"),
        grader("rescore", "run", "--language", "fr"),
        ["chmod", "-R", "u+w", "run"],
        grader("rescore", "run", "--language", "fr"),
        inside=powerless,
    )
    _, closed, begun, graded, _, exported, not_kept, locked, _, open_again = steps

    assert_told(closed, "closed/run cannot be written: permission denied", "get the permission")
    assert_told(begun, "closed/course", "permission denied")
    assert graded["code"] == 0, graded["err"]
    assert json.loads(exported["out"])
    assert_told(not_kept, "closed/grades.json cannot be written: permission denied")
    assert_told(locked, "run/.lock", "permission denied", "copy the folder")
    assert open_again["code"] == 0, open_again["err"]
