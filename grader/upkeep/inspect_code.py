"""Read scripts and notebooks, isolated as always: what they build and train."""

from __future__ import annotations

from pathlib import Path

from grader.errors import NotOpenedError
from grader.evidence.code.collect import read_in_box
from grader.evidence.code.profile import PROFILE
from grader.evidence.code.record import CodeReading
from grader.grading.isolation import choose_level
from grader.records.evidence import Failure
from grader.sandbox import Isolation, Limits, Sandboxes
from grader.upkeep.not_opened import not_opened

#: Endings of files that are read as code.
ENDINGS = (".py", ".ipynb")
#: Bytes that a file of code may have.
_MOST_BYTES = 50 << 20


def is_code(path: Path) -> bool:
    """Whether something is a script or a notebook by its name."""
    return path.suffix.lower() in ENDINGS and not path.is_dir()


def inspect_code(path: Path, *, isolation: Isolation, limits: Limits | None = None) -> CodeReading:
    """Read a script or a notebook. Nothing of it is run.

    Args:
        path: The file.
        isolation: The isolation level it is read at; ``auto`` is the strongest that works here.
        limits: What reading it may use.

    Raises:
        NotOpenedError: It is too large, or no code that can be read.
        IsolationError: It cannot be isolated as asked for.
    """
    error = too_large(path.name, path.stat().st_size)
    if error is not None:
        raise error
    with Sandboxes(limits or Limits(), choose_level(isolation)) as sandboxes:
        reading = read_code({path.name: path}, sandboxes)
    if isinstance(reading, Failure):
        raise not_opened(reading)
    return reading


def too_large(file: str, size: int) -> NotOpenedError | None:
    """What is said of a file of code with more bytes than are read; None for others."""
    if size <= _MOST_BYTES:
        return None
    return NotOpenedError(
        f"{file} has more than {_MOST_BYTES >> 20} MB",
        hint="clear the outputs of the notebook and save it again",
    )


def read_code(files: dict[str, Path], sandboxes: Sandboxes) -> CodeReading | Failure:
    """Read scripts and notebooks together, in a process of their own.

    Args:
        files: What each is called, and where it lies.
        sandboxes: Where the process comes from.
    """
    with sandboxes.open(PROFILE) as box:
        return read_in_box(box, files, PROFILE.limits(sandboxes.limits))
