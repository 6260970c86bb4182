"""The threats of `docs/security.md`, each between two neighbours that must not notice."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.sandbox import Box, Level, Limits, Outcome, Sandbox
from tests.unit.sandbox.attackers import (
    DENIED,
    FINE,
    LEAVING,
    LIMITED,
    READING,
    WRITING,
    AttackTargets,
    performs,
)
from tests.unit.sandbox.conftest import profile_of, require, said
from tests.unit.sandbox.targets import Task

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="this isolation needs Linux")

LIMITS = Limits(wall_s=20, memory_bytes=512 << 20, file_bytes=1 << 20)
CANARY = "canary-7f3a"

#: What needs neither root nor a certain kernel, and harms nothing.
OPEN_WITHOUT_ISOLATION = (
    *(
        f"read: {name}"
        for name in ("labels", "another submission", "the run folder", "/etc/passwd")
    ),
    *(f"read: {name}" for name in ("/", "processes", "through a link", "after going there")),
    *(f"read: {name}" for name in ("from a folder's descriptor", "through its own root", "mounts")),
    *(f"read: {name}" for name in ("the grader's environment", "the worker's environment")),
    *(f"write: {name}" for name in ("a pipe", "beside its folder", "permissions", "times")),
    *(f"leave: {name}" for name in ("fork", "a subprocess", "a shell", "a daemon", "tcp", "udp")),
    *(f"leave: {name}" for name in ("an abstract socket", "listening", "a pair of sockets")),
    *(f"leave: {name}" for name in ("a signal to the worker", "killing the grader")),
    *(f"leave: {name}" for name in ("a signal by descriptor", "a signal by owning a file")),
    *(f"leave: {name}" for name in ("outliving the worker",)),
)


@pytest.fixture(scope="module", params=["medium", "strong"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    level: Level = require(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_TEST_TOKEN", CANARY)
        made = Sandbox(profile_of(performs), limits=LIMITS, level=level)
        yield made
        made.close()


@pytest.fixture(scope="module")
def aims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AttackTargets]:
    folder = tmp_path_factory.mktemp("run")
    neighbour = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    abstract = f"grader-test-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        unix.bind(f"\0{abstract}")
        unix.listen()
        yield AttackTargets(
            str(folder), server.getsockname()[1], abstract, os.getpid(), neighbour.pid
        )
    neighbour.kill()
    neighbour.wait()


def do(box: Box, what: str, aims: AttackTargets) -> Outcome:
    path = msgspec.json.encode(aims).decode()
    return box.ask(msgspec.json.encode(Task(path=path, file=what)))


def attack(sandbox: Sandbox, what: str, aims: AttackTargets) -> Outcome:
    """One attack between two neighbours, one of which has its box open all the while."""
    labels = Path(aims.folder, "labels.npy")
    labels.write_text(CANARY)
    Path(aims.folder, "other.h5").write_text(CANARY)
    before = (sorted(os.listdir(aims.folder)), labels.stat())  # noqa: PTH208
    with sandbox.open() as patient:
        assert said(do(patient, "nothing", aims)) == FINE
        with sandbox.open() as hostile:
            outcome = do(hostile, what, aims)
        assert said(do(patient, "nothing", aims)) == FINE
    with sandbox.open() as after:
        assert said(do(after, "look for loot", aims)) == FINE
    assert (sorted(os.listdir(aims.folder)), labels.stat()) == before  # noqa: PTH208
    assert labels.read_text() == CANARY
    os.kill(aims.neighbour, 0)
    assert CANARY not in str(outcome)
    return outcome


def test_the_attacks_are_real(aims: AttackTargets) -> None:
    """Without isolation the same attacks succeed, so that a denial says something about it."""
    sandbox = Sandbox(profile_of(performs), limits=LIMITS, level="none")
    Path(aims.folder, "labels.npy").write_text(CANARY)
    Path(aims.folder, "other.h5").write_text(CANARY)
    told = {}
    for what in OPEN_WITHOUT_ISOLATION:
        with sandbox.open() as box:
            told[what] = said(do(box, what, aims))
    sandbox.close()

    assert {what: text for what, text in told.items() if not text.startswith("got")} == {}


@pytest.mark.parametrize("what", [f"read: {name}" for name in READING])
def test_nothing_outside_is_read(sandbox: Sandbox, aims: AttackTargets, what: str) -> None:
    """Labels, other submissions, the machine's set-up, other processes' memory and environment stay closed."""
    assert said(attack(sandbox, what, aims)).startswith(DENIED)


@pytest.mark.parametrize("what", [f"write: {name}" for name in WRITING])
def test_nothing_outside_is_written(sandbox: Sandbox, aims: AttackTargets, what: str) -> None:
    """No file outside the process's own folder is made, changed, moved or removed, whoever owns it."""
    assert said(attack(sandbox, what, aims)).startswith(DENIED)


@pytest.mark.parametrize("what", [f"leave: {name}" for name in LEAVING])
def test_nothing_gets_out(sandbox: Sandbox, aims: AttackTargets, what: str) -> None:
    """No program, process, socket, signal, namespace or door of the kernel's is to be had."""
    assert said(attack(sandbox, what, aims)).startswith(DENIED)


@pytest.mark.parametrize("what", [f"limit: {name}" for name in LIMITED])
def test_what_is_taken_is_limited(sandbox: Sandbox, aims: AttackTargets, what: str) -> None:
    """Threads, memory, files and output end somewhere."""
    assert said(attack(sandbox, what, aims)).startswith(DENIED)


def test_the_grader_is_not_inherited(sandbox: Sandbox, aims: AttackTargets) -> None:
    """The process itself has nothing of the grader's environment, and no file of it open."""
    assert said(attack(sandbox, "its own secrets", aims)) == FINE
    assert said(attack(sandbox, "open descriptors", aims)) == FINE


def test_a_call_for_another_processor_is_deadly(sandbox: Sandbox, aims: AttackTargets) -> None:
    """The numbers of 32-bit programs are no way around the table."""
    if platform.machine() != "x86_64":
        pytest.skip("a way to call that only x86-64 has")
    outcome = attack(sandbox, "another processor", aims)

    assert (outcome.status, outcome.exitsig) in {("SG", signal.SIGSYS), ("SG", signal.SIGSEGV)}


def test_an_abort_leaves_no_core(sandbox: Sandbox, aims: AttackTargets) -> None:
    """Dying on purpose is told as what it is."""
    outcome = attack(sandbox, "abort", aims)

    assert (outcome.status, outcome.exitsig) == ("SG", signal.SIGABRT)


def test_noise_is_no_answer(sandbox: Sandbox, aims: AttackTargets) -> None:
    """What is printed goes to a log nobody waits for."""
    assert said(attack(sandbox, "noise", aims)) == FINE


def test_loot_is_gone_before_the_next(sandbox: Sandbox, aims: AttackTargets) -> None:
    """Odd names, closed folders and links are removed, and no link is followed doing so."""
    assert said(attack(sandbox, "leave loot", aims)) == FINE
    with sandbox.open() as box:
        assert said(do(box, "other folders", aims)).startswith(DENIED)


def test_endless_folders_are_gone_too(sandbox: Sandbox, aims: AttackTargets) -> None:
    """A tree deeper than any path may be is removed, if the process is not ended for it before."""
    outcome = attack(sandbox, "leave endless folders", aims)

    assert outcome.status == "ok" or "written to disk" in outcome.message
