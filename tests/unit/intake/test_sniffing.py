from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import tarfile
import zipfile
from pathlib import Path
from typing import get_args

import h5py
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from grader.intake.sniffing import HEAD_BYTES, sniff, sniff_file
from grader.records.submission import FileKind


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return stream.getvalue()


def tarred() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("model.h5"))
    return stream.getvalue()


def hdf5() -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.attrs["model_config"] = "{}"
    return stream.getvalue()


def picture(form: str) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (4, 4)).save(stream, form)
    return stream.getvalue()


ONNX = b"\x08\x07\x12\x07pytorch\x1a\x05" + b"1.0.0:"

SAMPLES: list[tuple[FileKind, bytes]] = [
    ("hdf5", hdf5()),
    ("keras-zip", zipped("metadata.json", "config.json", "model.weights.h5")),
    ("keras-zip", zipped("config.json")),
    ("zip", zipped("project/model.h5")),
    ("zip", zipped()),
    ("pickle", zipped("archive/data.pkl")),
    ("tar", tarred()),
    ("gzip", gzip.compress(b"x")),
    ("bzip2", bz2.compress(b"x")),
    ("xz", lzma.compress(b"x")),
    *(("pickle", pickle.dumps([1.5, "x"], protocol)) for protocol in (2, 3, 4, 5)),
    ("onnx", ONNX),
    ("git-lfs-pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
    ("html", b"\n  <!DOCTYPE html><title>Sign in</title>"),
    ("html", b"<html lang='fr'>"),
    ("pdf", b"%PDF-1.7\n"),
    *(("image", picture(form)) for form in ("PNG", "JPEG", "GIF", "BMP")),
    ("notebook", json.dumps({"cells": [], "nbformat": 4}).encode()),
    ("text", b"import keras\n"),
    ("text", "réseau\n".encode()),
    ("text", b'{"a": 1}'),
    ("empty", b""),
    ("unknown", bytes(range(32))),
    ("unknown", b"\x08\x01 something else"),
]


@pytest.mark.parametrize(
    ("kind", "data"), SAMPLES, ids=[f"{k}-{i}" for i, (k, _) in enumerate(SAMPLES)]
)
def test_a_file_is_known_by_its_first_bytes(kind: FileKind, data: bytes, tmp_path: Path) -> None:
    """Each kind is told from bytes such programs write, whatever the file is called."""
    file = tmp_path / "model.h5"
    file.write_bytes(data)

    assert sniff(data[:HEAD_BYTES]) == kind
    assert sniff_file(file) == kind


def test_every_kind_is_tried() -> None:
    """No kind of file goes without a sample."""
    assert {kind for kind, _ in SAMPLES} == set(get_args(FileKind))


@given(st.binary(max_size=HEAD_BYTES))
def test_any_bytes_are_something(head: bytes) -> None:
    """Whatever the bytes, there is an answer."""
    assert sniff(head) in get_args(FileKind)


@given(st.sampled_from([data for _, data in SAMPLES]), st.integers(0, 400), st.binary(max_size=4))
def test_damaged_heads_are_something(data: bytes, cut: int, put: bytes) -> None:
    """A head that breaks off or is overwritten is still answered."""
    assert sniff(data[:cut] + put) in get_args(FileKind)
    assert sniff(data[:2] + put + data[6:HEAD_BYTES]) in get_args(FileKind)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Reading is the caller's risk."""
    with pytest.raises(OSError, match="absent"):
        sniff_file(tmp_path / "absent")
