"""Tell what a file is from its first bytes, whatever it is called."""

from __future__ import annotations

import string
from pathlib import Path

from grader.records.submission import FileKind

#: Enough for every signature below, the first member name of a zip included.
HEAD_BYTES = 1024

_SIGNATURES: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x89HDF\r\n\x1a\n", "hdf5"),
    (b"version https://git-lfs", "git-lfs-pointer"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"\x80\x02", "pickle"),
    (b"\x80\x03", "pickle"),
    (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"),
)
_KERAS_MEMBERS = frozenset({"metadata.json", "config.json", "model.weights.h5"})
_TEXT = frozenset(string.printable.encode()) | frozenset(range(0x80, 0x100))


def sniff(head: bytes) -> FileKind:
    """What a file beginning with `head` (up to `HEAD_BYTES` bytes) is."""
    if not head:
        return "empty"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(head)
    if head[257:262] == b"ustar":
        return "tar"
    if head.startswith(b"\x08") and (b"onnx" in head or b"pytorch" in head):
        return "onnx"
    return _sniff_text(head)


def _sniff_zip(head: bytes) -> FileKind:
    """Go by the name of the first member, which stands in the archive's first header."""
    length = int.from_bytes(head[26:28], "little")
    first = head[30 : 30 + length].decode("utf-8", "replace").replace("\\", "/")
    if first in _KERAS_MEMBERS:
        return "keras-zip"
    return "pickle" if first.endswith("/data.pkl") else "zip"


def _sniff_text(head: bytes) -> FileKind:
    if not set(head) <= _TEXT:
        return "unknown"
    start = head.lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"{") and (b'"cells"' in start or b'"nbformat"' in start):
        return "notebook"
    return "text"


def sniff_file(path: Path) -> FileKind:
    """What the file at `path` is.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        return sniff(stream.read(HEAD_BYTES))
