"""Find out which isolation levels hold on this machine, by attacking them from inside.

A level holds only if every attack failed in a real box, started as all boxes are. Whatever goes wrong counts
against it: an attack that succeeds, a box that does not answer, a mechanism that cannot be enabled.
"""

from __future__ import annotations

import os
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec

from grader.records.base import Record
from grader.sandbox import bubblewrap, cgroups, containers, kernel, landlock, seccomp
from grader.sandbox.box import make_starter
from grader.sandbox.channel import Connection
from grader.sandbox.levels import LEVELS, Isolation, Level
from grader.sandbox.outcome import Limits
from grader.sandbox.process import Process
from grader.sandbox.profile import SandboxProfile
from grader.sandbox.scratch import scratch_folder
from grader.sandbox.sealed_memfd import SealedMemfd
from grader.storage import storing_temporarily

_LIMITS = Limits(wall_s=20, memory_bytes=1 << 30)
_REPORT_BYTES = 1 << 16
_PTRACE_SEIZE = 0x4206
_CLONE_NEWUSER = 0x10000000


class Assessment(Record, frozen=True, kw_only=True):
    """The isolation level that holds."""

    level: Level
    troubles: dict[str, str] = {}
    """Why levels that were tried before it do not hold."""
    cgroups: bool = False
    """Whether systemd limits the memory of each worker as a whole besides."""


class AttackTargets(Record, frozen=True, kw_only=True):
    """What the attacks aim at."""

    folder: str
    canary: str
    """A file in it that must not be read."""
    port: int
    """A port of this machine that the grader listens on."""
    grader: int
    """The trusted process."""


class Report(Record, frozen=True, kw_only=True):
    """The result of the attacks."""

    succeeded: tuple[str, ...]


@cache
def assess(isolation: Isolation = "auto") -> Assessment:
    """The strongest level that holds, or the one asked for if it does; else ``none``, and why."""
    troubles: dict[str, str] = {}
    for level in LEVELS if isolation == "auto" else (isolation,):
        trouble = "" if level == "none" else _missing(level) or _broken_by(level)
        if not trouble:
            return Assessment(level=level, troubles=troubles, cgroups=cgroups.available())
        troubles[level] = trouble
    return Assessment(level="none", troubles=troubles, cgroups=cgroups.available())


def _missing(level: Level) -> str:
    """What this machine lacks for a level; empty where all is there."""
    if level == "container":
        image = containers.image()
        return "" if containers.engine() else f"no podman or docker that has the image '{image}'"
    if sys.platform != "linux":
        return "this system has no such isolation"
    if landlock.interface_version() == 0:
        return "the kernel has no Landlock, or it is switched off"
    if seccomp.architecture() is None:
        return f"no filter of system calls is known for {os.uname().machine}"
    if level == "strong" and bubblewrap.find() is None:
        return "bubblewrap is not installed"
    return ""


def _broken_by(level: Level) -> str:
    """Which attacks succeed at a level, or what else is wrong; empty where it holds."""
    try:
        succeeded = attack_level(level)
    except (OSError, EOFError, ValueError, RuntimeError) as error:
        return f"the self-test does not run: {error or type(error).__name__}"
    return f"the self-test broke out: {', '.join(succeeded)}" if succeeded else ""


def attack_level(level: Level) -> tuple[str, ...]:
    """The names of the attacks that succeed in a box of a level.

    Raises:
        OSError: The box cannot be started.
        EOFError: It did not answer.
        ValueError: It answered with nonsense.
        StorageError: There is no room for temporary files, which tells nothing of the level.
    """
    starter = make_starter(SandboxProfile(target=f"{__name__}:attack"), _LIMITS, level)
    try:
        with (
            scratch_folder("selftest") as folder,
            _listening() as listener,
        ):
            canary = folder / "canary"
            with storing_temporarily():
                canary.write_bytes(secrets.token_bytes(16))
            targets = AttackTargets(
                folder=str(folder),
                canary=str(canary),
                port=listener.getsockname()[1],
                grader=os.getpid(),
            )
            before = sorted(os.listdir(folder))  # noqa: PTH208
            try:
                succeeded = _exchange(starter.start(1, ()), targets)
            except (OSError, EOFError, ValueError):
                starter.has_own_room()
                raise
            changed = sorted(os.listdir(folder)) != before  # noqa: PTH208
            if changed:
                succeeded = (*succeeded, "leave a file behind")
            harmless = _WITHIN_A_CONTAINER if level == "container" else frozenset()
            return tuple(name for name in succeeded if name not in harmless)
    finally:
        starter.close()


