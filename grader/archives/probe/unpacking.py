"""Take an archive apart, inside the sandbox: regular files only, written one by one, within bounds.

Names never become paths: what is kept lies in one folder under numbers, and the names are only reported. Sizes that an
archive declares are never believed; what counts is what comes out of it.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from grader.archives.probe.bounds import Bench, Bounds
from grader.archives.probe.names import RefusedError, decoded
from grader.archives.probe.zip_check import KERAS_MEMBERS, cut_zip
from grader.archives.protocol import Allowance, Member
from grader.records.evidence import Failure, file_failure
from grader.records.message import Name

_CHUNK = 1 << 18
_LOCAL_HEADER_BYTES = 30
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_DAMAGED = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, ValueError, RecursionError, NotImplementedError, ArithmeticError),
    *(LookupError, TypeError),
)


@dataclass(frozen=True)
class Unpacking:
    """Files taken out of an archive; the one of member `n` is called ``n`` in `folder`."""

    members: tuple[Member, ...]
    folder: Path
    spent: Allowance


def unpack(
    path: Path,
    file: str,
    bounds: Bounds,
    allowance: Allowance | None = None,
    room: Path | None = None,
) -> Unpacking | Failure:
    """Take the files out of an archive: zip or tar, the latter also packed as single files are.

    What is no such archive, a Keras model among others, has no members.

    Args:
        path: The archive.
        file: What the student calls it.
        bounds: What it may hold; an archive that goes beyond is refused as a whole.
        allowance: What may still come out of it; None for all that `bounds` allow.
        room: Where a folder for the files is made; None for the folder for temporary files.
    """
    folder = Path(tempfile.mkdtemp(prefix="unpacked-", dir=room))
    try:
        allowed = allowance or bounds.allowance(path.stat().st_size)
        bench = Bench(folder, bounds, allowed)
        with path.open("rb") as stream:
            if stream.read(4) == b"PK\x03\x04" and (trouble := cut_zip(path, file)):
                return trouble
            _take_apart(stream, bench, PurePosixPath(file).name)
    except RefusedError as refused:
        values = {"file": Name(text=file), **refused.values}
        return Failure(reason="refused", why=(refused.why,), values=values)
    except _DAMAGED as error:
        return file_failure("corrupt", file, detail=f"{type(error).__name__}: {error}")
    return Unpacking(tuple(bench.members), folder, bench.spent())


def _take_apart(stream: BinaryIO, bench: Bench, name: str) -> None:
    stream.seek(0)
    head = stream.read(512)
    stream.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _take_zip(stream, bench)
        return
    packings = (
        (b"\x1f\x8b", gzip.open, (".gz", ".gzip")),
        (b"BZh", bz2.open, (".bz2",)),
        (b"\xfd7zXZ\x00", lzma.open, (".xz",)),
    )
    for signature, unpacked, suffixes in packings:
        if head.startswith(signature):
            with unpacked(stream) as whole:
                packed = cast(BinaryIO, whole)
                if not _take_tar(packed, bench):
                    _take_single(packed, bench, _without_suffix(name, suffixes))
            return
    _take_tar(stream, bench)


def _without_suffix(name: str, suffixes: Sequence[str]) -> str:
    suffix = next((suffix for suffix in suffixes if name.lower().endswith(suffix)), "")
    return (name[: -len(suffix)] if suffix else name) or "file"


def _take_single(stream: BinaryIO, bench: Bench, name: str) -> None:
    """A file that was packed without a tar around it; it has the archive's name without the suffix."""
    bench.entry()
    usable = bench.names.usable(name)
    if not usable:
        return
    counted = _Counted(stream, bench)
    bench.names.claim(usable)
    bench.keep(usable, iter(lambda: counted.read(_CHUNK), b""))


class _Counted:
    """A stream whose bytes are counted, headers and what is passed over included."""

    def __init__(self, stream: BinaryIO, bench: Bench) -> None:
        self._stream = stream
        self._bench = bench

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, _CHUNK))
        self._bench.produced(len(data))
        return data


