"""What the grader may not read, and a run that another grader is at; `test_machine.py` has full and read-only disks."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.field.classes import GOOD, LAB, POOR, STUB, Graded, course, graded, lay
from tests.program import environment, grader

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and signals of Unix")

NOBODY = 65534
GRADER = (sys.executable, "-m", "grader")


#: Starts a process in a process, as the grader does.
NESTED = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"


@pytest.fixture(scope="module")
def unprivileged() -> tuple[str, ...]:
    """What starts the program so that modes hold for it: another user, or root without its power over modes."""
    if os.geteuid():
        return GRADER
    ways = (
        ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        ("setpriv", "--bounding-set=-dac_override,-dac_read_search"),
    )
    for way in ways if shutil.which("setpriv") else ():
        nested = [*way, sys.executable, "-c", NESTED]
        if not subprocess.run(nested, cwd="/", capture_output=True, check=False).returncode:
            return (*way, *GRADER)
    pytest.skip(
        "runs as root, and neither another user nor root without its powers can start Python"
    )


@pytest.fixture
def folder(unprivileged: tuple[str, ...]) -> Iterator[Path]:
    """A folder that any user may enter."""
    made = Path(tempfile.mkdtemp(prefix="grader-field-"))
    yield made
    for path in (made, *made.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(made)


def graded_without_rights(
    folder: Path, program: tuple[str, ...], roster: str | None, *closed: str
) -> Graded:
    """Grade the class as a user whom some folders and files are closed to."""
    where = course(folder / "course", roster)
    if f"--reuid={NOBODY}" in program:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    for name in closed:
        (folder / "class" / name).chmod(0)
    return graded(folder, folder / "class", where, program=program)


def test_what_may_not_be_read_is_ours_to_settle(
    folder: Path, unprivileged: tuple[str, ...]
) -> None:
    """A closed folder, file or sub-folder is an error and named; everybody else has their mark."""
    lay(
        folder / "class",
        {
            "nora/digits.h5": GOOD,
            "jean/digits.h5": POOR,
            "ada/digits.h5": GOOD,
            "bo/digits.h5": GOOD,
            "cy/work/digits.h5": GOOD,
            "dee.h5": GOOD,
        },
    )
    closed = {"ada": "ada", "bo": "bo/digits.h5", "cy": "cy/work", "dee": "dee.h5"}
    roster = "id\nnora\njean\nada\nbo\ncy\ndee\neve\n"
    found = graded_without_rights(folder, unprivileged, roster, *closed.values())

    assert found.open() >= set(closed)
    for student, name in closed.items():
        result = found.result(student)
        assert (result["status"], result["score"]) == ("error", None)
        assert found.reason(student) == "unreadable"
        page = (found.run / "results" / f"{student}.json").read_text()
        assert name.rpartition("/")[2] in page
    assert found.points()["nora"] == 40 > found.points()["jean"] > 0
    assert found.reason("eve") == "missing"
    assert found.summary["needs_review"] >= len(closed)


def test_what_is_closed_beside_a_model_does_not_count(
    folder: Path, unprivileged: tuple[str, ...]
) -> None:
    """Where the model itself can be read, a closed note or cache beside it costs nobody a mark."""
    lay(folder / "class", {"nora/digits.h5": GOOD, "nora/.cache/x": STUB, "jean/digits.h5": POOR})
    found = graded_without_rights(folder, unprivileged, None, "nora/.cache")

    assert found.points()["nora"] == 40
    assert "nora" not in found.open()


def test_readable_again_is_graded_again(folder: Path, unprivileged: tuple[str, ...]) -> None:
    """Once the rights are given, the same command gives the mark."""
    lay(folder / "class", {"nora/digits.h5": GOOD, "jean/digits.h5": POOR})
    first = graded_without_rights(folder, unprivileged, None, "nora")
    (folder / "class" / "nora").chmod(0o755)
    again = graded(folder, folder / "class", folder / "course", program=unprivileged)

    assert first.open() >= {"nora"}
    assert again.points()["nora"] == 40
    assert not again.open()


def test_a_run_that_is_being_graded_is_no_missing_run(tmp_path: Path) -> None:
    """`export`, `rescore` and a second `grade` say that it is still being graded; the first one ends as ever."""
    lay(tmp_path / "class", {"nora/digits.h5": GOOD, "jean/digits.h5": POOR})
    words = ("grade", LAB, "class", "--out", "run", "--jobs", "1")
    process = subprocess.Popen(
        [*GRADER, *words],
        cwd=tmp_path,
        env=environment(HOME=str(tmp_path)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "run" / "run.json").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGSTOP)
    others = [
        grader("export", "run", "--to", "csv", cwd=tmp_path),
        grader("rescore", "run", cwd=tmp_path),
        grader(*words, cwd=tmp_path),
    ]
    process.send_signal(signal.SIGCONT)
    _, errors = process.communicate(timeout=120)

    assert process.returncode == 0, errors
    for done in others:
        assert done.returncode == 4
        assert "Traceback" not in done.stderr
        assert "still being graded" in done.stderr or "another grader" in done.stderr
    assert grader("export", "run", "--to", "csv", cwd=tmp_path).returncode == 0