def _listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def _exchange(process: Process, targets: AttackTargets) -> tuple[str, ...]:
    watchdog = threading.Timer(_LIMITS.wall_s, process.interrupt)
    watchdog.daemon = True
    watchdog.start()
    token = SealedMemfd(secrets.token_bytes(16))
    trouble: Exception | None = None
    report = b""
    try:
        process.send(msgspec.json.encode(targets), token)
        report = process.receive(_REPORT_BYTES)
        if process.receive(token.size) != token.read():
            raise ValueError("the payload came back changed")
    except (OSError, EOFError, ValueError) as error:
        trouble = error
    finally:
        watchdog.cancel()
        process.end(0)
        token.close()
    if trouble is not None:
        raise type(trouble)(process.log_tail() or str(trouble))
    return msgspec.json.decode(report, type=Report).succeeded


def attack(connection: Connection, limits: Limits) -> None:
    """Runs in the box: try to break out, and report which attempts succeeded."""
    targets = msgspec.json.decode(connection.recv_bytes(), type=AttackTargets)
    token = bytes(connection.recv_payload())
    Path("own").write_bytes(token)
    succeeded = tuple(name for name, attempt in _ATTACKS.items() if _succeeds(attempt, targets))
    connection.send_bytes(msgspec.json.encode(Report(succeeded=succeeded)))
    connection.send_bytes(Path("own").read_bytes())


def _succeeds(attempt: Callable[[AttackTargets], object], targets: AttackTargets) -> bool:
    try:
        attempt(targets)
    except OSError:
        return False
    return True


def _execute(targets: AttackTargets) -> None:
    """A program that is not there: if programs may be executed at all, that is the error."""
    try:
        os.execv(f"{targets.folder}/nothing", ["nothing"])  # noqa: S606
    except FileNotFoundError:
        return


def _fork(targets: AttackTargets) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _connect(targets: AttackTargets) -> None:
    socket.create_connection(("127.0.0.1", targets.port), 1).close()


def _look_into(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


def _call(name: str, *arguments: int) -> None:
    architecture = seccomp.architecture()
    if architecture is not None:
        kernel.syscall(architecture.numbers[name], *arguments)


def _trace(targets: AttackTargets) -> None:
    _call("ptrace", _PTRACE_SEIZE, os.getppid(), 0, 0)


def _enter_namespace(targets: AttackTargets) -> None:
    _call("unshare", _CLONE_NEWUSER)


#: What a container does to itself alone, which holds one submission and is thrown away.
_WITHIN_A_CONTAINER = frozenset(
    {
        *("start a process", "execute a program", "signal the worker", "signal the grader"),
        *("read the worker's environment", "trace the worker", "enter a user namespace"),
    }
)

_ATTACKS: dict[str, Callable[[AttackTargets], object]] = {
    "read a file": lambda targets: Path(targets.canary).read_bytes(),
    "list a folder": lambda targets: os.listdir(targets.folder),  # noqa: PTH208
    "write a file": lambda targets: Path(targets.folder, "mark").write_bytes(b"mark"),
    "change a file's permissions": lambda targets: Path(targets.canary).chmod(0o644),
    "connect to a port": _connect,
    "start a process": _fork,
    "execute a program": _execute,
    "signal the worker": lambda targets: os.kill(os.getppid(), 0),
    "signal the grader": lambda targets: os.kill(targets.grader, 0),
    "read the worker's environment": lambda targets: _look_into(os.getppid()),
    "read the grader's environment": lambda targets: _look_into(targets.grader),
    "trace the worker": _trace,
    "enter a user namespace": _enter_namespace,
}
