"""Commands on a disk that fails: a message, nothing half written, and the same command goes on afterwards."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest

from grader import registry
from grader.datasets.base import Split
from grader.datasets.digits import Digits
from grader.records.lab import Lab
from grader.runs.store import RunStore
from tests.faults import ERRORS, failing_disk
from tests.unit.grading import fake_kinds
from tests.unit.grading.fake_kinds import PNG, Classroom, Looks, looks_lab

Call = Callable[..., Any]


#: The errors take turns over the operations, so that each operation meets each.
every_fault = pytest.mark.parametrize("turn", range(len(ERRORS)))


class Forgetful(list[Any]):
    """Remembers no task, so that the arrays of fake kinds, which count them, are the same in every run."""

    def append(self, item: object) -> None:
        """Forget it."""


class Clock(datetime):
    """A clock that stands still until it is set."""

    shows = datetime.fromisoformat("2026-12-01T12:00:00+00:00")

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return cls.shows


def lab_of_looks(threshold: int = 0) -> Lab:
    """The lab of fake kinds, on the one dataset that needs no download."""
    lab = looks_lab(threshold=threshold, dataset="digits")
    (exercise,) = lab.exercises
    checks = tuple(
        msgspec.structs.replace(check, dataset="digits")
        for check in exercise.checks
        if isinstance(check, Looks)
    )
    return msgspec.structs.replace(
        lab, exercises=(msgspec.structs.replace(exercise, checks=checks),)
    )


@pytest.fixture
def classroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    """Two students, a lab, and a clock that stands still."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fake_kinds, "TASKS", Forgetful())
    monkeypatch.setattr(registry, "labs", lambda: {"looks": lab_of_looks()})
    monkeypatch.setattr(registry, "lab", lambda slug: lab_of_looks())
    digits = Split(images=np.zeros((20, 28, 28), np.uint8), labels=np.arange(20) % 10)
    monkeypatch.setattr(Digits, "load", lambda self, split: digits)
    monkeypatch.setattr(registry, "plugin_folders", list)
    monkeypatch.setattr("grader.grading.collect.time", SimpleNamespace(monotonic=lambda: 0.0))
    monkeypatch.setattr("grader.grading.grade.datetime", Clock)
    monkeypatch.setattr("grader.grading.rescore.datetime", Clock)
    for made in fake_kinds.classroom(tmp_path / "class", monkeypatch):
        made.hand_in("bruno", b__txt="beta", photo__png=PNG + b"bruno")
        yield made


def grade(call: Call, run: Path | str) -> Any:
    return call(
        *("grade", "looks", "class", "--out", run),
        *("--isolation", "none", "--jobs", "1"),
    )


