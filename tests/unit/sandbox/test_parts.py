"""The small parts that isolation is made of."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from grader.sandbox import Limits, Outcome, SealedMemfd, bubblewrap, cgroups, containers
from grader.sandbox.box import Box
from grader.sandbox.channel import PipeConnection, SocketConnection
from grader.sandbox.cleanup import remove_tree
from grader.sandbox.forked import occupied_bytes
from grader.sandbox.fresh_process import FreshStarter
from grader.sandbox.process import Target
from grader.sandbox.readable_paths import outermost, readable_paths
from tests.unit.sandbox import targets
from tests.unit.sandbox.conftest import said
from tests.unit.sandbox.targets import Task

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")


# --- channel ----------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 1_000_000])
def test_messages_arrive_whole(size: int) -> None:
    """Whatever its size, a message arrives as it was sent, with the descriptors sent along."""
    ours, theirs = (SocketConnection(end) for end in socket.socketpair())
    images = SealedMemfd(b"images")
    data = os.urandom(size)
    sender = threading.Thread(target=ours.send_bytes, args=(data, [images.fileno()]))
    sender.start()

    assert theirs.recv_bytes() == data
    assert bytes(theirs.recv_payload()) == b"images"
    assert bytes(theirs.recv_payload()) == b""
    sender.join()
    ours.close()
    with pytest.raises(EOFError):
        theirs.recv_bytes()
    theirs.close()
    images.close()


@POSIX
def test_messages_too_long_and_cut_off_are_errors() -> None:
    """The other side cannot make this one allocate what it likes, nor take a part for the whole."""
    ours, theirs = (SocketConnection(end) for end in socket.socketpair())
    ours.send_bytes(b"12345")
    with pytest.raises(ValueError, match="5 bytes where 4"):
        theirs.recv_bytes(4)
    theirs.close()
    ours.close()
    ours, theirs = (SocketConnection(end) for end in socket.socketpair())
    os.write(ours.fileno(), b"\0\0\0\x09half")
    ours.close()
    with pytest.raises(EOFError):
        theirs.recv_bytes()
    theirs.close()


def test_pipes_carry_the_same_messages() -> None:
    """What goes with a message follows it."""
    reading, writing = os.pipe()
    connection = PipeConnection(os.fdopen(reading, "rb"), os.fdopen(writing, "wb"))
    connection.send_bytes(b"head")
    connection.send_bytes(memoryview(b"images"))

    assert connection.recv_bytes() == b"head"
    assert bytes(connection.recv_payload()) == b"images"
    connection.send_bytes(b"12345")
    with pytest.raises(ValueError, match="5 bytes where 4"):
        connection.recv_bytes(4)
    connection.close()


@POSIX
def test_sealed_bytes_stay_as_they_are() -> None:
    """Content of any size can be read as often as wanted and written by nobody."""
    for content in (b"", b"x", os.urandom(100_000)):
        sealed = SealedMemfd(content)
        assert (sealed.size, bytes(sealed.read())) == (len(content), content)
        with pytest.raises(OSError, match=r"not permitted|Bad file"):
            os.write(sealed.fileno(), b"forged")
        sealed.close()
        sealed.close()


# --- files ------------------------------------------------------------------------------------


@POSIX
def test_trees_are_removed_whatever_they_hold(tmp_path: Path) -> None:
    """Odd names, closed folders, links, pipes and nesting beyond any path are removed; targets of links stay."""
    kept, tree = tmp_path / "kept", tmp_path / "tree"
    kept.mkdir()
    (kept / "file").touch()
    tree.mkdir()
    for name in ("-rf", "\n", "a" * 255, "\udcff", ".hidden"):
        (tree / name).touch()
    (tree / "link").symlink_to(kept)
    os.mkfifo(tree / "pipe")
    (tree / "closed").mkdir()
    (tree / "closed" / "inside").touch()
    (tree / "closed").chmod(0)
    here = os.open(tree, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d" * 100, dir_fd=here)
        below = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    assert remove_tree(tree)
    assert not tree.exists()
    assert (kept / "file").exists()
    assert remove_tree(tree)


@POSIX
def test_what_lies_on_disk_is_counted(tmp_path: Path) -> None:
    """Bytes are those on disk; more entries than can be counted are too many, and nothing is nothing."""
    assert occupied_bytes(tmp_path / "absent") == 0
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(os.urandom(100_000))
    (tmp_path / "sparse").touch()
    os.truncate(tmp_path / "sparse", 1 << 30)
    assert 100_000 <= occupied_bytes(tmp_path) < 1 << 20
    for number in range(2_001):
        (tmp_path / f"{number}").touch()
    assert occupied_bytes(tmp_path) == sys.maxsize


@POSIX
def test_only_what_python_needs_is_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package is readable, the folder it is developed in is not; nothing of the user's is."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package/__init__.py").touch()
    (tmp_path / "module.py").touch()
    (tmp_path / "labels.csv").touch()
    (tmp_path / "libraries").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    folders = [tmp_path / "libraries", tmp_path, Path.home(), Path("/")]
    monkeypatch.setenv("LD_LIBRARY_PATH", ":".join(map(str, folders)))
    trees = readable_paths(
        ["grader.evidence.models.probe.preload", "package.part", "module", "no_such_module"]
    )

    assert str((tmp_path / "package").resolve()) in trees
    assert str((tmp_path / "module.py").resolve()) in trees
    assert str((tmp_path / "libraries").resolve()) in trees
    for outside in (tmp_path, Path.home(), Path("/"), Path("/etc"), Path("/tmp")):  # noqa: S108
        assert not {str(outside), *map(str, outside.resolve().parents)} & set(trees)


@POSIX
def test_no_tree_lies_in_another(tmp_path: Path) -> None:
    """Only the outermost are named, links as themselves and as what they lead to."""
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a/b")
    folder = tmp_path.resolve()
    found = outermost([f"{folder}/a", f"{folder}/a/b", f"{folder}/link/", f"{folder}/x", "/", "a"])

    assert found == (f"{folder}/a", f"{folder}/link")


# --- command lines ----------------------------------------------------------------------------


def test_bubblewrap_shows_nothing_but_what_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Own namespaces, no rights, a clean environment, read-only folders, limited memory, then the program."""
    monkeypatch.setattr(bubblewrap, "find", lambda: "/usr/bin/bwrap")
    monkeypatch.setattr(bubblewrap, "knows", lambda option: True)
    (tmp_path / "link").symlink_to("folder")
    command = bubblewrap.wrap(
        ["python", "-I"],
        readable=[str(tmp_path), str(tmp_path / "link")],
        environment={"HOME": "/box"},
        folder_bytes=1000,
    )
    text = " ".join(command)

    assert command[0] == "/usr/bin/bwrap"
    assert command[-3:] == ["--", "python", "-I"]
    for part in (
        *("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent"),
        *("--new-session", "--cap-drop ALL", "--clearenv --", "--setenv HOME /box"),
        *(f"--ro-bind {tmp_path} {tmp_path}", f"--symlink folder {tmp_path}/link"),
        *("--size 1000 --tmpfs /box", "--remount-ro /", "--chdir /box"),
    ):
        assert part in text
    assert "--bind " not in text
    assert "--share" not in text


