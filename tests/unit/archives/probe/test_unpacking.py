"""Archives are taken apart file by file; a hostile one is refused as a whole, and nothing is written outside."""

from __future__ import annotations

import bz2
import dataclasses
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from grader.archives.probe.bounds import Bounds
from grader.archives.probe.names import decoded
from grader.archives.probe.unpacking import Unpacking, unpack
from grader.messages import catalogue, failure_text
from grader.records.evidence import Failure

BOUNDS = Bounds(
    total_bytes=3 << 20,
    file_bytes=1 << 20,
    seconds=20,
    entries=200,
    files=50,
    ratio=100,
    ratio_floor=2 << 20,
)
MODEL = b"\x89HDF\r\n\x1a\n" + bytes(range(256)) * 40


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = 8) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=method)
    return buffer.getvalue()


def tarred(*members: tuple[str | tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            if info.isreg():
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def special(kind: bytes, name: str = "m.h5", target: str = "") -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return tarred(("good.h5", MODEL), (info, b""))


def zip_link() -> bytes:
    info = zipfile.ZipInfo("m.h5")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return zipped((info, b"/etc/passwd"))


def patched(data: bytes, change: Callable[[bytearray, int, int], None]) -> bytes:
    """A zip of one file with something changed: gets the places of the local and of the central header."""
    changed = bytearray(data)
    change(changed, data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02"))
    return bytes(changed)


def sizes(size: int) -> Callable[[bytearray, int, int], None]:
    def change(data: bytearray, local: int, central: int) -> None:
        data[local + 22 : local + 26] = data[central + 24 : central + 28] = struct.pack("<I", size)

    return change


def encrypted(data: bytearray, local: int, central: int) -> None:
    data[local + 6] |= 1
    data[central + 8] |= 1


def overlapping() -> bytes:
    """Two entries of the table of contents that share one file's bytes."""
    data = zipped(("a.h5", MODEL))
    start, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    entry, tail = data[start:end], bytearray(data[end:])
    twice = entry + entry.replace(b"a.h5", b"b.h5")
    tail[8:16] = struct.pack("<HHI", 2, 2, len(twice))
    return data[:start] + twice + bytes(tail)


def with_size(size: bytes) -> bytes:
    """A tar whose second header declares a size that is none, with a right checksum."""
    data = bytearray(tarred(("a.h5", b"x" * 512), ("b.h5", b"")))
    header = data[1024:1536]
    header[124:136] = size
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    data[1024:1536] = header
    return bytes(data)


def sparse() -> bytes:
    info = tarfile.TarInfo("m.h5")
    info.pax_headers = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.map": "0,1",
        "GNU.sparse.size": str(1 << 40),
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    return buffer.getvalue()


ZEROS = bytes(4 << 20)

HOSTILE: dict[str, tuple[bytes, str]] = {
    "zip dots": (zipped(("a/../../m.h5", MODEL)), "archive-path"),
    "zip dots by backslash": (zipped(("a\\..\\..\\m.h5", MODEL)), "archive-path"),
    "zip absolute": (zipped(("/home/m.h5", MODEL)), "archive-path"),
    "zip network path": (zipped(("\\\\host\\m.h5", MODEL)), "archive-path"),
    "zip drive": (zipped(("C:\\m.h5", MODEL)), "archive-path"),
    "zip drive alone": (zipped(("c:m.h5", MODEL)), "archive-path"),
    "zip control": (zipped(("m\n.h5", MODEL)), "archive-path"),
    "zip escape": (zipped(("m\x1b[2J.h5", MODEL)), "archive-path"),
    "zip long name": (zipped(("m" * 300, MODEL)), "archive-path"),
    "zip deep": (zipped(("a/" * 30 + "m.h5", MODEL)), "archive-path"),
    "zip long path": (zipped((("a" * 200 + "/") * 8 + "m.h5", MODEL)), "archive-path"),
    "zip nul": (zipped(("mQ.h5", MODEL)).replace(b"mQ.h5", b"m\0.h5"), "archive-path"),
    "zip link": (zip_link(), "archive-link"),
    "zip case": (zipped(("m.h5", MODEL), ("M.H5", b"x")), "archive-twice"),
    "zip composed": (zipped(("\u00e9.h5", MODEL), ("e\u0301.h5", b"x")), "archive-twice"),
    "zip file as folder": (zipped(("m.h5", MODEL), ("M.h5/x", b"x")), "archive-twice"),
    "zip folder as file": (zipped(("m.h5/x", MODEL), ("m.h5", b"x")), "archive-twice"),
    "zip bomb": (zipped(("m.h5", ZEROS)), "archive-size"),
    "zip of many bombs": (
        zipped(*((f"{place}.h5", bytes(1 << 20)) for place in range(5))),
        "archive-size",
    ),
    "zip entries": (zipped(*((f"{place}", b"") for place in range(300))), "archive-entries"),
    "zip litter": (zipped(*((f".{place}", b"") for place in range(300))), "archive-entries"),
    "zip files": (zipped(*((f"{place}", b"") for place in range(60))), "archive-entries"),
    "zip encrypted": (patched(zipped(("m.h5", MODEL)), encrypted), "archive-encrypted"),
    "zip bzip2": (zipped(("m.h5", MODEL), method=zipfile.ZIP_BZIP2), "archive-packing"),
    "zip lzma": (zipped(("m.h5", MODEL), method=zipfile.ZIP_LZMA), "archive-packing"),
    "zip overlapping": (overlapping(), "archive-lies"),
    "zip size too small": (patched(zipped(("m.h5", MODEL)), sizes(10)), "archive-lies"),
    "zip size too large": (patched(zipped(("m.h5", MODEL)), sizes(1 << 30)), "archive-lies"),
    "stored size lies": (patched(zipped(("m.h5", MODEL), method=0), sizes(5)), "archive-lies"),
    "tar dots": (tarred(("../m.h5", MODEL)), "archive-path"),
    "tar absolute": (tarred(("/home/m.h5", MODEL)), "archive-path"),
    "tar deep": (tarred(("a/" * 500 + "m.h5", MODEL)), "archive-path"),
    "tar hard link": (special(tarfile.LNKTYPE, target="good.h5"), "archive-link"),
    "tar link": (special(tarfile.SYMTYPE, target="/etc/passwd"), "archive-link"),
    "tar named pipe": (special(tarfile.FIFOTYPE), "archive-link"),
    "tar device": (special(tarfile.CHRTYPE), "archive-link"),
    "tar block device": (special(tarfile.BLKTYPE), "archive-link"),
    "tar sparse": (sparse(), "archive-link"),
    "tar twice": (tarred(("m.h5", MODEL), ("m.h5", b"x")), "archive-twice"),
    "tar entries": (tarred(*((f".{place}", b"") for place in range(300))), "archive-entries"),
    "tar negative size": (with_size(b"\xff" * 11 + b"\x00"), "archive-lies"),
    "tar.gz bomb": (gzip.compress(tarred(("m.h5", ZEROS))), "archive-size"),
    "tar.bz2 bomb": (bz2.compress(tarred((".hidden", ZEROS))), "archive-size"),
    "tar.xz bomb": (lzma.compress(tarred(("m.h5", ZEROS))), "archive-size"),
}


def write(tmp_path: Path, data: bytes, name: str = "work.zip") -> Path:
    path = tmp_path / "handed-in" / name
    path.parent.mkdir()
    path.write_bytes(data)
    return path


def taken(tmp_path: Path, data: bytes, bounds: Bounds = BOUNDS) -> Unpacking | Failure:
    room = tmp_path / "room"
    room.mkdir()
    path = write(tmp_path, data)
    result = unpack(path, path.name, bounds, room=room)
    assert {entry.name for entry in tmp_path.iterdir()} == {"handed-in", "room"}
    for entry in room.rglob("*"):
        assert entry.is_dir() or stat.S_IMODE(entry.lstat().st_mode) == 0o600
        assert not entry.is_symlink()
        assert entry.name.isdigit() or entry.name.startswith("unpacked-")
    return result


def names(tmp_path: Path, data: bytes) -> list[str]:
    result = taken(tmp_path, data)
    assert isinstance(result, Unpacking), result
    return [member.path for member in result.members]


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_archives_are_refused_as_a_whole(tmp_path: Path, kind: str) -> None:
    """The reason is one of the catalogue's, in both languages, with something to do."""
    data, why = HOSTILE[kind]
    result = taken(tmp_path, data)

    assert isinstance(result, Failure)
    assert (result.reason, result.why) == ("refused", (why,)), result
    for language in ("en", "fr"):
        message, advice = failure_text(result, catalogue(language))
        assert "work.zip" in message
        assert message.isprintable()
        assert "Keras layers" not in advice


@pytest.mark.parametrize(
    "data",
    [
        zipped(("m.h5", MODEL))[:-30],
        b"PK".join(zipped(("m.h5", MODEL), ("n.h5", MODEL)).rsplit(b"PK\x03", 1)),
        tarred(("m.h5", MODEL))[:2000],
        gzip.compress(tarred(("m.h5", MODEL)))[:300],
        bz2.compress(tarred(("m.h5", MODEL)))[:-10],
        patched(
            zipped(("m.h5", MODEL), method=0), lambda data, at, _: data.__setitem__(at + 60, 7)
        ),
    ],
    ids=["zip cut", "zip without headers", "tar cut", "gz cut", "bz2 cut", "checksum"],
)
def test_damaged_archives_are_told(tmp_path: Path, data: bytes) -> None:
    """What breaks off or contradicts its checksum is damaged, whatever could be read of it."""
    result = taken(tmp_path, data)

    assert isinstance(result, Failure)
    assert result.reason == "corrupt"


@pytest.mark.parametrize(
    "data",
    [
        zipped(("work/", b""), ("work/m.h5", MODEL), ("work/train.py", b"pass")),
        zipped(("work/m.h5", MODEL), ("work/train.py", b"pass"), method=0),
        zipped(("work\\m.h5", MODEL), (".\\work\\train.py", b"pass")),
        tarred(("work/m.h5", MODEL), ("./work/train.py", b"pass")),
        gzip.compress(tarred(("work/m.h5", MODEL), ("work/train.py", b"pass"))),
        bz2.compress(tarred(("work/m.h5", MODEL), ("work/train.py", b"pass"))),
        lzma.compress(tarred(("work/m.h5", MODEL), ("work/train.py", b"pass"))),
    ],
    ids=["zip", "stored", "backslashes", "tar", "gz", "bz2", "xz"],
)
def test_plain_archives_give_their_files(tmp_path: Path, data: bytes) -> None:
    """Zip and tar, however packed, give the same files with the same bytes."""
    result = taken(tmp_path, data)

    assert isinstance(result, Unpacking)
    assert [(member.path, member.size) for member in result.members] == [
        ("work/m.h5", len(MODEL)),
        ("work/train.py", 4),
    ]
    assert (result.folder / "0").read_bytes() == MODEL
    assert (result.folder / "1").read_bytes() == b"pass"


def test_litter_is_passed_over_and_nested_archives_stay_packed(tmp_path: Path) -> None:
    """What systems and tools leave behind is no file of the student's."""
    inner = zipped(("m.h5", MODEL))
    data = zipped(
        ("__MACOSX/work/._m.h5", b"\0"),
        ("work/.DS_Store", b"\0"),
        ("work/Thumbs.db", b"\0"),
        ("work/__pycache__/train.pyc", b"\0"),
        ("work/.git/config", b"\0"),
        ("work/.ipynb_checkpoints/m.h5", b"\0"),
        ("work/inner.zip", inner),
    )

    assert names(tmp_path, data) == ["work/inner.zip"]


def test_special_bits_are_dropped(tmp_path: Path) -> None:
    """A file that wants to be setuid is a file like any other."""
    info = tarfile.TarInfo("m.h5")
    info.mode = 0o6777

    assert names(tmp_path, tarred((info, MODEL))) == ["m.h5"]


@pytest.mark.parametrize(
    "data",
    [
        zipped(("config.json", b"{}"), ("model.weights.h5", MODEL)),
        MODEL,
        b"",
        zipped(),
    ],
    ids=["keras", "model", "nothing", "empty zip"],
)
def test_what_is_no_archive_of_files_has_no_members(tmp_path: Path, data: bytes) -> None:
    """A Keras file is a model however its parts are ordered."""
    assert names(tmp_path, data) == []


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("modèle.h5", "utf-8"),
        ("modèle.h5", "cp437"),
        ("модель.h5", "cp866"),
        ("Модель_чисел.h5", "cp866"),
        ("手写数字.h5", "gbk"),
        ("手写数字.h5", "utf-8"),
    ],
)
def test_names_are_read_whatever_wrote_them(tmp_path: Path, name: str, encoding: str) -> None:
    """Packing programs of old write names in the encoding of their country."""
    raw = name.encode(encoding)
    placeholder = b"Q" * len(raw)
    data = zipped((placeholder.decode(), MODEL)).replace(placeholder, raw)

    assert names(tmp_path, data) == [name]
    assert decoded(raw) == name


def test_no_bytes_fail_as_a_name() -> None:
    """Every byte gives some text that a report can hold."""
    for first in range(256):
        for second in (0x20, 0x80, 0xFF):
            name = decoded(bytes((first, second, first)))
            assert name
            assert name.encode().decode() == name


def test_bytes_behind_the_end_are_looked_at(tmp_path: Path) -> None:
    """A checksum at the very end counts, and so does what is hidden behind the last file."""
    wrong = bytearray(gzip.compress(tarred(("m.h5", MODEL))))
    wrong[-8] ^= 1
    result = taken(tmp_path, bytes(wrong))

    assert isinstance(result, Failure)
    assert result.reason == "corrupt"


def test_too_slow_an_archive_is_refused(tmp_path: Path) -> None:
    """Time counts beside sizes."""
    result = taken(tmp_path, zipped(("m.h5", MODEL)), dataclasses.replace(BOUNDS, seconds=-1))

    assert isinstance(result, Failure)
    assert result.why == ("archive-time",)


@pytest.mark.parametrize(
    ("pack", "name", "inside"),
    [
        (gzip.compress, "mnist.h5.gz", "mnist.h5"),
        (bz2.compress, "MNIST.H5.BZ2", "MNIST.H5"),
        (lzma.compress, "a/b/mnist.keras.xz", "mnist.keras"),
        (gzip.compress, "mnist.h5", "mnist.h5"),
    ],
    ids=["gz", "bz2", "xz", "another name"],
)
def test_a_file_packed_alone_has_the_name_without_the_suffix(
    tmp_path: Path, pack: Callable[[bytes], bytes], name: str, inside: str
) -> None:
    """What packs a single file is no tar, and holds a file all the same."""
    path = tmp_path / "packed"
    path.write_bytes(pack(MODEL))
    result = unpack(path, name, BOUNDS)

    assert isinstance(result, Unpacking)
    assert [member.path for member in result.members] == [inside]
    assert (result.folder / "0").read_bytes() == MODEL


def test_what_was_spent_before_counts(tmp_path: Path) -> None:
    """An archive in an archive gets what the outer one left."""
    path = tmp_path / "inner.zip"
    path.write_bytes(zipped(("m.h5", MODEL), ("n.h5", MODEL)))
    every = BOUNDS.allowance(path.stat().st_size)
    whole = unpack(path, "inner.zip", BOUNDS, every)
    assert isinstance(whole, Unpacking)
    for left, why in (
        (every.less(msgspec.structs.replace(whole.spent, bytes=every.bytes - 1)), "archive-size"),
        (
            every.less(msgspec.structs.replace(whole.spent, files=every.files - 1)),
            "archive-entries",
        ),
        (every.less(msgspec.structs.replace(whole.spent, seconds=every.seconds)), "archive-time"),
    ):
        refused = unpack(path, "inner.zip", BOUNDS, left)
        assert isinstance(refused, Failure)
        assert refused.why == (why,)
