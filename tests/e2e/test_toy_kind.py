"""A kind of evidence in a package of its own: the one that docs/add-a-kind-of-evidence.md walks through."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import grader

ROOT = Path(grader.__file__).parents[1]
GUIDE = ROOT / "docs" / "add-a-kind-of-evidence.md"

#: A file of the package in the guide: its name in a comment, then its content in a fenced block.
BLOCK = re.compile(r"<!-- file: (\S+) -->\n+```\w*\n(.*?)```", re.DOTALL)

MODEL = ROOT / "submissions" / "ml-assignment2" / "amina" / "best_model.h5"
LAB = "numbers-lab"

Call = Callable[..., str]


def write_package(folder: Path) -> Path:
    """The package of the guide, with a reference solution and two samples."""
    files = dict(BLOCK.findall(GUIDE.read_text(encoding="utf-8")))
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    package = folder / "grader_numbers"
    write_submission(package / "reference_solutions" / LAB, "12\n")
    samples = package / "submissions" / LAB
    write_submission(samples / "ada", "12", "14")
    write_submission(samples / "bo", "many")
    (samples / "samples.toml").write_text(
        '[ada]\nabout = "Everything is right."\n\n'
        '[bo]\nabout = "A word for a number."\nloses = ["training/epochs"]\nreason = "no-number"\n'
    )
    return folder


def write_submission(folder: Path, *numbers: str) -> None:
    folder.mkdir(parents=True)
    (folder / "model.h5").write_bytes(MODEL.read_bytes())
    for place, number in enumerate(numbers, 1):
        (folder / f"epochs{place}.txt").write_text(number)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed package."""
    source = write_package(tmp_path_factory.mktemp("package"))
    target = tmp_path_factory.mktemp("site")
    install = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--target", str(target)]
    subprocess.run([sys.executable, "-m", "pip", *install, str(source)], check=True)
    return target


