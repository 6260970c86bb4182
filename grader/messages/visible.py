"""Make text that strangers chose safe to show."""

from __future__ import annotations

#: Invisible characters that some scripts and emoji need.
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """Text without characters that cannot be seen: line breaks, terminal commands, changes of direction."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign in _JOINERS else " " if sign.isspace() else "\ufffd"
        for sign in text
    )
