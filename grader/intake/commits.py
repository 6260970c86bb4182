"""When the last commit of a submitted repository was made, without starting git.

git obeys the repository it works in: its configuration names programs to run, and its links other folders. So the few
bytes that are needed are read here: the commit that ``HEAD`` names, from a loose object or a pack. Links are not
followed, and sizes and steps are bounded; what is damaged or unusual has no time.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

_TEXT_BYTES = 4 << 20
_OBJECT_BYTES = 1 << 20
_MAX_PACKS = 256
_MAX_DELTAS = 60

_REFERENCE = re.compile(r"refs/[\w./@+-]+")
_OBJECT_ID = re.compile(r"[0-9a-f]{40}")
_COMMITTER = re.compile(rb"^committer .*> (\d+) [+-]\d{4}$", re.MULTILINE)
_DAMAGED = (OSError, ValueError, IndexError, OverflowError, struct.error, zlib.error)

_COMMIT, _OFFSET_DELTA, _OBJECT_DELTA = 1, 6, 7


def last_commit_time(git: Path) -> datetime | None:
    """The committer's time of the commit that ``HEAD`` names; None where there is none or it cannot be read.

    Args:
        git: The folder ``.git``.
    """
    try:
        commit = _commit(git, _head(git))
        header = commit.partition(b"\n\n")[0]
        match = _COMMITTER.search(header)
        return datetime.fromtimestamp(int(match[1]), UTC) if match else None
    except _DAMAGED:
        return None


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file, open for reading; a link or another special file is refused."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise ValueError(f"{path} is no regular file")
        yield stream


def _text(path: Path) -> str:
    with _opened(path) as stream:
        return stream.read(_TEXT_BYTES).decode("utf-8", "replace")


def _head(git: Path) -> str:
    """The id of the commit that ``HEAD`` names."""
    found = _text(git / "HEAD").strip()
    if found.startswith("ref:"):
        name = found.removeprefix("ref:").strip()
        if _REFERENCE.fullmatch(name) is None or ".." in name:
            raise ValueError("no usable name of a branch")
        found = _reference(git, name)
    if _OBJECT_ID.fullmatch(found) is None:
        raise ValueError("no id of a commit")
    return found


def _reference(git: Path, name: str) -> str:
    try:
        return _text(git / name).strip()
    except FileNotFoundError:
        lines = (line.split() for line in _text(git / "packed-refs").splitlines())
        return next((words[0] for words in lines if words[1:] == [name]), "")


def _commit(git: Path, object_id: str) -> bytes:
    objects = git / "objects"
    try:
        with _opened(objects / object_id[:2] / object_id[2:]) as stream:
            data = _inflated(stream)
        kind, _, content = data.partition(b"\0")
        if not kind.startswith(b"commit "):
            raise ValueError("no commit")
        return content
    except FileNotFoundError:
        kind_number, content = _packed(objects / "pack", bytes.fromhex(object_id))
    if kind_number != _COMMIT:
        raise ValueError("no commit")
    return content


def _packed(folder: Path, object_id: bytes) -> tuple[int, bytes]:
    """An object out of any pack."""
    for index in sorted(folder.glob("*.idx"))[:_MAX_PACKS]:
        with _opened(index) as stream:
            offset = _offset(stream, object_id)
        if offset is not None:
            with _opened(index.with_suffix(".pack")) as pack, _opened(index) as stream:
                return _entry(pack, stream, offset, 0)
    raise ValueError("the commit is in no pack")


def _offset(index: BinaryIO, object_id: bytes) -> int | None:
    """Where an object stands in the pack of an index of version 2."""
    head = index.read(8 + 1024)
    magic, version, *fanout = struct.unpack(">4sI256I", head)
    if (magic, version) != (b"\xfftOc", 2):
        raise ValueError("an index of another version")
    count, first = fanout[255], object_id[0]
    low, high = (fanout[first - 1] if first else 0), fanout[first]
    while low < high:
        middle = (low + high) // 2
        index.seek(len(head) + 20 * middle)
        found = index.read(20)
        if found == object_id:
            return _offset_at(index, len(head), count, middle)
        low, high = (middle + 1, high) if found < object_id else (low, middle)
    return None


def _offset_at(index: BinaryIO, start: int, count: int, place: int) -> int:
    index.seek(start + 24 * count + 4 * place)
    (offset,) = struct.unpack(">I", index.read(4))
    if offset < 1 << 31:
        return int(offset)
    index.seek(start + 28 * count + 8 * (offset & 0x7FFFFFFF))
    return int(struct.unpack(">Q", index.read(8))[0])


def _entry(pack: BinaryIO, index: BinaryIO, offset: int, deltas: int) -> tuple[int, bytes]:
    """The type and the content of the object at `offset` of a pack."""
    if deltas > _MAX_DELTAS:
        raise ValueError("too many deltas")
    pack.seek(offset)
    byte = pack.read(1)[0]
    kind = (byte >> 4) & 7
    while byte & 0x80:
        byte = pack.read(1)[0]
    if kind == _OFFSET_DELTA:
        base = offset - _distance(pack)
    elif kind == _OBJECT_DELTA:
        object_id, place = pack.read(20), pack.tell()
        index.seek(0)
        base = _offset(index, object_id) or 0
        pack.seek(place)
    else:
        return kind, _inflated(pack)
    delta = _inflated(pack)
    if not 0 < base != offset:
        raise ValueError("a delta of nothing")
    kind, content = _entry(pack, index, base, deltas + 1)
    return kind, _applied(content, delta)


def _distance(pack: BinaryIO) -> int:
    byte = pack.read(1)[0]
    distance = byte & 0x7F
    while byte & 0x80:
        byte = pack.read(1)[0]
        distance = ((distance + 1) << 7) | (byte & 0x7F)
    return distance


def _inflated(stream: BinaryIO) -> bytes:
    """What zlib packed there; what goes beyond a megabyte is cut."""
    return zlib.decompressobj().decompress(stream.read(_OBJECT_BYTES), _OBJECT_BYTES)


def _applied(base: bytes, delta: bytes) -> bytes:
    """An object from another one and what differs."""
    place = _after_number(delta, _after_number(delta, 0))
    parts, size = [], 0
    while place < len(delta):
        order = delta[place]
        place += 1
        if order & 0x80:
            numbers = []
            for bits, width in ((order, 4), (order >> 4, 3)):
                number = 0
                for byte in range(width):
                    if bits >> byte & 1:
                        number |= delta[place] << (8 * byte)
                        place += 1
                numbers.append(number)
            start, length = numbers[0], numbers[1] or 1 << 16
            parts.append(base[start : start + length])
        else:
            parts.append(delta[place : place + order])
            place += order
        size += len(parts[-1])
        if size > _OBJECT_BYTES:
            raise ValueError("too large for a commit")
    return b"".join(parts)


def _after_number(delta: bytes, place: int) -> int:
    while delta[place] & 0x80:
        place += 1
    return place + 1
