"""Tell what a file is from a few of its bytes, whatever it is called."""

from __future__ import annotations

import io
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

#: Every kind `sniff` can tell. A `table` is a text whose first line names a column ``id``.
KINDS = (
    "hdf5", "keras-zip", "keras-json", "keras-yaml", "keras-metadata", "onnx",
    "saved-model", "graph-def", "meta-graph", "checkpoint", "tfjs", "tflite",
    "pytorch", "safetensors", "joblib", "pickle", "weka-model", "npy", "npz",
    "zip", "tar", "gzip", "bzip2", "xz",
    "table", "arff", "utf-16", "word", "office",
    "git-lfs-pointer", "html", "pdf", "image", "notebook", "text", "empty", "unknown",
)  # fmt: skip

ARCHIVE_KINDS = ("zip", "tar", "gzip", "bzip2", "xz")
#: Zip archives that are recognised by their first file, and may hold other files all the same.
MAYBE_ARCHIVE_KINDS = ("npz", "saved-model")

#: Enough for every signature below, the first member name of a zip included.
HEAD_BYTES = 4096

_HDF5 = b"\x89HDF\r\n\x1a\n"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (_HDF5, "hdf5"),
    (b"version https://git-lfs", "git-lfs-pointer"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"\x93NUMPY", "npy"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"model_checkpoint_path:", "checkpoint"),
    (b"node {", "graph-def"),
)
_KERAS_MEMBERS = frozenset({"metadata.json", "config.json", "model.weights.h5", "variables.h5"})
#: A document of Word by the names in a zip: those before its files, and those in the directory at its end.
_WORD_FILE = re.compile(rb"PK\x03\x04.{26}word/", re.DOTALL)
_WORD_ENTRY = re.compile(rb"PK\x01\x02.{42}word/document\.xml", re.DOTALL)
#: How the last record of a zip begins; bytes 12 to 16 of it are the length of the directory before it.
_ZIP_END = b"PK\x05\x06"
#: Bytes at the end of a zip that are looked at for its directory.
_TAIL_BYTES = 1 << 16
_TEXT = frozenset(string.printable.encode()) | frozenset(range(0x80, 0x100))

#: The number that files of PyTorch before 1.6 begin with, as it stands in a pickle.
_OLD_PYTORCH = b"\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"

#: Sizes of the block of an application's own that may stand before the signature of an HDF5 file.
_USER_BLOCKS = tuple(512 << power for power in range(22))

#: Fields of an ONNX ModelProto and their wire types: 0 is a number, 2 a text or a message.
_ONNX_FIELDS = {1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, 7: 2, 8: 2, 14: 2, 20: 2, 25: 2, 26: 2}
_ONNX_VERSION, _ONNX_GRAPH = 1, 7

#: How the index of a TensorFlow checkpoint begins: an entry without a name, which holds the number of data files.
_CHECKPOINT_INDEX = re.compile(rb"\x00\x00.\x08.{1,4}\x1a\x02\x08", re.DOTALL)

#: How graphs of TensorFlow 1 begin: with a node's name and operation, or with the list of all operations.
_GRAPHS = (
    (re.compile(rb"\n.{1,3}?\n.[\w./-]+\x12.[A-Z]\w+", re.DOTALL), "graph-def"),
    (re.compile(rb"\n.{1,4}?\x12.{1,4}?\n.{1,3}?\n.[A-Z]\w+", re.DOTALL), "meta-graph"),
)

_WEKA = (b"\xac\xed\x00\x05", b"weka.")

#: How a description of a model begins, as JSON; or as JSON in a string, by `json.dump(model.to_json(), file)`.
_JSON_STARTS = (b"{", b"[", b'"{', b'"[')
_YAML_MODEL = re.compile(rb"^class_name: *\w+ *\r?$.*^config:", re.MULTILINE | re.DOTALL)


def sniff_file(path: Path) -> str:
    """What the file at `path` is.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        return sniff(stream)


def sniff(stream: BinaryIO) -> str:
    """What a file is by its first bytes; HDF5 by its signature farther in, too.

    Args:
        stream: The file, open for reading; left somewhere in its middle.
    """
    stream.seek(0)
    kind = _sniff_head(stream.read(HEAD_BYTES))
    if kind in ("zip", "office") and _names_word_document(stream):
        return "word"
    return "hdf5" if kind in ("unknown", "text") and _after_user_block(stream) else kind


def _names_word_document(stream: BinaryIO) -> bool:
    """Whether the directory of a zip names what every document of Word has, wherever in it that lies.

    The directory of a document that lies in the zip is none of its own.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _TAIL_BYTES))
    tail = stream.read(_TAIL_BYTES)
    end = tail.rfind(_ZIP_END)
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    return end >= 0 and _WORD_ENTRY.search(tail, max(0, end - length), end) is not None


