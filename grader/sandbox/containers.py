"""Command lines that run a submission in a container of rootless podman or docker.

The image carries the grader, in the version that runs outside; `docs/security.md` shows how to build it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

from grader.sandbox.outcome import Limits

#: Names the image, if it is not called ``grader``.
IMAGE_VARIABLE = "GRADER_IMAGE"

#: The folder in memory.
WORKING_FOLDER = "/box"

_ENGINES = ("podman", "docker")
_TASKS = 512
_WORKER_BYTES = 2 << 30
_TIMEOUT_S = 20


def image() -> str:
    """The image submissions are run in."""
    return os.environ.get(IMAGE_VARIABLE) or "grader"


@cache
def engine() -> str | None:
    """A program that runs containers, answers, and has the image; None where there is none."""
    for name in _ENGINES:
        program = shutil.which(name)
        if program is None:
            continue
        try:
            subprocess.run(  # noqa: S603
                [program, "image", "inspect", image()],
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            continue
        return program
    return None


def command(name: str, arguments: Sequence[str], limits: Limits) -> list[str]:
    """Run Python in a container without network and privileges, and with nothing of this machine mounted.

    Args:
        name: Of the container.
        arguments: Of Python.
        limits: What it may use.
    """
    memory = limits.memory_bytes + _WORKER_BYTES
    folder_bytes = limits.memory_bytes // 2 + limits.file_bytes
    return [
        engine() or _ENGINES[0],
        *("run", "--rm", "--interactive", "--name", name),
        *("--pull", "never", "--network", "none", "--read-only", "--user", "65534:65534"),
        *("--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
        *("--memory", str(memory), "--memory-swap", str(memory)),
        *("--pids-limit", str(_TASKS), "--cpus", str(limits.threads)),
        *("--tmpfs", f"{WORKING_FOLDER}:rw,noexec,nosuid,nodev,size={folder_bytes},mode=1777"),
        *("--workdir", WORKING_FOLDER, "--env", f"HOME={WORKING_FOLDER}", "--entrypoint", "python"),
        *(image(), "-I", *arguments),
    ]


def stop_command(name: str) -> list[str]:
    """End a container, whatever it does."""
    return [engine() or _ENGINES[0], "kill", name]
