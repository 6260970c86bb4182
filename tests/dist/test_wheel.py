"""The wheel, installed in a clean environment and used from another folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.program import DIGITS_COURSE, REPOSITORY, environment, grader

pytestmark = pytest.mark.dist


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(REPOSITORY)], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `grader` command of an environment that holds the wheel and what it declares."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder / "venv", with_pip=True)
    lock = (REPOSITORY / "requirements.lock").read_text().splitlines()
    pins = [line.rstrip(" \\") for line in lock if line and not line.startswith((" ", "#"))]
    (folder / "constraints.txt").write_text("\n".join(pins))
    binaries = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run(
        [
            str(binaries / "python"), "-m", "pip", "install", "--quiet",
            "--constraint", str(folder / "constraints.txt"), str(wheel),
        ],
        check=True,
    )  # fmt: skip
    return binaries / "grader"


def test_wheel_holds_what_it_should(wheel: Path) -> None:
    """Templates, reference results and the demo's samples travel; hidden tests and reference models do not."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert "grader/_resources/templates/student.html.j2" in names
    assert "grader/_resources/reference_solutions/ml-assignment2/results.json" in names
    assert any(name.startswith("grader/_resources/submissions/ml-assignment2/") for name in names)
    assert "grader/py.typed" in names
    assert not any("hidden_tests" in name for name in names)
    references = {Path(name).name for name in names if "reference_solutions" in name}
    assert references == {"results.json"}
    assert {name.split("/")[0] for name in names} <= {"grader", names[-1].split("/")[0]}


def test_installed_program_works_elsewhere(program: Path, tmp_path: Path) -> None:
    """From another folder, with the declared dependencies alone, the demo grades its class."""
    help_text = grader("--help", cwd=tmp_path, program=[str(program)])
    labs = grader("labs", cwd=tmp_path, program=[str(program)])
    course = grader("init", "course", cwd=tmp_path, program=[str(program)])
    demo = grader("demo", cwd=tmp_path, program=[str(program)])

    assert help_text.returncode == 0, help_text.stderr
    assert "mnist-cifar100" in labs.stdout
    assert course.returncode == 0, course.stderr
    assert (tmp_path / "course" / "course.toml").is_file()
    assert demo.returncode == 0, demo.stderr
    assert (tmp_path / "demo-run" / "index.html").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="runs the scripts of a harness on Linux")
def test_an_exported_autograder_runs_in_the_layout_of_its_harness(
    program: Path, tmp_path: Path
) -> None:
    """Made by an installed grader; its own scripts install it and grade a submission of the digits lab."""
    source = tmp_path / "autograder" / "source"
    source.mkdir(parents=True)
    options = ("--course", DIGITS_COURSE, "--out", "autograder.zip")
    exported = grader(
        "export-autograder", "ml-assignment2", "--to", "gradescope", *options,
        cwd=tmp_path, program=[str(program)],
    )  # fmt: skip
    assert exported.returncode == 0, exported.stderr
    subprocess.run(["unzip", "-q", "autograder.zip", "-d", str(source)], cwd=tmp_path, check=True)
    (source / "venv").symlink_to(program.parents[1])
    model = REPOSITORY / "reference_solutions" / "ml-assignment2" / "3-handwritten.h5"
    (tmp_path / "autograder" / "submission").mkdir()
    shutil.copy(model, tmp_path / "autograder" / "submission" / "digits.h5")
    env = environment(HOME=str(tmp_path), AUTOGRADER_ROOT=str(tmp_path / "autograder"))
    for script in ("setup.sh", "run_autograder"):
        done = subprocess.run(
            [source / script], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"

    results = json.loads((tmp_path / "autograder" / "results" / "results.json").read_text())
    (test,) = results["tests"]
    assert "40 × 95.93% / 95.93%" in test["output"]
    assert results["extra_data"]["complete"] is False  # no mark of the class without a class
