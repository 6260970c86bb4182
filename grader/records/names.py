"""Lists of names in messages."""

from __future__ import annotations

from collections.abc import Sequence


def first_few(names: Sequence[str], *, most: int = 5) -> str:
    """The first of several names, for a message."""
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")
