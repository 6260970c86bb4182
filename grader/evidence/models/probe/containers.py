"""Checks of a file before a library opens it: whether it is complete, and what an archive contains."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from grader.archives.probe.zip_check import KERAS_MEMBERS, cut_zip
from grader.evidence.models.protocol import OpenModel
from grader.records.evidence import Failure, file_failure
from grader.records.message import Count, Name
from grader.records.names import first_few

_HDF5 = b"\x89HDF\r\n\x1a\n"
_USER_BLOCKS = (0, *(512 << power for power in range(22)))

_MODEL_SUFFIXES = frozenset({".h5", ".hdf5", ".keras", ".onnx"})


def check_container(request: OpenModel) -> Failure | None:
    """Why a file cannot hold a model of the requested format; None if it may."""
    path = Path(request.path)
    if request.format == "hdf5":
        return _cut_hdf5(path, request.file)
    if request.format == "keras-zip":
        return cut_zip(path, request.file) or _other_zip(path, request.file)
    return None


def _cut_hdf5(path: Path, file: str) -> Failure | None:
    """Compare the file's size with the one in its superblock."""
    with path.open("rb") as stream:
        whole = _hdf5_size(stream)
        size = stream.seek(0, 2)
    if whole is None or size >= whole:
        return None
    present, stated = Count(value=size), Count(value=whole)
    return file_failure("corrupt", file, "cut-off", size=present, whole=stated)


def _hdf5_size(stream: BinaryIO) -> int | None:
    """The size an HDF5 file states in its superblock; None if the superblock's format is not known."""
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
    place += 2 * width  # after the base address and one more address
    return int.from_bytes(block[place : place + width], "little")


def _other_zip(path: Path, file: str) -> Failure | None:
    """Report what a zip archive is if it is not a ``.keras`` file."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        return file_failure("corrupt", file, detail=f"{type(error).__name__}: {error}")
    if KERAS_MEMBERS & set(names):
        return None
    members = [name for name in names if not name.startswith("__MACOSX/")]
    models = [name for name in members if PurePosixPath(name).suffix.lower() in _MODEL_SUFFIXES]
    why = _kind_of_zip(members, models)
    return file_failure("wrong-format", file, why, names=Name(text=first_few(models, most=3)))


def _kind_of_zip(names: list[str], models: list[str]) -> str:
    """What a zip archive without a Keras model is: a key of ``[why]``."""
    last = {PurePosixPath(name).name for name in names}
    if "saved_model.pb" in last:
        return "kind-saved-model"
    if {"data.pkl", "version"} <= last:
        return "kind-pytorch"
    if names and all(name.endswith(".npy") for name in names):
        return "kind-npz"
    return "zip-with-models" if models else "zip-without-model"
