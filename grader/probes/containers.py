"""What can be told of a file before a library opens it: whether it is whole, and what an archive holds."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from grader.records.evidence import Failure
from grader.records.probe import OpenModel

_HDF5 = b"\x89HDF\r\n\x1a\n"
_USER_BLOCKS = (0, *(512 << power for power in range(22)))

#: The record a zip archive ends in, and how far from the end it may begin: its comment has a 16-bit length.
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 22 + (1 << 16)

#: What lies at the top of a network that Keras packed.
KERAS_MEMBERS = frozenset({"config.json", "model.weights.h5"})
_NETWORK_ENDINGS = frozenset({".h5", ".hdf5", ".keras", ".onnx"})


def look_at(request: OpenModel) -> Failure | None:
    """Why a file cannot hold the network it was taken for; None where it may."""
    path = Path(request.path)
    if request.format == "hdf5":
        return _cut_hdf5(path, request.file)
    if request.format == "keras-zip":
        return cut_zip(path, request.file) or _other_zip(path, request.file)
    return None


def _cut_hdf5(path: Path, file: str) -> Failure | None:
    """Compare the size with the one the file's superblock names."""
    with path.open("rb") as stream:
        whole = _hdf5_size(stream)
        size = stream.seek(0, 2)
    if whole is None or size >= whole:
        return None
    args = {"file": file, "why": "cut-off", "size": str(size), "whole": str(whole)}
    return Failure(reason="corrupt", args=args)


def _hdf5_size(stream: BinaryIO) -> int | None:
    """The bytes an HDF5 file says it has; None where its superblock is of no known form."""
    for start in _USER_BLOCKS:
        stream.seek(start)
        block = stream.read(64)
        if block.startswith(_HDF5):
            break
        if not block:
            return None
    else:
        return None
    if len(block) < 48:
        return start + 48
    version, later = block[8], block[8] >= 2
    width = block[9] if later else block[13]
    place = {0: 24, 1: 28, 2: 12, 3: 12}.get(version)
    if place is None or width not in (4, 8):
        return None
    place += 2 * width  # the base address and one more come first
    return int.from_bytes(block[place : place + width], "little")


def cut_zip(path: Path, file: str) -> Failure | None:
    """That a zip archive broke off: a whole one ends in its table of contents."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _ZIP_TAIL))
        if _ZIP_END in stream.read():
            return None
    return Failure(reason="corrupt", args={"file": file, "why": "cut-off-zip", "size": str(size)})


def _other_zip(path: Path, file: str) -> Failure | None:
    """What a zip archive is in which Keras saved nothing."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        detail = f"{type(error).__name__}: {error}"[:2000]
        return Failure(reason="corrupt", args={"file": file}, detail=detail)
    if KERAS_MEMBERS & set(names):
        return None
    why, more = _kind_of_zip([name for name in names if not name.startswith("__MACOSX/")])
    return Failure(reason="not-a-model", args={"file": file, "why": why, **more})


def _kind_of_zip(names: list[str]) -> tuple[str, dict[str, str]]:
    last = {PurePosixPath(name).name for name in names}
    if "saved_model.pb" in last:
        return "kind-saved-model", {}
    if {"data.pkl", "version"} <= last:
        return "kind-pytorch", {}
    if names and all(name.endswith(".npy") for name in names):
        return "kind-npz", {}
    networks = [name for name in names if PurePosixPath(name).suffix.lower() in _NETWORK_ENDINGS]
    if networks:
        listed = ", ".join(networks[:3]) + (", ..." if len(networks) > 3 else "")
        return "zip-with-networks", {"names": listed}
    return "zip-without-model", {}
