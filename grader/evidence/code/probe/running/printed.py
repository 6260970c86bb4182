"""What code prints: the end of it is kept."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable
from typing import Any

_KEPT = 4_000


class Printed(io.TextIOBase):
    """A text stream that keeps the end of what is written to it."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self._text = ""
        self.buffer = _Bytes(self.write)
        """What bytes are written to."""

    def write(self, text: str) -> int:
        """Keep a text.

        Raises:
            TypeError: It is none.
        """
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._text = (self._text + text)[-2 * _KEPT :]
        return len(text)

    def writable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Nothing happens: what comes later is kept as well."""

    def taken(self) -> str:
        """What was written since this was last asked, or the end of it."""
        text, self._text = self._text[-_KEPT:], ""
        return text


class _Bytes(io.RawIOBase):
    """A stream of bytes that passes them on as text."""

    def __init__(self, write: Callable[[str], int]) -> None:
        self._write = write
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data: Any) -> int:
        """Pass bytes on."""
        self._write(self._decoder.decode(bytes(data)))
        return len(data)

    def writable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Nothing happens."""
