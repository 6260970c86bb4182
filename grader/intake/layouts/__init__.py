"""Layouts: how an LMS, a tool or a person lays out the submissions of a class, one a module.

A layout is a module that defines ``LAYOUT``, or an entry point of the group ``grader.layouts``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader import registry
from grader.records.submission import Identity

#: The layout of a folder that no other recognises.
PLAIN = "plain"


@dataclass(frozen=True)
class Part:
    """A file or a folder that belongs to a submission."""

    path: Path
    """Where it lies."""
    name: str = ""
    """Its path within the submission; empty for a folder whose files stand at the top of it."""


@dataclass(frozen=True)
class Attempt:
    """What one person handed in at one time."""

    source: str
    """The name of its folder or file, as the instructor sees it."""
    parts: tuple[Part, ...]
    identity: Identity
    received_at: datetime | None = None
    """When it came in, where the layout states it; None takes the time of its newest file."""
    marked_late: bool = False
    """Whether the LMS marked it as late."""
    number: int = 1
    """Its place among the attempts of one person, where the layout counts them."""


@dataclass(frozen=True)
class LeftOut:
    """Something beside the submissions that is none."""

    name: str
    """Of the file or folder."""
    reason: str
    """Key of the catalogues' ``[left-out]``: ``system-file``, ``document``, ``no-owner`` ..."""


@dataclass(frozen=True)
class Listing:
    """What a layout found in a folder."""

    attempts: tuple[Attempt, ...]
    left_out: tuple[LeftOut, ...] = ()
    texts: int = 0
    """How many online texts were among them."""


@dataclass(frozen=True)
class Layout:
    """A way in which the submissions of a class lie in a folder."""

    title: str
    """What it is called: ``Moodle download``."""
    recognise: Callable[[Sequence[Path]], float]
    """Share of a folder's entries that are of this layout, 0 to 1; by their names, and at most a small file."""
    read: Callable[[Path], Listing]
    """The attempts in a folder that is of this layout."""


def layout(name: str) -> Layout:
    """The layout of that name.

    Raises:
        UnknownNameError: There is none.
    """
    found: Layout = registry.LAYOUTS.get(name)
    return found


def recognise(folder: Path) -> str:
    """The name of the layout that most entries of a folder are of; `PLAIN` where none is recognised."""
    entries = sorted(folder.iterdir())
    shares = {name: known.recognise(entries) for name, known in registry.LAYOUTS.all().items()}
    shares.pop(PLAIN, None)
    best = max(shares, key=lambda name: shares[name], default=PLAIN)
    return best if shares.get(best, 0.0) >= 0.5 else PLAIN
