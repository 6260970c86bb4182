from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from grader.errors import StorageError
from grader.files import make_folder, read_if_there, write_changed, write_whole
from tests.faults import ERRORS, failing_disk


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
def test_a_file_is_whole_whatever_fails(tmp_path: Path, error: int) -> None:
    """At each operation: the old contents or the new, no leftover, and the path in the message."""
    with failing_disk(tmp_path / "disk") as disk:
        write_whole(tmp_path / "disk/a/b.txt", b"old", durable=True)
    assert disk.operations[-4:] == ["open", "write", "fsync", "replace"]

    for number in range(4):
        with (
            pytest.raises(StorageError, match=r"a/b\.txt cannot be written"),
            failing_disk(tmp_path / "disk", fails_at=number, error=error),
        ):
            write_whole(tmp_path / "disk/a/b.txt", b"new", durable=True)
        assert [file.read_bytes() for file in (tmp_path / "disk/a").iterdir()] == [b"old"]


def test_a_short_write_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may take less than it is given."""
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:3]))
    write_whole(tmp_path / "a.txt", b"0123456789")

    assert (tmp_path / "a.txt").read_bytes() == b"0123456789"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file it leads to is replaced."""
    (tmp_path / "real.txt").write_bytes(b"old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_whole(tmp_path / "link.txt", b"new")

    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_bytes() == b"new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    """`--output /dev/null` leaves the device where it is."""
    write_whole(Path(os.devnull), b"anything")

    assert not Path(os.devnull).is_file()


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    """Neither a folder instead of a file nor a file instead of a folder is written over."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError, match="folder cannot be written: is a directory"):
        write_whole(tmp_path / "folder", b"x")
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(StorageError, match="file/below cannot be written: "):
        make_folder(tmp_path / "file/below")


def test_only_a_change_is_written(tmp_path: Path) -> None:
    """The same bytes are no work, not even for a disk that is full."""
    assert write_changed(tmp_path / "a", b"x")
    with failing_disk(tmp_path, fails_at=0):
        assert not write_changed(tmp_path / "a", b"x")
    assert read_if_there(tmp_path / "a") == b"x"
    assert read_if_there(tmp_path / "a/b") is None
    assert read_if_there(tmp_path / "b") is None
