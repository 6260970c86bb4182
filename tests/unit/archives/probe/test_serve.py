"""The process that takes archives apart answers every request, and needs none of the libraries of models."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import msgspec
import pytest

from grader.archives.probe import serve
from grader.archives.probe.serve import Session
from grader.archives.protocol import ArchiveAnswer, Fetch, Fetched, Member, Unpack, Unpacked
from grader.records.base import Record
from grader.records.evidence import Failure, internal_failure
from grader.records.message import Name
from grader.sandbox import Limits

LIMITS = Limits(wall_s=20, file_bytes=1 << 20, memory_bytes=1 << 30)


def handled(session: Session, request: Record) -> tuple[ArchiveAnswer, bytes]:
    answer, body = session.handle(msgspec.json.encode(request), lambda: memoryview(b""))
    return msgspec.json.decode(answer, type=ArchiveAnswer), body


def test_no_library_that_opens_models_is_imported() -> None:
    """A fault of TensorFlow or HDF5 is out of reach of an archive."""
    program = (
        "import sys; sys.path[:] = sys.argv[1:]\n"
        "import importlib\n"
        "from grader.archives.profile import PROFILE\n"
        "for name in (*PROFILE.preload, PROFILE.target.partition(':')[0]):\n"
        "    importlib.import_module(name)\n"
        "print({'tensorflow', 'keras', 'h5py', 'onnx', 'numpy'} & set(sys.modules))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *sys.path], capture_output=True, text=True, check=True
    )

    assert ended.stdout.strip() == "set()"


def test_members_and_bytes_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First names and sizes, then any part of a member."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = tmp_path / "w.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("m.h5", b"0123456789")
    session = Session(LIMITS)

    assert handled(session, Fetch(member=0, start=0, length=1))[0] == internal_failure(
        "asked before an archive was unpacked"
    )
    answer, _ = handled(session, Unpack(path=str(path), file="w.zip"))
    assert isinstance(answer, Unpacked)
    assert answer.members == (Member(path="m.h5", size=10),)
    assert (answer.spent.bytes, answer.spent.files, answer.spent.entries) == (10, 1, 1)
    assert handled(session, Fetch(member=0, start=3, length=4)) == (Fetched(), b"3456")


@pytest.mark.parametrize(
    ("error", "reason"),
    [(MemoryError(), "out-of-memory"), (AssertionError("odd"), "corrupt")],
)
def test_errors_become_failures(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    """Whatever an archive makes the code raise is reported as a fault of the archive."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(serve, "unpack", fail)
    answer, _ = handled(Session(LIMITS), Unpack(path="/nowhere", file="w.zip"))

    assert isinstance(answer, Failure)
    assert (answer.reason, answer.values["file"]) == (reason, Name(text="w.zip"))
