"""Read scripts and notebooks, and run them, isolated as always: what they build and train."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from grader.errors import NotOpenedError
from grader.evidence.base import OnStep, ignore_step
from grader.evidence.code.client import CodeClient
from grader.evidence.code.kept_trainings import ResumeFolder
from grader.evidence.code.merged import shown_code
from grader.evidence.code.profile import PROFILE, run_profile
from grader.evidence.code.record import CodeProblem
from grader.evidence.code.run import RunFiles, run_code
from grader.evidence.code.run_record import CodeShown, RunMode
from grader.evidence.code.served import SERVED
from grader.grading.isolation import choose_level
from grader.records.evidence import Failure
from grader.records.names import first_few
from grader.sandbox import Isolation, Limits, Sandboxes
from grader.upkeep.not_opened import not_opened

#: Endings of files that are read as code.
ENDINGS = (".py", ".ipynb")
#: Bytes that a file of code may have.
_MOST_BYTES = 50 << 20


@dataclass(frozen=True)
class RunCode:
    """How code is run."""

    mode: RunMode = "quick"
    on_step: OnStep = ignore_step
    """Told before every step."""
    resume: ResumeFolder | None = None
    """Where the trainings of a run as written are kept, and taken from; None to keep none."""


def is_code(path: Path) -> bool:
    """Whether something is a script or a notebook by its name."""
    return path.suffix.lower() in ENDINGS and not path.is_dir()


@dataclass(frozen=True)
class InspectedCode:
    """What there is to show of code."""

    shown: CodeShown
    scripts: Mapping[str, str]
    """The text of each script; those of notebooks are in `shown.notebooks`."""
    pictures: Mapping[int, bytes] = field(default_factory=dict)
    """Place in `shown.run.figures` to a small picture, PNG."""


def inspect_code(
    path: Path,
    *,
    isolation: Isolation,
    limits: Limits | None = None,
    run: RunCode | None = None,
) -> InspectedCode:
    """Read a script or a notebook, and run it.

    Args:
        path: The file.
        isolation: The isolation level of both; ``auto`` is the strongest that works here.
        limits: What reading it may use.
        run: How to run it; None to read it alone.

    Raises:
        NotOpenedError: The file is too large, or cannot be read.
        IsolationError: It cannot be isolated as asked for.
    """
    error = too_large(str(path), path.stat().st_size)
    if error is not None:
        raise error
    with Sandboxes(limits or Limits(), choose_level(isolation)) as sandboxes:
        inspected = read_and_run(RunFiles({path.name: path}), sandboxes, run)
    if isinstance(inspected, Failure):
        raise not_opened(inspected)
    return inspected


def read_and_run(
    files: RunFiles, sandboxes: Sandboxes, run: RunCode | None
) -> InspectedCode | Failure:
    """Read scripts and notebooks together, and run them.

    Args:
        files: The code, and what lies beside it.
        sandboxes: Where processes come from.
        run: How to run it; None to read it alone.

    Returns:
        A `Failure` where it cannot be read. Where it cannot be run, what was read is all there is.
    """
    with sandboxes.open(PROFILE) as box:
        reading = CodeClient(box, files.code, PROFILE.limits(sandboxes.limits)).read()
    if isinstance(reading, Failure):
        return reading
    scripts = {name: _text(path) for name, path in files.code.items() if not _is_notebook(name)}
    if run is None:
        return InspectedCode(shown_code(reading, None), scripts)
    profile = run_profile(run.mode)
    finished = run_code(
        lambda: sandboxes.open(profile),
        files,
        SERVED,
        profile.limits(sandboxes.limits),
        run.mode,
        run.on_step,
        resume=run.resume,
    )
    if isinstance(finished, Failure):
        problem = CodeProblem(
            where=first_few(list(files.code)), what="no-run", detail=finished.reason
        )
        told = msgspec.structs.replace(reading, problems=(*reading.problems, problem))
        return InspectedCode(shown_code(told, None), scripts)
    return InspectedCode(shown_code(reading, finished.run), scripts, finished.pictures)


def too_large(file: str, size: int) -> NotOpenedError | None:
    """What is said of a file of code with more bytes than are read; None for others."""
    if size <= _MOST_BYTES:
        return None
    return NotOpenedError(
        f"{file} has more than {_MOST_BYTES >> 20} MB",
        hint="clear the outputs of the notebook and save it again",
    )


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig", errors="replace")
