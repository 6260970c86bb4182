"""Hostile archives in real boxes, with the bounds that hold for students, between innocent ones."""

from __future__ import annotations

import bz2
import gzip
import io
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.archives.client import ArchiveClient
from grader.archives.profile import PROFILE
from grader.archives.protocol import Member
from grader.records.evidence import Failure
from grader.sandbox import Level, Limits, Sandbox
from grader.sandbox.selftest import assess

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="this isolation needs Linux"),
]

LIMITS = Limits(wall_s=60, memory_bytes=2 << 30)
DATA = b"\x89HDF\r\n\x1a\n" * 1000


@pytest.fixture(scope="module", params=["medium", "strong"])
def isolated(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    level: Level = request.param
    found = assess(level)
    if found.level != level:
        pytest.skip(f"level {level}: {found.troubles[level]}")
    sandbox = Sandbox(PROFILE, limits=LIMITS, level=level)
    yield sandbox
    sandbox.close()


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size, info.type, info.linkname = size, kind, target
        archive.addfile(info, io.BytesIO(bytes(size)))
    return buffer.getvalue()


def unpacked(
    sandbox: Sandbox, path: Path, data: bytes
) -> tuple[tuple[Member, ...] | Failure, bytes | Failure]:
    """What lies in an archive, and the content of its first file."""
    path.write_bytes(data)
    with sandbox.open() as box:
        client = ArchiveClient(box, path.name, sandbox.limits)
        answer = client.unpack(path)
        if isinstance(answer, Failure):
            return answer, b""
        return answer.members, client.fetch(0, 0, answer.members[0].size)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: zipped(("../../escaped", DATA)), "archive-path"),
        (lambda: tarred("/escaped"), "archive-path"),
        (lambda: tarred("m.h5", kind=tarfile.SYMTYPE, target="/etc/passwd"), "archive-link"),
        (lambda: tarred("m.h5", kind=tarfile.FIFOTYPE), "archive-link"),
        (lambda: tarred("m.h5", kind=tarfile.CHRTYPE), "archive-link"),
        (lambda: zipped(("m.h5", bytes(80 << 20))), "archive-size"),
        (lambda: zipped(*((f"{place}.h5", bytes(40 << 20)) for place in range(6))), "archive-size"),
        (lambda: gzip.compress(tarred("m.h5", 300 << 20), 1), "archive-size"),
        (lambda: bz2.compress(tarred(".skipped", 300 << 20)), "archive-size"),
        (lambda: zipped(*((str(place), b"") for place in range(1600))), "archive-entries"),
        (lambda: zipped(*((f".{place}", b"") for place in range(21_000))), "archive-entries"),
    ],
)
def test_hostile_archives_are_refused_between_innocent_ones(
    isolated: Sandbox, tmp_path: Path, make: Callable[[], bytes], why: str
) -> None:
    """The reason comes back, nothing else does, and the neighbours notice nothing."""
    innocent = zipped(("work/m.h5", DATA))
    before = unpacked(isolated, tmp_path / "before.zip", innocent)
    found, _ = unpacked(isolated, tmp_path / "hostile", make())
    after = unpacked(isolated, tmp_path / "after.zip", innocent)

    assert before == after == ((Member(path="work/m.h5", size=len(DATA)),), DATA)
    assert isinstance(found, Failure)
    assert (found.reason, found.why) == ("refused", (why,))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "after.zip", "before.zip", "hostile",
    ]  # fmt: skip


def test_as_many_files_as_are_allowed_come_back(isolated: Sandbox, tmp_path: Path) -> None:
    """The largest archive that is taken apart fits what a box may write and answer."""
    names = [f"{'folder' * 30}/{place}" for place in range(1500)]
    found, content = unpacked(
        isolated, tmp_path / "many.zip", zipped(*((name, DATA) for name in names))
    )

    assert not isinstance(found, Failure)
    assert [member.path for member in found] == names
    assert content == DATA


def test_a_file_as_large_as_is_allowed_comes_back(isolated: Sandbox, tmp_path: Path) -> None:
    """The bound on what is taken out is the bound on what may be written."""
    data = tarred("m.h5", LIMITS.file_bytes)
    found, content = unpacked(isolated, tmp_path / "large.tar", data)

    assert found == (Member(path="m.h5", size=LIMITS.file_bytes),)
    assert content == bytes(LIMITS.file_bytes)
