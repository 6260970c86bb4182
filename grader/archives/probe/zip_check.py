"""What can be seen of a zip archive before it is opened."""

from __future__ import annotations

from pathlib import Path

from grader.records.evidence import Failure, file_failure
from grader.records.message import Count

#: The record a zip archive ends in, and how far from the end it may begin: its comment has a 16-bit length.
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 22 + (1 << 16)

#: What lies at the top of a model that Keras packed.
KERAS_MEMBERS = frozenset({"config.json", "model.weights.h5"})


def cut_zip(path: Path, file: str) -> Failure | None:
    """The failure for a zip archive that was cut off: a whole one ends in its table of contents."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _ZIP_TAIL))
        if _ZIP_END in stream.read():
            return None
    return file_failure("corrupt", file, "cut-off-zip", size=Count(value=size))