def _after_user_block(stream: BinaryIO) -> bool:
    for offset in _USER_BLOCKS:
        stream.seek(offset)
        signature = stream.read(len(_HDF5))
        if signature == _HDF5:
            return True
        if len(signature) < len(_HDF5):
            return False
    return False


def _sniff_head(head: bytes) -> str:
    if not head:
        return "empty"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(head)
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05":
        return _sniff_pickle(head)
    if head[257:262] == b"ustar":
        return "tar"
    if head.startswith(_WEKA[0]) and _WEKA[1] in head:
        return "weka-model"
    if _CHECKPOINT_INDEX.match(head):
        return "checkpoint"
    if head[4:8] == b"TFL3":
        return "tflite"
    if head[8:10] == b'{"' and (b'"dtype"' in head or b'"__metadata__"' in head):
        return "safetensors"
    return _sniff_protobuf(head) or _sniff_text(head)


def _sniff_zip(head: bytes) -> str:
    """Go by the name of the first member; what else lies in an archive is looked at in the sandbox."""
    length = int.from_bytes(head[26:28], "little")
    first = head[30 : 30 + length].decode("utf-8", "replace").replace("\\", "/")
    if first in _KERAS_MEMBERS:
        return "keras-zip"
    if first.endswith("/data.pkl"):
        return "pytorch"
    if first.endswith(".npy"):
        return "npz"
    if first == "[Content_Types].xml" and _WORD_FILE.search(head):
        return "word"
    if first == "[Content_Types].xml" or (first == "mimetype" and b"opendocument" in head[:200]):
        return "office"
    return "saved-model" if first.endswith("saved_model.pb") else "zip"


def _sniff_pickle(head: bytes) -> str:
    """Go by the modules a pickle names near its beginning."""
    if _OLD_PYTORCH in head[:16] or b"torch" in head:
        return "pytorch"
    return "joblib" if b"joblib" in head or b"sklearn" in head else "pickle"


def _sniff_protobuf(head: bytes) -> str | None:
    """ONNX and the graphs of TensorFlow have no signature, but few fields."""
    for pattern, kind in _GRAPHS:
        if pattern.match(head):
            return kind
    seen: set[int] = set()
    for number, wire, place in _fields(head):
        # Where ONNX has the name of a producer, a SavedModel has a message that begins with another.
        if number == 2 and head.startswith(b"\x08\x01") and head[place : place + 1] == b"\x0a":
            return "saved-model"
        if _ONNX_FIELDS.get(number) != wire:
            return None
        seen.add(number)
        if {_ONNX_VERSION, _ONNX_GRAPH} <= seen:
            return "onnx"
    return None


def _fields(head: bytes) -> Iterator[tuple[int, int, int]]:
    """Number, wire type, and place of the content, of the fields of a protobuf message."""
    place = 0
    while place < len(head):
        key, place = _varint(head, place)
        number, wire = key >> 3, key & 7
        if wire == 0:
            yield number, wire, place
            _, place = _varint(head, place)
        elif wire == 2:
            length, place = _varint(head, place)
            yield number, wire, place
            place += length
        else:
            return


def _varint(head: bytes, place: int) -> tuple[int, int]:
    """A number and where it ends; 0 where the bytes end before it."""
    value = 0
    for shift in range(0, 64, 7):
        if place >= len(head):
            return 0, place
        byte = head[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    return value, place


def _sniff_text(head: bytes) -> str:
    if not set(head) <= _TEXT:
        return "unknown"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")) or (start[:1] == b"<" and b"<html" in start):
        return "html"
    if start.startswith(b"{") and (b'"cells"' in start or b'"nbformat"' in start):
        return "notebook"
    if re.match(rb"(?:%[^\n]*\n|\s)*@relation\b", start):
        return "arff"
    described = _sniff_description(head, start)
    if described:
        return described
    cells = re.split(rb"[,;\t]", start.partition(b"\n")[0])
    named = {cell.strip(b' "\r') for cell in cells}
    return "table" if b"id" in named and len(cells) > 1 else "text"


def _sniff_description(head: bytes, start: bytes) -> str | None:
    """A model's layers as text, as Keras writes them without the weights."""
    if start.startswith(_JSON_STARTS):
        if b'"modeltopology"' in start or b'"weightsmanifest"' in start:
            return "tfjs"
        if start.startswith(b"{") and b'"keras_version"' in start and b'"date_saved"' in start:
            return "keras-metadata"
        plain = start.replace(b'\\"', b'"')
        return "keras-json" if b'"class_name"' in plain and b'"config"' in plain else None
    return "keras-yaml" if _YAML_MODEL.search(head) else None
