"""Names and numbers of things in messages."""

from __future__ import annotations

from collections.abc import Sequence


def first_few(names: Sequence[str], *, most: int = 5) -> str:
    """The first of several names, for a message."""
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def counted(number: int, thing: str) -> str:
    """A number of things in English: ``1 mark``, ``2 marks``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
