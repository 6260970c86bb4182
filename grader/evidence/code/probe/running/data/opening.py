"""Files of datasets that are not there, served by `open`."""

from __future__ import annotations

import builtins
import functools
import io
import re
import tempfile
from collections.abc import Callable
from typing import IO, Any

from grader.evidence.code.probe.running.data.file_contents import content_of
from grader.evidence.code.probe.running.data.file_names import dataset_in, is_handed_in
from grader.evidence.code.probe.running.data.served import ServedData

_READING = re.compile(r"(?=.*r)[rbt]+")


def install(data: ServedData, used: Callable[[str], None]) -> None:
    """Let `open` give the files of datasets, in a form that gzip, pickle and NumPy read as any other.

    Args:
        data: What they hold.
        used: Told when a file is served that is not there.
    """
    original = builtins.open

    @functools.wraps(original)
    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        try:
            return original(file, mode, *args, **kwargs)
        except OSError:
            served = _served(file, mode)
            if served is None:
                raise
            return served

    def _served(file: Any, mode: str) -> Any:
        try:
            name = dataset_in(file)
            if name is None or not _READING.fullmatch(mode):
                return None
            content = None if is_handed_in(file) else content_of(file, data)
            if content is None:
                return None
            binary = _file_with(content)
        except Exception:
            # The code's own error is the one to be seen.
            return None
        used(f"{name} files")
        return binary if "b" in mode else io.TextIOWrapper(binary, "latin-1")

    builtins.open = opened
    io.open = opened


def _file_with(content: bytes) -> IO[bytes]:
    """A file without a name, since `numpy.fromfile` wants a real one; in memory where none can be written."""
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
        file.write(content)
        file.seek(0)
    except OSError:
        return io.BytesIO(content)
    return file
