"""Figures as files: what a program of another machine or another year asks for is written here, too."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

#: Longest name that is kept.
_LONGEST = 300


def save(savefig: Callable[..., None], target: object, *args: object, **kwargs: object) -> str:
    """Write a figure.

    Folders are made. A folder that cannot be written to is left out, an ending that is no format and settings that
    Matplotlib no longer has are replaced by PNG as it is by default.

    Args:
        savefig: `Figure.savefig` of the figure.
        target: What the student gave: a name, or something to write to.
        args: Further arguments of the student.
        kwargs: Further arguments of the student, by name.

    Returns:
        The name; empty where none was given.
    """
    if not isinstance(target, str | os.PathLike):
        savefig(target, *args, **kwargs)
        return ""
    path = Path(os.fsdecode(target))
    file = _with_folder(path)
    try:
        savefig(file, *args, **kwargs)
    except (OSError, TypeError, ValueError) as problem:
        _save_plainly(savefig, file, problem)
    return str(path)[:_LONGEST]


def _save_plainly(savefig: Callable[..., None], file: Path, problem: Exception) -> None:
    try:
        savefig(file.name if isinstance(problem, OSError) else file, format="png")
    except Exception:
        raise problem from None


def _with_folder(path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(path.name)
    return path
