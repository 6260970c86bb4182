"""Run the program as a user does: in a process of its own, with a clean environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
#: The course of the demo, which most tests use: it asks for a digit classifier alone, whose data come with grader.
DIGITS_COURSE = REPOSITORY / "templates" / "demo"
SHARED = Path(os.environ.get("GRADER_SHARED") or REPOSITORY.parent / "shared")


def environment(**more: str) -> dict[str, str]:
    """The developer's environment without anything that steers the grader or names data."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GRADER_", "GITHUB_", "KERAS_"))
    }
    if "PYTHONPATH" in kept:  # relative to here, and the program runs elsewhere
        folders = kept["PYTHONPATH"].split(os.pathsep)
        kept["PYTHONPATH"] = os.pathsep.join(str(Path(folder).absolute()) for folder in folders)
    return kept | {"NO_COLOR": "1", "COLUMNS": "110"} | more


def asking_for_digits(settings: str = "") -> str:
    """What a `course.toml` holds, with the digit classifier alone asked for; its last table may be that of the lab."""
    table, line = "[labs.ml-assignment2]\n", 'exercises = ["3-handwritten"]\n'
    return f"{settings}{'' if table in settings else table}{line}"


def hear_ctrl_c() -> None:
    """For `preexec_fn`: shells start background work deaf to SIGINT, and the tests may be such work."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def grader(
    *arguments: str | Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    program: Sequence[str] = (sys.executable, "-m", "grader"),
) -> subprocess.CompletedProcess[str]:
    """Run ``grader ARGUMENTS`` in `cwd`; no data but the embedded ones unless `env` names some.

    Where neither the arguments nor `cwd` say which course it is, `grade` and `check` take `DIGITS_COURSE`.
    """
    homeless = {"HOME": str(cwd), "GRADER_CACHE": str(cwd / "cache")}
    return subprocess.run(
        [*program, *map(str, arguments)],
        cwd=cwd,
        env=environment(**homeless, **_course_of(arguments, cwd), **dict(env or {})),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def _course_of(arguments: Sequence[str | Path], cwd: Path) -> Mapping[str, str]:
    says = "--course" in arguments or (cwd / "course.toml").exists()
    if says or not arguments or arguments[0] not in ("grade", "check"):
        return {}
    return {"GRADER_COURSE": str(DIGITS_COURSE)}
