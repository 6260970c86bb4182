"""Arrays in files of the run folder: those beside the evidence of a submission in one, others each in its own."""

from __future__ import annotations

import io
import logging
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.errors import RunError
from grader.files import read_if_there
from grader.storage import storing

_LOG = logging.getLogger(__name__)

#: Need id to the arrays beside its record, by name.
StoredArrays = Mapping[str, Mapping[str, NDArray[Any]]]

#: Stands between a need's id and the name of an array.
_SEPARATOR = "#"

_DAMAGED = (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error)


def pack_arrays(arrays: StoredArrays) -> bytes:
    """The arrays beside the evidence of a submission as one ``.npz``."""
    flat = {
        f"{need}{_SEPARATOR}{name}": array
        for need, named in arrays.items()
        for name, array in named.items()
    }
    buffer = io.BytesIO()
    # The stub takes the names of arrays for options.
    np.savez(buffer, **flat)  # type: ignore[arg-type]
    return buffer.getvalue()


def read_arrays(file: Path) -> dict[str, dict[str, NDArray[Any]]]:
    """Need id to name to array of what `pack_arrays` packed; empty where there is no such file.

    Raises:
        RunError: The file is damaged.
        StorageError: It cannot be read.
    """
    data = read_if_there(file)
    found: dict[str, dict[str, NDArray[Any]]] = {}
    if data is None:
        return found
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            for entry in archive.files:
                need, _, name = entry.rpartition(_SEPARATOR)
                found.setdefault(need, {})[name] = archive[entry]
    except _DAMAGED as error:
        raise RunError(
            f"{file} is damaged: {error}",
            hint="delete it and run the same `grader grade` command again",
        ) from error
    return found


def stored_needs(file: Path) -> frozenset[str]:
    """Ids of the needs that have arrays in a file; only its table of contents is read, and none where it is damaged.

    Raises:
        StorageError: It cannot be read.
    """
    with storing(file, "read"):
        try:
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()
        except FileNotFoundError:
            return frozenset()
        except (ValueError, zipfile.BadZipFile) as error:
            _LOG.warning("%s is damaged, and its evidence is collected anew: %s", file, error)
            return frozenset()
    return frozenset(name.rpartition(_SEPARATOR)[0] for name in names)


def pack_array(array: NDArray[Any]) -> bytes:
    """One array as ``.npy``."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def read_array(file: Path) -> NDArray[Any] | None:
    """What `pack_array` packed; None where there is no such file, or it is damaged.

    Raises:
        StorageError: It cannot be read.
    """
    data = read_if_there(file)
    if data is None:
        return None
    try:
        array: NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
    except _DAMAGED as error:
        _LOG.warning("%s is damaged and not used: %s", file, error)
        return None
    return array


def map_array(file: Path) -> NDArray[Any] | None:
    """As `read_array`, but only what is looked at is read from disk."""
    with storing(file, "read"):
        try:
            array: NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
        except FileNotFoundError:
            return None
        except (ValueError, EOFError) as error:
            _LOG.warning("%s is damaged and not used: %s", file, error)
            return None
    return array
