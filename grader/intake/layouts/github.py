"""Clones of GitHub Classroom and Classroom 50: ``lab-username/``, a repository each.

The time is that of the last commit, as its author's machine states it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.intake.commits import last_commit_time
from grader.intake.layouts import Attempt, Layout, Listing, Part
from grader.intake.layouts.entries import common_start, is_folder, others
from grader.intake.naming import readable
from grader.records.submission import Identity

#: What ``gh classroom clone`` adds to the assignment's name for the folder of its clones.
_CLONES = "-submissions"


def recognise(entries: Sequence[Path]) -> Sequence[Path]:
    """Folders that are repositories."""
    return [entry for entry in entries if is_folder(entry / ".git")]


def read(entries: Sequence[Path]) -> Listing:
    """One attempt for each repository."""
    clones = recognise(entries)
    assignment = _assignment(clones)
    return Listing(
        attempts=tuple(_attempt(clone, assignment) for clone in clones),
        left_out=others(entries, clones),
    )


def _assignment(clones: Sequence[Path]) -> str:
    """What all names begin with, up to a dash: from the name of their folder, else from the names."""
    names = [clone.name for clone in clones]
    if clones and clones[0].parent.name.endswith(_CLONES):
        stated = clones[0].parent.name.removesuffix(_CLONES) + "-"
        if all(name.startswith(stated) for name in names):
            return stated
    return common_start(names, "-") if len(names) > 1 else ""


def _attempt(clone: Path, assignment: str) -> Attempt:
    login, whole = readable(clone.name.removeprefix(assignment)), readable(clone.name)
    return Attempt(
        source=whole,
        parts=(Part(clone),),
        identity=Identity(ids=tuple(dict.fromkeys((login, whole))), names=(login,)),
        received_at=last_commit_time(clone / ".git"),
    )


LAYOUT = Layout(title="GitHub Classroom clones", recognise=recognise, read=read)
