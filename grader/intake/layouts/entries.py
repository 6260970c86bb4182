"""What lies in a folder of submissions: what may be a student's, and what is nobody's at first sight."""

from __future__ import annotations

import errno
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from grader.errors import UsageError
from grader.intake.naming import is_litter, natural_key, readable
from grader.records.submission import LeftOut

#: Endings of files that are about a class as often as they are somebody's hand-in.
_DOCUMENTS = frozenset({
    ".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".ods", ".numbers", ".doc", ".docx", ".odt",
    ".rtf", ".pages", ".ppt", ".pptx", ".odp", ".md", ".rst", ".txt", ".tex", ".pdf", ".png",
    ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".html", ".htm", ".log", ".ini", ".cfg", ".toml",
    ".yml", ".yaml", ".url", ".lnk", ".webloc", ".bak", ".eml", ".msg", ".db", ".sqlite", ".py", ".sh",
    ".bat", ".gsheet", ".gdoc", ".gslides", ".mbz", ".imscc", ".mp4", ".mov", ".mkv", ".mp3", ".m4a",
})  # fmt: skip
_NOTES = re.compile(r"(readme|licen[cs]e|lies[_ -]?mich|lisez[_ -]?moi)\b.*|index\.html?", re.I)
#: Files of ours that may lie among the submissions.
_OURS = re.compile(r"(samples|course)\.toml|roster\.\w+", re.I)


@dataclass(frozen=True)
class Entries:
    """What lies in a folder of submissions."""

    usable: tuple[Path, ...]
    """Files, folders, and the instructor's links to such, in natural order."""
    left_out: tuple[LeftOut, ...]


def list_entries(folder: Path) -> Entries:
    """What lies in a folder of submissions.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        found = sorted(folder.iterdir(), key=lambda entry: natural_key(entry.name))
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be read: {error.strerror}", hint="name a folder that you may read"
        ) from error
    reasons = {entry: _why_left_out(entry) for entry in found}
    return Entries(
        usable=tuple(entry for entry, reason in reasons.items() if not reason),
        left_out=tuple(left_out(entry, reason) for entry, reason in reasons.items() if reason),
    )


def left_out(entry: Path, reason: str) -> LeftOut:
    """An entry that is no submission."""
    return LeftOut(name=readable(entry.name), reason=reason)


def others(entries: Sequence[Path], fitting: Collection[Path]) -> tuple[LeftOut, ...]:
    """What lies beside the entries that are of a layout."""
    return tuple(
        left_out(entry, "document" if is_document(entry) else "no-owner")
        for entry in entries
        if entry not in fitting
    )


def common_start(names: Sequence[str], separator: str) -> str:
    """What all names begin with, up to and with a separator; never a whole name."""
    words = [name.split(separator)[:-1] for name in names]
    common = takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False))
    return "".join(f"{column[0]}{separator}" for column in common)


def is_folder(path: Path) -> bool:
    """Whether it is a folder, or a link to one; False for what cannot be looked at."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_file(path: Path) -> bool:
    """Whether it is a regular file, or a link to one; False for what cannot be looked at."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_document(path: Path) -> bool:
    """Whether it is a file that may be about the class: a table, a text, a picture, a note."""
    # Editors name the text as it was before: ``grades.csv~``.
    ending = path.suffix.lower().removesuffix("~")
    return (ending in _DOCUMENTS or is_note(path)) and not is_folder(path)


def is_note(path: Path) -> bool:
    """Whether it is a file that explains what lies beside it, and never a hand-in: ``README.md``."""
    return _NOTES.fullmatch(path.name) is not None and not is_folder(path)


def _why_left_out(entry: Path) -> str:
    """Why an entry cannot be a submission; empty where it can."""
    if is_litter(entry.name):
        return "system-file"
    if entry.name.startswith("~$"):
        return "office-lock"
    if _OURS.fullmatch(entry.name) and not is_folder(entry):
        return "own-file"
    try:
        return _why_no_link(entry) if entry.is_symlink() else _why_no_file(entry)
    except PermissionError:  # somebody's hand-in all the same
        return ""


def _why_no_link(entry: Path) -> str:
    """Links beside the students are the instructor's own, and are followed where they lead to something."""
    try:
        target = entry.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # a RuntimeError before Python 3.13
        if isinstance(error, PermissionError):
            raise
        loop = isinstance(error, RuntimeError) or error.errno == errno.ELOOP
        return "link-loop" if loop else "dangling-link"
    here = entry.parent.resolve()
    return "link-loop" if target in (here, *here.parents) else _why_no_file(target)


def _why_no_file(path: Path) -> str:
    if path.is_dir():
        is_run = is_file(path / "run.json") and is_folder(path / "evidence")
        return "run-folder" if is_run else ""
    return "" if path.is_file() else "special-file"
