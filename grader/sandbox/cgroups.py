"""Limits on a worker with all it starts, set by systemd where it runs: memory without swap, and tasks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from grader.sandbox.outcome import Limits

#: What a worker needs for itself with TensorFlow imported, and for payloads it shares.
_WORKER_BYTES = 2 << 30
_TASKS = 512
_ASKS_SYSTEMD = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")


def prefix(limits: Limits) -> list[str]:
    """What to put before a command so that it runs within limits; nothing if systemd cannot be used."""
    manager = _manager()
    return _scope(manager, limits) if manager else []


def environment() -> dict[str, str]:
    """What `systemd-run` needs to know; the program it starts sees none of it."""
    return _systemd_variables() if _manager() else {}


@cache
def available() -> bool:
    """Whether systemd sets limits here."""
    return bool(_manager())


@cache
def _manager() -> tuple[str, ...]:
    """The program and whose services it asks for, tried once; empty where it does not work."""
    program = shutil.which("systemd-run")
    if sys.platform != "linux" or program is None or not Path("/run/systemd/system").is_dir():
        return ()
    manager = (program,) if os.geteuid() == 0 else (program, "--user")
    command = [*_scope(manager, Limits()), "/bin/true"]
    try:
        environ = _systemd_variables()
        subprocess.run(command, env=environ, capture_output=True, timeout=10, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ()
    return manager


def _systemd_variables() -> dict[str, str]:
    return {name: os.environ[name] for name in _ASKS_SYSTEMD if name in os.environ}


def _scope(manager: tuple[str, ...], limits: Limits) -> list[str]:
    return [
        *manager,
        *("--scope", "--quiet", "--collect"),
        *("-p", f"MemoryMax={limits.memory_bytes + _WORKER_BYTES}"),
        *("-p", "MemorySwapMax=0"),
        *("-p", f"TasksMax={_TASKS}"),
        "--",
    ]
