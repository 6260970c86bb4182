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
from grader.people.names import distinct
from grader.records.submission import Identity

#: What ``gh classroom clone`` adds to the assignment's name for the folder of its clones.
_CLONES = "-submissions"


def recognise(entries: Sequence[Path]) -> Sequence[Path]:
    """Folders that are repositories."""
    return [entry for entry in entries if is_folder(entry / ".git")]


def read(entries: Sequence[Path]) -> Listing:
    """One attempt for each repository."""
    clones = recognise(entries)
    logins = _logins(clones)
    return Listing(
        attempts=tuple(_attempt(clone, logins[clone]) for clone in clones),
        left_out=others(entries, clones),
    )


def _logins(clones: Sequence[Path]) -> dict[Path, list[str]]:
    """The logins that each name may end with, the likeliest first.

    The folder of the clones says what stands before them. Else it is what all names begin with up to a dash, or less of
    it, since logins may begin alike.
    """
    names = {clone: clone.name for clone in clones}
    if clones and clones[0].parent.name.endswith(_CLONES):
        stated = clones[0].parent.name.removesuffix(_CLONES) + "-"
        if all(name.startswith(stated) for name in names.values()):
            return {clone: [name.removeprefix(stated)] for clone, name in names.items()}
    words = common_start(list(names.values()), "-").split("-")[:-1]
    starts = ["".join(f"{word}-" for word in words[:count]) for count in range(len(words) + 1)]
    ordered = starts if len(clones) == 1 else starts[::-1]
    return {clone: [name.removeprefix(start) for start in ordered] for clone, name in names.items()}


def _attempt(clone: Path, logins: Sequence[str]) -> Attempt:
    likely, whole = readable(logins[0]), readable(clone.name)
    return Attempt(
        source=whole,
        parts=(Part(clone),),
        identity=Identity(ids=distinct([likely, whole, *map(readable, logins)]), names=(likely,)),
        received_at=last_commit_time(clone / ".git"),
    )


LAYOUT = Layout(title="GitHub Classroom clones", recognise=recognise, read=read)
