"""Remove what untrusted work left behind, however deep, however named, whatever its permissions."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path


def remove_tree(folder: str | Path) -> bool:
    """Remove a folder and all below it, following no link. No process may work in it any more.

    Trees deeper than paths or recursion reach are emptied from the top.

    Returns:
        Whether it is gone.
    """
    if os.name == "nt":
        shutil.rmtree(folder, ignore_errors=True)
    else:
        try:
            _empty(folder)
            Path(folder).rmdir()
        except FileNotFoundError:
            return True
        except OSError:
            return False
    return not os.path.lexists(folder)


def _empty(folder: str | Path) -> None:
    prefix = secrets.token_hex(8)
    names = (f"{prefix}-{number}" for number in itertools.count())
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        while entries := list(os.scandir(top)):
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    _flatten(top, entry.name, names)
                else:
                    os.unlink(entry.name, dir_fd=top)
    finally:
        os.close(top)


def _flatten(top: int, name: str, names: Iterator[str]) -> None:
    """Move what lies in one subfolder to the top, and remove the subfolder."""
    os.chmod(name, 0o700, dir_fd=top)
    place = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
    try:
        for inner in os.listdir(place):  # noqa: PTH208  (an open folder, not a path)
            os.rename(inner, next(names), src_dir_fd=place, dst_dir_fd=top)
    finally:
        os.close(place)
    os.rmdir(name, dir_fd=top)