def tree(folder: Path) -> dict[str, bytes]:
    """All files of a run but its lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def sweep(
    command: Callable[[Path], Any], start: Callable[[Path], None], place: Path, turn: int
) -> int:
    """Give a command on a disk that fails at every operation in turn, and once more on one that does not.

    Returns how many operations there were to fail at.
    """
    whole = place / "whole"
    start(whole)
    with failing_disk(whole) as disk:
        done = command(whole)
    assert done.code == 0, done.err
    expected = tree(whole)
    assert len(disk.operations) > 5

    for number in range(len(disk.operations)):
        run = place / f"run-{number}"
        start(run)
        error = ERRORS[(number + turn) % len(ERRORS)]
        with failing_disk(run, fails_at=number, error=error):
            failed = command(run)
        where = f"operation {number} ({disk.operations[number]}), {os.strerror(error)}"
        assert failed.code == 4, (where, failed.err)
        assert str(run) in failed.err, (where, failed.err)
        assert "Hint:" in failed.err, where
        assert "bug" not in failed.err, (where, failed.err)
        assert "Traceback" not in failed.err, where
        assert [path for path in run.rglob("*") if path.name.endswith(".tmp")] == [], where
        for name, content in tree(run).items():
            whole_files = (expected.get(name), tree_of_start(start, place).get(name))
            assert name == "rescore-begun.json" or content in whole_files, (where, name)

        assert command(run).code == 0, where
        assert tree(run) == expected, where
        shutil.rmtree(run)
    return len(disk.operations)


def tree_of_start(start: Callable[[Path], None], place: Path) -> dict[str, bytes]:
    """The files that were there before a command."""
    before = place / "before"
    if not before.exists():
        start(before)
    return tree(before) if before.exists() else {}


@pytest.mark.slow
@every_fault
def test_grading_survives_a_fault_at_every_write(
    call: Call, classroom: Classroom, tmp_path: Path, turn: int
) -> None:
    """The class is graded to the same bytes, wherever the disk failed."""
    assert sweep(lambda run: grade(call, run), lambda run: None, tmp_path / "runs", turn) > 5


@pytest.mark.slow
@every_fault
def test_judging_again_survives_a_fault_at_every_write(
    call: Call,
    classroom: Classroom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    turn: int,
) -> None:
    """Who changed is recorded once and in full, also where half of the results were written before."""
    graded = tmp_path / "graded"
    assert grade(call, graded).code == 0
    harder = lab_of_looks()
    (exercise,) = harder.exercises
    harder = msgspec.structs.replace(
        harder,
        exercises=(
            msgspec.structs.replace(
                exercise,
                points=6,
                checks=tuple(msgspec.structs.replace(check, points=2) for check in exercise.checks),
            ),
        ),
    )
    monkeypatch.setattr(registry, "labs", lambda: {"looks": harder})
    monkeypatch.setattr(registry, "lab", lambda slug: harder)

    def start(run: Path) -> None:
        shutil.copytree(graded, run)

    sweep(lambda run: call("rescore", run), start, tmp_path / "runs", turn)
    assert len((tmp_path / "runs/whole/rescores.jsonl").read_text().splitlines()) == 1


@pytest.mark.slow
@every_fault
def test_pages_in_another_language_survive_a_fault_at_every_write(
    call: Call, classroom: Classroom, tmp_path: Path, turn: int
) -> None:
    """Writing all pages anew goes on where it stopped."""
    graded = tmp_path / "graded"
    assert grade(call, graded).code == 0

    def start(run: Path) -> None:
        shutil.copytree(graded, run)

    sweep(lambda run: call("rescore", run, "--language", "fr"), start, tmp_path / "runs", turn)


def test_a_clock_that_jumps_back_changes_no_mark(
    call: Call, classroom: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence is told by digests, so a run of tomorrow holds today."""
    assert grade(call, "run").code == 0
    before = tree(Path("run"))
    monkeypatch.setattr(Clock, "shows", Clock.shows - timedelta(days=400))
    again = grade(call, "run")

    assert again.code == 0
    assert "2 kept from before" in again.out
    after = tree(Path("run"))
    assert after.pop("run.json") != before.pop("run.json")
    assert after == before


def test_a_course_is_made_to_its_end_after_a_fault(call: Call, tmp_path: Path) -> None:
    """`grader init` is given again until there is a course directory, and only then refuses."""
    with failing_disk(tmp_path / "whole") as disk:
        assert call("init", tmp_path / "whole").code == 0
    for number in range(len(disk.operations)):
        course = tmp_path / f"course-{number}"
        with failing_disk(course, fails_at=number, error=ERRORS[number % len(ERRORS)]):
            failed = call("init", course)
        assert (failed.code, str(course) in failed.err) == (4, True)
        assert "bug" not in failed.err
        assert call("init", course).code == 0
        assert tree(course) == tree(tmp_path / "whole")


def test_a_class_being_graded_is_not_taken_for_no_run(
    call: Call, classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command that reads a run says how far it is; after a killed grader, to grade again."""
    told: list[str] = []

    def look(store: RunStore, *more: object) -> None:
        for command in (("export", "run", "--to", "csv"), ("rescore", "run")):
            called = call(*command)
            assert called.code == 4
            told.append(called.err)
        raise KeyboardInterrupt

    monkeypatch.setattr(RunStore, "write_evidence", look)
    assert grade(call, "run").code == 130

    assert len(told) == 2
    assert all("still being graded, 0 of 2 submissions are collected" in text for text in told)
    for command in (("export", "run", "--to", "csv"), ("rescore", "run")):
        called = call(*command)
        assert (called.code, "run was not graded to its end" in called.err) == (4, True)
        assert "run the same `grader grade` command again" in called.err
