from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from grader.errors import StorageError
from grader.runs.locking import LockedError, is_locked, locked


def test_a_lock_is_seen_and_left_alone(tmp_path: Path) -> None:
    """Looking takes nothing away and writes nothing."""
    file = tmp_path / "lock"
    assert not is_locked(file)
    assert not file.exists()
    with locked(file):
        assert is_locked(file)
        with pytest.raises(LockedError), locked(file):
            pass
        assert is_locked(file)
    assert not is_locked(file)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_share_without_locks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Two graders at once would go unnoticed there; the message says what to do, and readers read."""

    def flock(descriptor: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    file = tmp_path / "lock"
    with pytest.raises(StorageError, match=f"{file} cannot be locked: ") as caught, locked(file):
        pass

    assert "a folder on a disk of this machine" in caught.value.hint
    assert not is_locked(file)
