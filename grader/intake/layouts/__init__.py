"""Layouts: how an LMS, a tool or a person lays out the submissions of a class, one a module.

A layout is a module that defines ``LAYOUT``, or an entry point of the group ``grader.layouts``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader import registry
from grader.intake.layouts.entries import Entries, is_document, is_folder, left_out, list_entries
from grader.records.submission import Identity, LeftOut

#: The layout of a folder that no other recognises.
PLAIN = "plain"

#: A folder with everything in it may itself lie in one, so often at most.
_MAX_WRAPPERS = 3
#: What folders with everything in them are called, besides by the name of the folder they lie in.
_WRAPPERS = frozenset({"submissions", "submitted"})


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
    """None for a person who handed in a text and no file."""
    identity: Identity
    received_at: datetime | None = None
    """When it came in, where the layout states it; without a zone where an LMS states none."""
    marked_late: bool = False
    """Whether the LMS marked it as late."""
    number: int | None = None
    """Its place among the attempts of one person, where the layout counts them: those of one id are one person's."""


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
    recognise: Callable[[Sequence[Path]], Sequence[Path]]
    """Those of a folder's entries that are of this layout; by their names, and at most a look into each."""
    read: Callable[[Sequence[Path]], Listing]
    """The attempts among the entries of a folder that is of this layout."""


@dataclass(frozen=True)
class Place:
    """Where the submissions of a class lie, and how."""

    entries: Entries
    """What lies there."""
    layout: str
    """The name of the layout."""


def layout(name: str) -> Layout:
    """The layout of that name.

    Raises:
        UnknownNameError: There is none.
    """
    found: Layout = registry.LAYOUTS.get(name)
    return found


def recognise(folder: Path, *, layout_name: str = "") -> Place:
    """Where the submissions lie, in `folder` or in a lone folder in it, and the layout that most entries are of.

    Args:
        folder: Of submissions.
        layout_name: The layout they are of; empty finds out.

    Raises:
        UsageError: The folder cannot be read.
    """
    names = [layout_name] if layout_name else list(registry.LAYOUTS.names())
    return _recognise(folder, names, layout_name or PLAIN, _MAX_WRAPPERS)


def _recognise(folder: Path, names: Sequence[str], otherwise: str, depth: int) -> Place:
    entries = list_entries(folder)
    shares = {name: _share(name, entries.usable) for name in names}
    best = max(shares, key=lambda name: shares[name], default=otherwise)
    if shares.get(best, 0.0) >= 0.5:
        return Place(entries, best)
    inner = _inner(entries.usable)
    if inner is not None and depth:
        found = _recognise(inner, names, otherwise, depth - 1)
        known = found.layout != PLAIN and layout(found.layout).recognise(found.entries.usable)
        if known or inner.name in _WRAPPERS | {folder.name}:
            beside = [left_out(entry, "beside") for entry in entries.usable if entry != inner]
            all_left_out = (*found.entries.left_out, *entries.left_out, *beside)
            return replace(found, entries=replace(found.entries, left_out=all_left_out))
    return Place(entries, otherwise)


def _share(name: str, entries: Sequence[Path]) -> float:
    """How many of the entries are of a layout, 0 to 1; documents that are not do not count."""
    fitting = set(layout(name).recognise(entries))
    counted = [entry for entry in entries if entry in fitting or not is_document(entry)]
    return len(fitting) / len(counted) if counted else 0.0


def _inner(entries: Sequence[Path]) -> Path | None:
    """The folder in which all submissions may lie."""
    folders = [entry for entry in entries if not is_document(entry)]
    named = [entry for entry in folders if entry.name == "submitted"]
    lone = folders if len(folders) == 1 else named
    return lone[0] if lone and is_folder(lone[0]) else None
