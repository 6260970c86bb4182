"""What code prints: the end of it is kept."""

from __future__ import annotations

import io

_KEPT = 4_000


class Printed(io.TextIOBase):
    """A text stream that keeps the end of what is written to it."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self._text = ""

    def write(self, text: str) -> int:
        """Keep a text."""
        self._text = (self._text + str(text))[-2 * _KEPT :]
        return len(text)

    def writable(self) -> bool:
        """Always."""
        return True

    def taken(self) -> str:
        """What was written since this was last asked, or the end of it."""
        text, self._text = self._text[-_KEPT:], ""
        return text
