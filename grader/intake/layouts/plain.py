"""Plain folders: a sub-folder is a student, and so is a file beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.intake.layouts import Attempt, Layout, Listing, Part
from grader.intake.naming import is_litter, natural_key, readable
from grader.records.submission import Identity

#: Files of ours that may lie among the submissions.
RESERVED_FILES = frozenset({"samples.toml", "roster.csv"})


def recognise(entries: Sequence[Path]) -> float:
    """Never by itself: it is what remains."""
    return 0.0


def read(folder: Path) -> Listing:
    """One attempt for each sub-folder and for each file."""
    entries = sorted(
        filter(_is_submission, folder.iterdir()), key=lambda item: natural_key(item.name)
    )
    return Listing(attempts=tuple(map(_attempt, entries)))


def _attempt(entry: Path) -> Attempt:
    name = readable(entry.name if entry.is_dir() else entry.stem)
    part = Part(entry) if entry.is_dir() else Part(entry, readable(entry.name))
    return Attempt(
        source=readable(entry.name),
        parts=(part,),
        identity=Identity(ids=(name,), names=(name,)),
    )


def _is_submission(entry: Path) -> bool:
    if is_litter(entry.name) or entry.name in RESERVED_FILES or entry.is_symlink():
        return False
    if entry.is_dir():
        is_run = (entry / "run.json").exists() and (entry / "evidence").is_dir()
        return not is_run
    return entry.is_file()


LAYOUT = Layout(title="one folder or file for each student", recognise=recognise, read=read)
