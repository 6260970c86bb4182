"""The self-test names the level that holds, and fails closed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from grader.sandbox import Level, bubblewrap, containers, landlock, seccomp, selftest
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.selftest import Assessment, assess, attack_level

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="this isolation needs Linux")


@pytest.fixture(autouse=True)
def assessed_anew() -> Iterator[None]:
    """What one test finds out about this machine holds for no other."""
    assess.cache_clear()
    yield
    assess.cache_clear()


def test_isolation_holds(isolated: Level) -> None:
    """Every attack of the self-test fails at a level that isolates."""
    assert attack_level(isolated) == ()
    assert assess(isolated).level == isolated


def test_attacks_succeed_without_isolation() -> None:
    """The self-test would notice: without isolation its attacks get through."""
    succeeded = attack_level("none")

    assert {
        *("read a file", "list a folder", "write a file", "leave a file behind"),
        *("connect to a port", "start a process", "execute a program", "signal the grader"),
        *("read the grader's environment", "change a file's permissions"),
    } <= set(succeeded)


def test_the_strongest_level_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels are tried from the strongest on, and those that fail are told with the reason."""
    monkeypatch.setattr(selftest, "_missing", lambda level: "" if level == "medium" else "absent")
    monkeypatch.setattr(selftest, "attack_level", lambda level: ())

    assert assess() == Assessment(level="medium", troubles={"strong": "absent"})


@pytest.mark.parametrize(
    "breach",
    [
        lambda level: ("read a file",),
        lambda level: (_ for _ in ()).throw(
            OSError("bwrap: setting up uid map: Permission denied")
        ),
        lambda level: (_ for _ in ()).throw(EOFError()),
        lambda level: (_ for _ in ()).throw(ValueError("nonsense")),
    ],
    ids=["breached", "does not start", "no answer", "nonsense"],
)
def test_whatever_goes_wrong_counts_against_a_level(
    monkeypatch: pytest.MonkeyPatch, breach: object
) -> None:
    """One attack that succeeds, or a box that does not work, and the level does not hold."""
    monkeypatch.setattr(selftest, "_missing", lambda level: "")
    monkeypatch.setattr(selftest, "attack_level", breach)
    found = assess()

    assert found.level == "none"
    assert found.troubles.keys() == {"strong", "medium", "container"}
    assert all("self-test" in trouble for trouble in found.troubles.values())


@pytest.mark.parametrize("level", ["strong", "medium", "container"])
def test_a_level_asked_for_is_never_replaced_silently(
    monkeypatch: pytest.MonkeyPatch, level: Level
) -> None:
    """Where the level asked for does not hold nothing else is taken for it."""
    monkeypatch.setattr(selftest, "_missing", lambda level: "absent")

    assert assess(level) == Assessment(level="none", troubles={level: "absent"})


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """No bubblewrap, no Landlock, an unknown processor, another system: each is told as such."""
    monkeypatch.setattr(containers, "engine", lambda: None)
    monkeypatch.setattr(bubblewrap, "find", lambda: None)
    assert "bubblewrap" in selftest._missing("strong")
    assert "image 'grader'" in selftest._missing("container")
    monkeypatch.setattr(seccomp, "architecture", lambda: None)
    assert "system calls" in selftest._missing("medium")
    monkeypatch.setattr(landlock, "interface_version", lambda: 0)
    assert "Landlock" in selftest._missing("medium")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "this system" in selftest._missing("medium")
    assert assess().level == "none"


def test_isolation_that_cannot_be_enabled_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """A process that cannot be isolated never gets to the submission; the self-test sees it end."""
    monkeypatch.setattr(bubblewrap, "find", lambda: "/bin/false")

    assert "self-test does not run" in selftest._broken_by("strong")


def test_an_attack_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The self-test itself cannot be made to wait for ever."""
    monkeypatch.setattr(selftest, "_LIMITS", Limits(wall_s=0.5))
    monkeypatch.setattr(selftest, "__name__", __name__)
    monkeypatch.setitem(globals(), "attack", attack)
    started = time.monotonic()

    assert "self-test does not run" in selftest._broken_by("none")
    assert time.monotonic() - started < 15


def attack(connection: Connection, limits: Limits) -> None:
    """Stands in for the attacks, and never answers."""
    connection.recv_bytes()
    time.sleep(60)


def test_a_container_may_do_what_it_likes_with_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds one submission and is thrown away; reading, writing and networks outside still count."""
    monkeypatch.setattr(
        selftest,
        "_exchange",
        lambda process, aims: ("start a process", "execute a program", "connect to a port"),
    )

    class Started:
        def start(self, number: int, files: Sequence[int]) -> None:
            return None

        def close(self) -> None:
            return None

    monkeypatch.setattr(selftest, "make_starter", lambda *arguments: Started())

    assert attack_level("container") == ("connect to a port",)


def test_the_self_test_prints_nothing_and_leaves_nothing(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs before every grading, so it prints nothing and leaves nothing behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assess("medium")

    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_without_user_namespaces_the_next_level_holds(tmp_path: Path) -> None:
    """Without user namespaces bubblewrap fails, which is reported, and `medium` holds."""
    script = (
        "import sys; sys.path[:] = sys.argv[1:]\n"
        "from grader.sandbox.selftest import assess\n"
        "found = assess(); print(found.level, found.troubles)\n"
    )
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh"]
    ended = subprocess.run(
        [*command, sys.executable, "-c", script, *sys.path],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    if ended.returncode:
        pytest.skip(f"no user namespace to try it in: {ended.stderr.strip()[-200:]}")
    if assess("medium").level != "medium":
        pytest.skip("no Landlock either")

    assert ended.stdout.startswith("medium {'strong': ")
    assert assess("strong").level == "none" or "bwrap" in ended.stdout
