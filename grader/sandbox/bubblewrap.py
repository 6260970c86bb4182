"""A second layer of isolation around a worker: its own namespaces, made by `bwrap`, which needs no privileges.

Inside there is what `readable` names, read-only, a folder in memory of limited size, and nothing else: no home, no
other process, no network.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

#: The folder in memory.
WORKING_FOLDER = "/box"

_NOBODY = "65534"
_DESCRIBES_THE_PROCESSOR = "/sys/devices/system"


@cache
def find() -> str | None:
    """Where the program is; None where it is not installed."""
    return shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin")


@cache
def knows(option: str) -> bool:
    """Whether the installed version has an option."""
    program = find()
    if program is None:
        return False
    helped = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)  # noqa: S603
    return option in helped.stdout.split()


def wrap(
    command: Sequence[str],
    *,
    readable: Sequence[str],
    environment: Mapping[str, str],
    folder_bytes: int,
) -> list[str]:
    """The command line that runs `command` inside.

    Args:
        command: The program and its arguments.
        readable: Files and folders to show inside, none within another.
        environment: All it sees.
        folder_bytes: How much the folder in memory holds.
    """
    wrapped = [
        find() or "bwrap",
        *("--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"),
        *("--cap-drop", "ALL", "--uid", _NOBODY, "--gid", _NOBODY, "--hostname", "sandbox"),
        "--clearenv",
    ]
    if knows("--disable-userns"):
        wrapped.append("--disable-userns")
    for name, value in environment.items():
        wrapped += ["--setenv", name, value]
    for path in readable:
        if Path(path).is_symlink():
            wrapped += ["--symlink", str(Path(path).readlink()), path]
        else:
            wrapped += ["--ro-bind", path, path]
    wrapped += ["--ro-bind-try", _DESCRIBES_THE_PROCESSOR, _DESCRIBES_THE_PROCESSOR]
    wrapped += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    if knows("--size"):
        wrapped += ["--size", str(folder_bytes)]
    return [
        *wrapped,
        "--tmpfs",
        WORKING_FOLDER,
        "--remount-ro",
        "/",
        "--chdir",
        WORKING_FOLDER,
        "--",
        *command,
    ]
