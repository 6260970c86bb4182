"""The names of the files in an archive, inside the sandbox; nothing is unpacked."""

from __future__ import annotations

import tarfile
import time
import zipfile
from pathlib import Path

from grader.archives.probe.names import decoded

_MOST = 20_000


def list_names(path: Path, seconds: float) -> tuple[str, ...]:
    """Names of the files in a zip or tar, packed or not, as they stand there; those found in time.

    Raises:
        OSError, tarfile.TarError, zipfile.BadZipFile: It is no such archive, or damaged.
    """
    deadline = time.monotonic() + seconds
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        return tuple(name.replace("\\", "/") for name in names[:_MOST])
    found: list[str] = []
    with tarfile.open(path, mode="r|*") as tar:
        for entry in tar:
            if entry.isfile():
                found.append(decoded(entry.name.encode("utf-8", "surrogateescape")))
            if len(found) >= _MOST or time.monotonic() > deadline:
                break
    return tuple(found)
