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

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from grader.intake.sniffing import HEAD_BYTES, KINDS, sniff, sniff_file


def zipped(*names: str, content: bytes = b"{}") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return stream.getvalue()


def tarred() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("model.h5"))
    return stream.getvalue()


def hdf5(user_block: int = 0) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w", userblock_size=user_block) as file:
        file.attrs["model_config"] = "{}"
    return stream.getvalue()


def arrays(*, many: bool) -> bytes:
    stream = io.BytesIO()
    if many:
        np.savez(stream, kernel=np.zeros(3))
    else:
        np.save(stream, np.zeros(3))
    return stream.getvalue()


def message(*fields: tuple[int, int | bytes]) -> bytes:
    """A protobuf message of small numbers and short texts."""
    return b"".join(
        bytes([number << 3, value])
        if isinstance(value, int)
        else bytes([number << 3 | 2, len(value)]) + value
        for number, value in fields
    )


def picture(form: str) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (4, 4)).save(stream, form)
    return stream.getvalue()


ONNX = message((1, 9), (2, b"pytorch"), (3, b"2.13.0"), (7, b"\x0a\x00"))
UNNAMED_ONNX = message((1, 10), (7, b"\x0a\x00"), (8, b"\x10\x12"))
SAVED_MODEL = message((1, 1), (2, message((1, message((2, message((1, b"\x0a\x03Add"))))))))
SAFETENSORS = b"\x40\x00\x00\x00\x00\x00\x00\x00" + b'{"kernel":{"dtype":"F32","shape":[1]}}'
LEGACY_PYTORCH = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e")

SAMPLES: list[tuple[str, bytes]] = [
    ("hdf5", hdf5()),
    ("keras-zip", zipped("metadata.json", "config.json", "model.weights.h5")),
    ("keras-zip", zipped("config.json")),
    ("zip", zipped("project/model.h5")),
    ("zip", zipped()),
    ("keras-zip", zipped("variables.h5", "config.json")),
    ("hdf5", hdf5(user_block=512)),
    ("hdf5", hdf5(user_block=4096)),
    ("hdf5", b"my own header".ljust(1024) + hdf5()),
    ("pytorch", zipped("archive/data.pkl")),
    ("pytorch", LEGACY_PYTORCH),
    ("pytorch", pickle.dumps("torch.nn.modules", 2)),
    ("joblib", pickle.dumps("joblib.numpy_pickle", 4)),
    ("joblib", pickle.dumps("sklearn.svm", 3)),
    ("saved-model", SAVED_MODEL),
    ("saved-model", zipped("digits/saved_model.pb")),
    ("tflite", b"\x1c\x00\x00\x00TFL3\x14\x00"),
    ("safetensors", SAFETENSORS),
    ("npy", arrays(many=False)),
    ("npz", arrays(many=True)),
    ("tar", tarred()),
    ("gzip", gzip.compress(b"x")),
    ("bzip2", bz2.compress(b"x")),
    ("xz", lzma.compress(b"x")),
    *(("pickle", pickle.dumps([1.5, "x"], protocol)) for protocol in (2, 3, 4, 5)),
    ("onnx", ONNX),
    ("onnx", UNNAMED_ONNX),
    ("git-lfs-pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
    ("html", b"\n  <!DOCTYPE html><title>Sign in</title>"),
    ("html", b"<html lang='fr'>"),
    ("html", b"\xef\xbb\xbf<!-- sign in --><html>"),
    ("pdf", b"%PDF-1.7\n"),
    *(("image", picture(form)) for form in ("PNG", "JPEG", "GIF", "BMP")),
    ("notebook", json.dumps({"cells": [], "nbformat": 4}).encode()),
    ("text", b"import keras\n"),
    ("text", "réseau\n".encode()),
    ("text", b'{"a": 1}'),
    ("text", b"epoch,loss\n0,1.5\n"),
    ("table", b"id,label\n0a,3\n"),
    ("table", b'\xef\xbb\xbf"ID";"label"\r\n'),
    ("table", b",id,label\n0,0a,3\n"),
    ("keras-json", b'{"module": "keras", "class_name": "Sequential", "config": {"layers": []}}'),
    ("keras-json", b'[\n  {"class_name": "Dense", "config": {"units": 10}}]'),
    ("keras-json", json.dumps('{"class_name": "Model", "config": {}}').encode()),
    ("keras-yaml", b"backend: theano\nclass_name: Sequential\nconfig:\n- class_name: Dense\n"),
    ("keras-metadata", b'{"keras_version": "3.15.1", "date_saved": "2026-11-26@10:00:00"}'),
    ("tfjs", b'{"format": "layers-model", "modelTopology": {"class_name": "X", "config": {}}}'),
    ("checkpoint", b'model_checkpoint_path: "ckpt-1"\n'),
    ("checkpoint", b"\x00\x00\x06\x08\x01\x1a\x02\x08\x01\x00\x1c\x10_CHECKPOINTABLE_OBJECT_GRAPH"),
    ("graph-def", message((1, message((1, b"images"), (2, b"Placeholder"))))),
    ("graph-def", b'node {\n  name: "images"\n  op: "Placeholder"\n}\n'),
    ("meta-graph", message((1, message((2, message((1, message((1, b"AssignVariableOp"))))))))),
    ("weka-model", b"\xac\xed\x00\x05sr\x00\x1dweka.classifiers.trees.J48"),
    ("arff", b"% iris\n@RELATION digits\n@ATTRIBUTE id STRING\n"),
    ("utf-16", "id,label\n0a,3\n".encode("utf-16")),
    ("word", zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")),
    (
        "word",
        zipped("_rels/.rels", "docProps/core.xml", "word/document.xml", "[Content_Types].xml"),
    ),
    ("zip", zipped("a/word/document.xml")),
    ("zip", zipped("lab3.py", "report.docx", content=zipped("_rels/.rels", "word/document.xml"))),
    ("office", zipped("[Content_Types].xml", "xl/workbook.xml")),
    ("office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("text", b'{"loss": [0.5], "config": "x"}'),
    ("empty", b""),
    ("unknown", bytes(range(32))),
    ("unknown", b"\x08\x01 something else"),
    ("unknown", message((1, 9), (2, b"cut off before the graph"))),
]


@pytest.mark.parametrize(
    ("kind", "data"), SAMPLES, ids=[f"{k}-{i}" for i, (k, _) in enumerate(SAMPLES)]
)
def test_a_file_is_known_by_its_content(kind: str, data: bytes, tmp_path: Path) -> None:
    """Each kind is told from bytes such programs write, whatever the file is called."""
    file = tmp_path / "model.h5"
    file.write_bytes(data)

    assert sniff_file(file) == kind


def test_every_kind_is_tried() -> None:
    """No kind of file goes without a sample."""
    assert {kind for kind, _ in SAMPLES} == set(KINDS)


@given(st.binary(max_size=HEAD_BYTES))
def test_any_bytes_are_something(head: bytes) -> None:
    """Whatever the bytes, there is an answer."""
    assert sniff(io.BytesIO(head)) in KINDS


@given(st.sampled_from([data for _, data in SAMPLES]), st.integers(0, 400), st.binary(max_size=4))
def test_damaged_heads_are_something(data: bytes, cut: int, put: bytes) -> None:
    """A head that breaks off or is overwritten is still answered."""
    assert sniff(io.BytesIO(data[:cut] + put)) in KINDS
    assert sniff(io.BytesIO(data[:2] + put + data[6:])) in KINDS


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Reading is the caller's risk."""
    with pytest.raises(OSError, match="absent"):
        sniff_file(tmp_path / "absent")