@pytest.fixture(scope="module")
def call(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Call:
    """Run the program with the package installed; what it printed on both streams."""
    away = tmp_path_factory.mktemp("away")

    def call(*arguments: object, code: int = 0, also: Path | None = None) -> str:
        paths = [str(path) for path in (also, site, ROOT) if path is not None]
        ended = subprocess.run(
            [sys.executable, "-m", "grader", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=away,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "100"},
        )
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    return call


@pytest.fixture(scope="module")
def run(call: Call, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded class: the samples of the package."""
    folder = tmp_path_factory.mktemp("graded") / "run"
    call("grade", LAB, site / "grader_numbers" / "submissions" / LAB, "--out", folder)
    return folder


def report(run: Path, student: str) -> dict[str, dict[str, str]]:
    """The checks of a student's report by their ids."""
    data = json.loads((run / "reports" / student / "report.json").read_text())
    return {check["check_id"]: check for check in data["exercises"][0]["checks"]}


def test_no_file_of_the_grader_knows_the_kind() -> None:
    """The kind, its check and its lab live in their own package alone."""
    naming = [
        file
        for file in (ROOT / "grader").rglob("*.*")
        if file.suffix in (".py", ".toml") and "grader_numbers" in file.read_text("utf-8")
    ]

    assert naming == []


def test_grade_judges_the_kind_beside_a_model(run: Path) -> None:
    """Several files of one artefact are read in the sandbox and judged; a failure has its own sentences."""
    ada, bo = report(run, "ada"), report(run, "bo")

    assert [ada[check]["status"] for check in ("accuracy", "epochs")] == ["passed", "passed"]
    assert ada["epochs"]["feedback"] == "The mean is 13, between 1 and 20."
    assert (bo["accuracy"]["status"], bo["epochs"]["status"]) == ("passed", "failed")
    assert bo["epochs"]["feedback"] == "epochs1.txt holds no number."
    assert bo["epochs"]["advice"] == "Write one number into the file and nothing else."


def test_the_pages_show_the_kind(run: Path) -> None:
    """The student's page has the kind's table; the class page has its check and its failure."""
    page = (run / "reports" / "ada" / "index.html").read_text()
    class_page = (run / "index.html").read_text()

    assert "The numbers" in page
    assert "epochs2.txt" in page
    assert "Between 1 and 20 epochs" in class_page
    assert "no number" in class_page


def test_a_second_run_collects_only_what_changed(call: Call, site: Path, tmp_path: Path) -> None:
    """A corrected number is read again; the model beside it is not opened again."""
    submissions = tmp_path / "submissions"
    write_submission(submissions / "ada", "12")
    call("grade", LAB, submissions, "--out", tmp_path / "run")
    before = json.loads((tmp_path / "run" / "evidence" / "ada.json").read_text())
    (submissions / "ada" / "epochs1.txt").write_text("99")
    call("grade", LAB, submissions, "--out", tmp_path / "run")
    after = json.loads((tmp_path / "run" / "evidence" / "ada.json").read_text())

    changed = {
        old["need"]
        for old, new in zip(before["observations"], after["observations"], strict=True)
        if old["key"] != new["key"]
    }
    assert changed == {"numbers:epochs"}
    assert report(tmp_path / "run", "ada")["epochs"]["status"] == "failed"


def test_rescore_judges_the_kind_again(call: Call, run: Path, tmp_path: Path) -> None:
    """A changed bound of the plug-in's check changes a mark without reading a file; French needs no evidence."""
    course = tmp_path / "course"
    course.mkdir()
    (course / "course.toml").write_text(f'[labs.{LAB}.checks."training/epochs"]\nhigh = 5\n')

    assert "ada: 10 -> 6 points" in call("rescore", run, "--course", course)
    assert report(run, "ada")["epochs"]["feedback"] == "The mean is 13, not between 1 and 5."
    call("rescore", run, "--language", "fr")
    assert report(run, "ada")["epochs"]["feedback"] == "La moyenne est 13, pas entre 1 et 5."
    assert "0 changed" in call("rescore", run)  # which goes on with the course
    (course / "course.toml").write_text("")
    assert "ada: 6 -> 10 points" in call("rescore", run)


@pytest.mark.parametrize("style", ["text", "html", "json", "junit", "github"])
def test_check_shows_the_kind_in_every_format(call: Call, site: Path, style: str) -> None:
    """A student's own check says the same, whatever it prints."""
    bo = site / "grader_numbers" / "submissions" / LAB / "bo"

    assert "epochs1.txt holds no number." in call("check", LAB, bo, "--format", style)


def test_verify_holds_the_lab_to_its_samples(call: Call) -> None:
    """Reference solution and samples are found beside the lab's module."""
    shown = call("verify", LAB)

    assert "FAIL" not in shown
    assert "ok   reference earns full marks" in shown
    assert "ok   bo fails with 'no-number'" in shown


@pytest.mark.parametrize("name", ["csv", "gradescope", "json", "junit"])
def test_exports_have_the_kind(call: Call, run: Path, tmp_path: Path, name: str) -> None:
    """Every export has the check of the plug-in."""
    call("export", run, "--to", name, "--output", tmp_path / "out")
    files = list(tmp_path.rglob("*"))
    text = "".join(file.read_text() for file in files if file.is_file())

    assert "epochs" in text


def test_a_broken_plug_in_stops_nobody(call: Call, tmp_path: Path) -> None:
    """It is a line in `grader doctor` and in the log; everything else works."""
    broken = tmp_path / "broken"
    info = broken / "broken_kind-1.0.dist-info"
    info.mkdir(parents=True)
    (broken / "broken_kind.py").write_text("raise RuntimeError('half installed')\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-kind\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[grader.evidence]\nbroken = broken_kind:KIND\n")

    assert LAB in call("labs", also=broken)
    assert "half installed" in call("doctor", also=broken)
