"""Downloading the official files of a dataset into the grader's cache."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from grader.datasets.base import LabelledDataset, Progress, SplitName
from grader.datasets.containers import MAX_BYTES
from grader.datasets.files import Download, FileDataset
from grader.datasets.locations import DATA_VARIABLE, cache_folder
from grader.datasets.texts import TextDataset
from grader.errors import DataError, DataUnavailableError
from grader.files import make_folder
from grader.storage import storing

_TIMEOUT_S = 30
_CHUNK = 1 << 20


def fetch(
    dataset: LabelledDataset,
    *,
    splits: Sequence[SplitName] | None = None,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Download the official files of a dataset unless the grader's cache holds them already.

    Nothing unfinished or wrong is ever left under the final name.

    Args:
        dataset: The dataset.
        splits: The splits wanted; all of them when left out.
        progress: Called after every piece with the bytes so far and the bytes in all.

    Returns:
        The files in the cache, in the order of the splits; empty where nothing is needed.

    Raises:
        DataUnavailableError: There is nothing to download, or the download failed.
        DataError: What came is not the official file.
        StorageError: It cannot be kept here.
    """
    if not isinstance(dataset, FileDataset):
        if dataset.locate("test") is not None:
            return ()
        if isinstance(dataset, TextDataset):
            dataset.load("test")  # says where to get it
        raise DataUnavailableError(
            f"dataset '{dataset.name}' cannot be downloaded: its pictures are the instructor's own",
            hint=f"put them into the folder 'handwritten' within one named in {DATA_VARIABLE}",
        )
    wanted = [dataset.published[split].download for split in splits or dataset.splits]
    return tuple(_fetch_one(download, progress) for download in dict.fromkeys(wanted))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _fetch_one(download: Download, progress: Progress | None) -> Path:
    target = cache_folder() / download.filename
    if target.is_file() and sha256_of(target) == download.sha256:
        return target
    make_folder(target.parent)
    with storing(target):
        stream = tempfile.NamedTemporaryFile(dir=target.parent, delete=False)  # noqa: SIM115  (closed below)
    part = Path(stream.name)
    try:
        with storing(target), stream:
            _receive_or_explain(download, stream, progress)
            stream.flush()
            os.fsync(stream.fileno())
        with storing(target):
            part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return target


def _receive_or_explain(download: Download, stream: IO[bytes], progress: Progress | None) -> None:
    """Write what the server sends."""
    try:
        _receive(download, stream, progress)
    except HTTPError as error:
        error.close()
        raise _failed(download, f"the server answered {error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        # urllib hides the cause in `reason`.
        raise _failed(download, str(getattr(error, "reason", error))) from error


def _receive(download: Download, stream: IO[bytes], progress: Progress | None) -> None:
    # The addresses are constants of this package, not input.
    request = Request(download.url, headers={"User-Agent": "grader"})  # noqa: S310
    sha, done = hashlib.sha256(), 0
    with urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
        length = answer.headers.get("Content-Length", "")
        total = int(length) if length.isdecimal() else None
        while chunk := answer.read(_CHUNK):
            done += len(chunk)
            if done > MAX_BYTES:
                raise DataError(f"{download.url} sends more than {MAX_BYTES:,} bytes")
            sha.update(chunk)
            with storing(cache_folder() / download.filename):
                stream.write(chunk)
            if progress is not None:
                progress(done, total)
    if total is not None and done < total:
        raise _failed(download, f"it broke off after {done:,} of {total:,} bytes")
    if sha.hexdigest() != download.sha256:
        raise DataError(
            f"what {download.url} sent is not the official file: its SHA-256 is"
            f" {sha.hexdigest()}, not {download.sha256}",
            hint="a proxy or login page may have answered in its place; nothing was kept",
        )


def _failed(download: Download, why: str) -> DataUnavailableError:
    return DataUnavailableError(
        f"{download.url} could not be downloaded: {why}",
        hint=f"try again, or bring {download.filename} here by other means"
        f" and put it into a folder named in {DATA_VARIABLE}",
    )
