"""Workers are shared, replaced in time, and never to blame on a submission."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec
import psutil
import pytest

from grader.sandbox import Box, Level, Outcome, Sandbox, workers
from tests.unit.sandbox import targets
from tests.unit.sandbox.conftest import LIMITS, REQUEST, opened, profile_of, require, said
from tests.unit.sandbox.targets import Task

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="workers fork")


def ask(box: Box, file: str, path: Path | str = "", *, replay: bool = False) -> Outcome:
    return box.ask(msgspec.json.encode(Task(str(path), file)), replay=replay)


def worker_of(sandbox: Sandbox, *files: str) -> str:
    """The worker a new box gets; the box is asked for `files` first."""
    with sandbox.open() as box:
        told = [ask(box, file) for file in (*files, "who")]
    return said(told[-1]) if told[-1].status == "ok" else told[-1].status


def test_one_worker_serves_many_boxes() -> None:
    """What is imported once is imported once: boxes after each other share a worker."""
    with opened(targets.counts_its_siblings, "none") as sandbox:
        assert len({worker_of(sandbox) for _ in range(5)}) == 1


def test_boxes_at_once_have_workers_of_their_own() -> None:
    """A submission that is slow or huge does not stand in the way of another."""
    with (
        opened(targets.counts_its_siblings, "none") as sandbox,
        sandbox.open() as first,
        sandbox.open() as second,
    ):
        assert said(ask(first, "who")) != said(ask(second, "who"))


def test_a_worker_is_replaced_after_a_number_of_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing piles up in a worker over a large class."""
    monkeypatch.setattr(workers, "JOBS_PER_WORKER", 2)
    with opened(targets.counts_its_siblings, "none") as sandbox:
        seen = [worker_of(sandbox) for _ in range(5)]

    assert [seen.count(worker) for worker in dict.fromkeys(seen)] == [2, 2, 1]


def test_a_worker_is_replaced_after_a_process_died_on_a_signal() -> None:
    """A crash may have been an attempt at something; nothing that saw it goes on."""
    with opened(targets.counts_its_siblings, "none") as sandbox:
        before = worker_of(sandbox)
        assert worker_of(sandbox, "die") == "SG"
        assert worker_of(sandbox) != before


def test_a_lost_worker_is_no_fault_of_the_submission(tmp_path: Path) -> None:
    """When a worker dies all is asked once more of another, after the requests it builds on."""
    marker = tmp_path / "marker"
    marker.touch()
    with opened(targets.kills_its_worker_once, "none") as sandbox, sandbox.open() as box:
        assert said(ask(box, "first", replay=True)) == "first"
        assert said(ask(box, "kill", marker)) == "kill"
        assert not marker.exists()
        assert said(ask(box, "last")) == "last"


def test_a_second_loss_is_told_as_ours() -> None:
    """Two dead workers in a row are an error of the grader, not of the submission; others go on."""
    with opened(targets.kills_its_worker_once, "none") as sandbox:
        with sandbox.open() as box:
            assert ask(box, "kill always").status == "XX"
        with sandbox.open() as box:
            assert said(ask(box, "next")) == "next"


def test_a_file_is_whole_when_it_is_asked_again(tmp_path: Path) -> None:
    """The second process gets the submitted file from its beginning."""
    marker, network = tmp_path / "marker", tmp_path / "network.h5"
    marker.touch()
    network.write_bytes(b"x" * 3_000_000)
    with opened(_measures_and_kills, "none") as sandbox, sandbox.open() as box:
        path = box.bring(network)
        told = box.ask(msgspec.json.encode(Task(path, str(marker))))

    assert said(told) == "3000000"


def _measures_and_kills(connection: object, limits: object) -> None:
    assert isinstance(connection, targets.SocketConnection)
    request = msgspec.json.decode(connection.recv_bytes(), type=Task)
    if Path(request.file).exists():
        Path(request.file).unlink()
        os.kill(os.getppid(), 9)
        os.pause() if hasattr(os, "pause") else threading.Event().wait(60)
    targets.says(connection, str(Path(request.path).stat().st_size))


def test_a_worker_that_does_not_start_says_why() -> None:
    """What goes wrong while importing reaches staff, and is told as ours."""
    sandbox = Sandbox(
        profile_of(targets.counts_its_siblings, "no.such.module"), limits=LIMITS, level="none"
    )
    with sandbox.open() as box:
        outcome = box.ask(REQUEST)
    sandbox.close()

    assert outcome.status == "XX"
    assert "ModuleNotFoundError" in outcome.message


def test_closing_while_a_worker_starts_is_no_error_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption while everything is still being imported ends the request that waits for it."""
    (tmp_path / "starts_slowly.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.syspath_prepend(tmp_path)
    sandbox = Sandbox(
        profile_of(targets.counts_its_siblings, "starts_slowly"), limits=LIMITS, level="none"
    )
    told: list[Outcome] = []
    with sandbox.open() as box:
        waiting = threading.Thread(target=lambda: told.append(box.ask(REQUEST)))
        waiting.start()
        time.sleep(0.5)
        sandbox.close()
        waiting.join(30)

    assert [outcome.status for outcome in told] == ["SG"]
    assert "closed" in told[0].message


def test_a_thread_started_while_importing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forks of a process with threads hang now and then; better none at all."""
    if sys.platform != "linux":
        pytest.skip("threads are counted on Linux")
    (tmp_path / "starts_a_thread.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    sandbox = Sandbox(
        profile_of(targets.counts_its_siblings, "starts_a_thread"), limits=LIMITS, level="none"
    )
    with sandbox.open() as box:
        outcome = box.ask(REQUEST)
    sandbox.close()

    assert outcome.status == "XX"
    assert "thread" in outcome.message


def test_nothing_is_left_when_the_sandbox_is_closed(
    level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No process and no folder outlives it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    with opened(targets.counts_its_siblings, level) as sandbox, sandbox.open() as box:
        ask(box, "who")
        during = {process.pid for process in psutil.Process().children(recursive=True)}
        folders = list(tmp_path.iterdir())
    after = {process.pid for process in psutil.Process().children(recursive=True)}

    assert during > before
    assert len(folders) == (level != "strong")
    assert after <= before
    assert list(tmp_path.iterdir()) == []


def test_processes_end_with_the_grader(tmp_path: Path) -> None:
    """A grader that is killed leaves nobody and nothing behind, whatever its processes do."""
    level = require("medium") if sys.platform == "linux" else "none"
    script = (
        "import sys; sys.path[:] = sys.argv[2:]\n"
        "from grader.sandbox import Limits, Sandbox, SandboxProfile\n"
        "profile = SandboxProfile(target='tests.unit.sandbox.targets:spins')\n"
        "box = Sandbox(profile, limits=Limits(), level=sys.argv[1]).open()\n"
        "box.ask(b'{}')\n"
    )
    grader = subprocess.Popen(
        [sys.executable, "-c", script, level, *sys.path],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    try:
        deadline = time.monotonic() + 30
        descendants: list[psutil.Process] = []
        while len(descendants) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
            descendants = psutil.Process(grader.pid).children(recursive=True)
    finally:
        grader.kill()
        grader.wait()
    _, alive = psutil.wait_procs(descendants, timeout=20)

    assert len(descendants) >= 2
    assert alive == []
    assert list(tmp_path.glob("grader-box-*")) == []