def test_old_bubblewrap_is_not_asked_for_what_it_does_not_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Versions before 0.7 and 0.8 lack two options; the filter of system calls stands in for them."""
    monkeypatch.setattr(bubblewrap, "find", lambda: "/usr/bin/bwrap")
    monkeypatch.setattr(bubblewrap, "knows", lambda option: False)
    command = bubblewrap.wrap(["python"], readable=[], environment={}, folder_bytes=1000)

    assert {"--disable-userns", "--size"} & set(command) == set()


def test_a_container_has_no_network_and_no_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine is mounted, the image is never fetched, and everything is limited."""
    monkeypatch.setattr(containers, "engine", lambda: "/usr/bin/podman")
    monkeypatch.setenv(containers.IMAGE_VARIABLE, "grader:1")
    command = containers.command(
        "grader-1-2", ["-c", "pass"], Limits(memory_bytes=1 << 30, threads=2)
    )
    text = " ".join(command)

    assert command[:2] == ["/usr/bin/podman", "run"]
    assert command[-4:] == ["grader:1", "-I", "-c", "pass"]
    for part in (
        *("--rm", "--network none", "--read-only", "--cap-drop ALL", "--pull never"),
        *("--security-opt no-new-privileges", "--user 65534:65534", "--pids-limit 512"),
        *("--cpus 2", f"--memory {3 << 30} --memory-swap {3 << 30}", "--name grader-1-2"),
    ):
        assert part in text
    assert not {"-v", "--volume", "--mount", "--privileged", "--env-host"} & set(command)
    assert containers.stop_command("grader-1-2") == ["/usr/bin/podman", "kill", "grader-1-2"]


