"""Pickles as Python 2 wrote them, which is how CIFAR is distributed."""

from __future__ import annotations

import io
import pickle
import struct
from typing import Any

_Pickler: Any = pickle._Pickler


class _OldPickler(_Pickler):  # type: ignore[misc]
    """Writes texts and bytes as Python 2 did, so that the reader's ``encoding=`` says what they become."""

    dispatch = dict(_Pickler.dispatch)

    def save_old_string(self, value: bytes | str) -> None:
        content = value.encode("latin-1") if isinstance(value, str) else value
        if len(content) < 256:
            self.write(pickle.SHORT_BINSTRING + bytes([len(content)]) + content)
        else:
            self.write(pickle.BINSTRING + struct.pack("<i", len(content)) + content)
        self.memoize(value)

    dispatch[bytes] = save_old_string
    dispatch[str] = save_old_string


def old_pickle(value: Any) -> bytes:
    """A pickle of protocol 2."""
    content = io.BytesIO()
    _OldPickler(content, 2).dump(value)
    return content.getvalue()
