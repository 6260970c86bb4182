"""Read scripts and notebooks, isolated as always: what they build and train."""

from __future__ import annotations

from collections.abc import Iterator
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
#: Bytes that a file may have.
_MOST_BYTES = 50 << 20


def is_code(path: Path) -> bool:
    """Whether something is a script, a notebook, or a folder, which may hold some."""
    return path.is_dir() or path.suffix.lower() in ENDINGS


def inspect_code(path: Path, *, isolation: Isolation, limits: Limits | None = None) -> CodeReading:
    """Read a script, a notebook, or all of them in a folder. Nothing of them is run.

    Args:
        path: The file or the folder.
        isolation: The isolation level they are read at; ``auto`` is the strongest that works here.
        limits: What reading them may use.

    Raises:
        NotOpenedError: There is no code, a file that is too large, or none that can be read.
        IsolationError: It cannot be isolated as asked for.
    """
    files = _files(path)
    limits = limits or Limits()
    level = choose_level(isolation)
    with Sandboxes(limits, level) as sandboxes, sandboxes.open(PROFILE) as box:
        reading = read_in_box(box, files, limits)
    if isinstance(reading, Failure):
        raise not_opened(reading)
    return reading


def _files(path: Path) -> dict[str, Path]:
    """What each file is called, and where it lies."""
    if path.is_file():
        found = {path.name: path}
    else:
        found = {item.relative_to(path).as_posix(): item for item in _code_below(path)}
    if not found:
        raise NotOpenedError(
            f"{path} holds no script and no notebook",
            hint=f"files that end in {' or '.join(ENDINGS)} are read",
        )
    large = next((item for item in found.values() if item.stat().st_size > _MOST_BYTES), None)
    if large is not None:
        raise NotOpenedError(
            f"{large} has more than {_MOST_BYTES >> 20} MB",
            hint="clear the outputs of the notebook and save it again",
        )
    return found


def _code_below(folder: Path) -> Iterator[Path]:
    """Scripts and notebooks, without what editors and systems keep beside them."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_kept = not any(part.startswith((".", "__")) for part in parts)
        if is_kept and path.suffix.lower() in ENDINGS and path.is_file() and not path.is_symlink():
            yield path