def test_an_engine_counts_only_with_the_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that is there but does not answer, or lacks the image, is passed over."""
    for name, code in (("podman", 1), ("docker", 0)):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {code}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    containers.engine.cache_clear()
    assert containers.engine() == str(tmp_path / "docker")
    (tmp_path / "docker").unlink()
    containers.engine.cache_clear()
    assert containers.engine() is None
    containers.engine.cache_clear()


def test_systemd_limits_a_worker_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory without swap, and tasks; without systemd nothing stands before the command."""
    monkeypatch.setattr(cgroups, "_manager", lambda: ("/usr/bin/systemd-run", "--user"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    prefix = cgroups.prefix(Limits(memory_bytes=1 << 30))

    assert prefix[:3] == ["/usr/bin/systemd-run", "--user", "--scope"]
    assert prefix[-1] == "--"
    assert {f"MemoryMax={3 << 30}", "MemorySwapMax=0", "TasksMax=512"} <= set(prefix)
    assert cgroups.environment() == {"XDG_RUNTIME_DIR": "/run/user/1000"} | {
        name: value for name, value in os.environ.items() if name == "DBUS_SESSION_BUS_ADDRESS"
    }
    monkeypatch.setattr(cgroups, "_manager", tuple)
    assert (cgroups.prefix(Limits()), cgroups.environment()) == ([], {})


# --- a fresh process for every box ------------------------------------------------------------


def fresh(target: Target, *files: Path, wall_s: float = 20, **more: int) -> Outcome:
    limits = Limits(wall_s=wall_s, memory_bytes=256 << 20, file_bytes=1 << 20)
    starter = FreshStarter(f"{target.__module__}:{target.__qualname__}", (), limits, "none")
    try:
        with Box(starter, 1, limits) as box:
            path = "/nowhere"
            for file in files:
                path = box.bring(file)
            return box.ask(msgspec.json.encode(Task(path)), b"abcdefgh" if more else b"", **more)
    finally:
        starter.close()


def test_a_fresh_process_keeps_the_same_promise(tmp_path: Path) -> None:
    """Where nothing can be forked a process through pipes answers, fails and is ended likewise."""
    (tmp_path / "network.h5").write_text("the network")

    assert said(fresh(targets.reads_the_submitted_file, tmp_path / "network.h5")) == "the network"
    (tmp_path / "model.json").write_text("its layers")
    both = (tmp_path / "network.h5", tmp_path / "model.json")
    assert said(fresh(targets.reads_the_submitted_file, *both)) == "its layers"
    assert fresh(targets.echoes_bytes, expect=8).payload == b"abcdefgh"
    assert fresh(targets.sends_too_little, expect=8).status == "RE"
    assert fresh(targets.sends_nonsense).status == "RE"
    ended = fresh(targets.exits)
    assert (ended.status, ended.exitcode, ended.message) == ("RE", 3, "the reason why")
    assert fresh(targets.sleeps, wall_s=1).status == "TO"


@POSIX
def test_a_fresh_process_has_a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """It sees as little as a forked one."""
    monkeypatch.setenv("GITHUB_TOKEN", "secret")

    assert "GITHUB_TOKEN" not in said(fresh(targets.reports_surroundings))
    assert fresh(targets.dies_of_a_signal).exitsig == 11
    assert said(fresh(targets.takes_memory)) == "refused"
