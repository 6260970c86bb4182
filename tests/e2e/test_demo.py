"""The sample class on embedded data: graded, judged again, exported."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from statistics import median

import pytest

from tests.program import asking_for_digits, grader

LAB = "ml-assignment2"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    finished = grader("demo", "--out", "run", cwd=folder)
    assert finished.returncode == 0, finished.stderr
    assert "run/index.html" in finished.stdout
    return folder / "run"


def marks(run: Path) -> dict[str, float]:
    with (run / "grades.csv").open(newline="") as stream:
        return {row["id"]: float(row["points"]) for row in csv.DictReader(stream)}


def test_demo_marks_a_believable_class(demo: Path) -> None:
    """Most models work and earn from under half of the points to all of them; the broken ones earn none."""
    earned = marks(demo)
    working = [points for points in earned.values() if points]

    assert len(earned) == 15
    assert len(working) == 9
    assert max(working) == 40
    assert min(working) < 20
    assert 25 <= median(earned.values()) <= 33


def test_every_student_gets_a_page(demo: Path) -> None:
    """Every submission has a page and a report, and the class page links to each."""
    page = (demo / "index.html").read_text()

    for student in marks(demo):
        assert (demo / "reports" / student / "index.html").is_file()
        assert f'href="reports/{student}/index.html"' in page


def test_pages_reach_for_nothing(demo: Path) -> None:
    """No page names an address of another host, and none but the class page holds a script."""
    for page in demo.rglob("*.html"):
        text = page.read_text()
        assert "http://" not in text
        assert "https://" not in text
        assert ("<script" in text) == (page == demo / "index.html")


def test_rescore_with_a_new_rule_says_who_changed(demo: Path, tmp_path: Path) -> None:
    """A changed rule is judged from stored evidence, without TensorFlow, and names who changed."""
    (tmp_path / "course.toml").write_text(
        asking_for_digits(
            f'[labs.{LAB}.checks."3-handwritten/relative-accuracy"]\nfrozen_best = 1.0\n'
        )
    )
    blocked = {"PYTHONPATH": str(tmp_path / "block")}
    (tmp_path / "block").mkdir()
    for name in ("tensorflow", "keras"):
        (tmp_path / "block" / f"{name}.py").write_text("raise ImportError('not needed here')\n")
    before = marks(demo)
    finished = grader("rescore", demo, "--course", tmp_path, "--json", cwd=tmp_path, env=blocked)

    assert finished.returncode == 0, finished.stderr
    record = json.loads(finished.stdout)
    changed = {change["student"]: change["after"] for change in record["changes"]}
    assert changed.keys() == {student for student, points in before.items() if points}
    assert all(changed[student] < before[student] for student in changed)
    assert any("frozen_best" in change for change in record["lab_changes"])
    (tmp_path / "course.toml").write_text(asking_for_digits())
    grader("rescore", demo, cwd=tmp_path / "block")
    assert marks(demo) == before


@pytest.mark.parametrize("name", ["csv", "json", "junit", "gradescope"])
def test_exports(demo: Path, tmp_path: Path, name: str) -> None:
    """Every export format is written from the run folder alone."""
    target = tmp_path / "export"
    finished = grader("export", demo, "--to", name, "--output", target, cwd=tmp_path)

    assert finished.returncode == 0, finished.stderr
    files = list(target.iterdir()) if target.is_dir() else [target]
    assert len(files) == (15 if name == "gradescope" else 1)
    assert all(file.stat().st_size > 100 for file in files)