def _take_tar(stream: BinaryIO, bench: Bench) -> bool:
    """Returns whether it is a tar; what is none, such as a single file that gzip packed, is left as it is."""
    head = stream.read(512)
    stream.seek(0)
    if head[257:262] != b"ustar":
        return False
    counted = cast(BinaryIO, _Counted(stream, bench))
    with tarfile.open(fileobj=counted, mode="r|", encoding="utf-8") as archive:
        for entry in archive:
            bench.entry()
            name = bench.names.usable(decoded(entry.name.encode("utf-8", "surrogateescape")))
            if not name or entry.isdir():
                continue
            if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or entry.sparse is not None:
                raise RefusedError("archive-link", name=Name(text=name))
            content = archive.extractfile(entry)
            if content is None or entry.size < 0:
                raise RefusedError("archive-lies")
            bench.names.claim(name)
            bench.keep(name, _exactly(content, entry.size))
    while counted.read(_CHUNK):  # to the end, where checksums are
        pass
    return True


def _take_zip(stream: BinaryIO, bench: Bench) -> None:
    with zipfile.ZipFile(stream) as archive:
        entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
        end = archive.start_dir
    if {entry.orig_filename for entry in entries} >= KERAS_MEMBERS:
        return
    reached = 0
    for entry in entries:
        bench.entry()
        start = _content_start(stream, entry)
        if entry.header_offset < reached or start + entry.compress_size > end:
            raise RefusedError("archive-lies")
        reached = start + entry.compress_size
        _take_zipped(stream, start, entry, bench)


def _content_start(stream: BinaryIO, entry: zipfile.ZipInfo) -> int:
    stream.seek(entry.header_offset)
    header = stream.read(_LOCAL_HEADER_BYTES)
    if len(header) < _LOCAL_HEADER_BYTES or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile("no header where a file begins")
    lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return entry.header_offset + _LOCAL_HEADER_BYTES + lengths


def _take_zipped(stream: BinaryIO, start: int, entry: zipfile.ZipInfo, bench: Bench) -> None:
    name = bench.names.usable(_zip_name(entry))
    if not name:
        return
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFDIR or entry.orig_filename.endswith(("/", "\\")):
        return
    if kind not in (0, stat.S_IFREG):
        raise RefusedError("archive-link", name=Name(text=name))
    if entry.flag_bits & _ENCRYPTED:
        raise RefusedError("archive-encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedError("archive-packing", name=Name(text=name))
    bench.names.claim(name)
    stream.seek(start)
    bench.keep(name, _checked(_content(stream, entry), entry, bench))


def _zip_name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & 0x800:  # says that it is UTF-8
        return entry.orig_filename
    return decoded(entry.orig_filename.encode("cp437"))


def _checked(chunks: Iterator[bytes], entry: zipfile.ZipInfo, bench: Bench) -> Iterator[bytes]:
    size = checksum = 0
    for chunk in chunks:
        bench.produced(len(chunk))
        size += len(chunk)
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    if size != entry.file_size:
        raise RefusedError("archive-lies")
    if checksum != entry.CRC:
        raise zipfile.BadZipFile("wrong checksum")


def _content(stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    packed = _exactly(stream, entry.compress_size)
    return packed if entry.compress_type == zipfile.ZIP_STORED else _inflated(packed)


def _exactly(stream: IO[bytes], count: int) -> Iterator[bytes]:
    while count:
        data = stream.read(min(count, _CHUNK))
        if not data:
            raise EOFError
        count -= len(data)
        yield data


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    data = b""
    while not engine.eof:
        data = engine.unconsumed_tail or next(packed, b"")
        out = engine.decompress(data, _CHUNK)
        if not (data or out or engine.eof):
            raise EOFError
        yield out
    if engine.unused_data or next(packed, b""):
        raise RefusedError("archive-lies")
