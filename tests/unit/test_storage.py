from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from grader.errors import RunError, StorageError
from grader.storage import is_storage_trouble, storage_error, storing, storing_temporarily


@pytest.mark.parametrize(
    ("number", "cause", "fix"),
    [
        (errno.ENOSPC, "no space is left on the disk", "make room there"),
        (errno.EDQUOT, "the disk quota is used up", "make room there"),
        (errno.EROFS, "the file system is read-only", "name a folder that can be written to"),
        (errno.EACCES, "permission denied", "get the permission"),
        (errno.EIO, "the disk or the share reports an error", "look at the disk"),
        (errno.ESTALE, "the share has changed or is gone", "connect the share again"),
        (errno.ENOLCK, "its file system has no locks", "a folder on a disk of this machine"),
        (errno.ENAMETOOLONG, "file name too long", "see to it"),
    ],
)
def test_each_trouble_says_what_to_do(number: int, cause: str, fix: str) -> None:
    """The path, the cause, a way out, and that the same command goes on."""
    with pytest.raises(StorageError) as caught, storing(Path("run/index.html")):
        raise OSError(number, os.strerror(number), "run/.index.html.1.tmp")

    assert str(caught.value) == f"run/index.html cannot be written: {cause}"
    assert fix in caught.value.hint
    assert caught.value.hint.endswith("then give the same command again")
    assert isinstance(caught.value, RunError)
    assert caught.value.exit_code == 4


def test_a_temporary_folder_is_named_with_the_variable_that_moves_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is not the run folder that is full."""
    monkeypatch.setattr(tempfile, "tempdir", "/scratch")
    with (
        pytest.raises(StorageError, match="/scratch, cannot be written to") as caught,
        storing_temporarily(),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert "TMPDIR" in caught.value.hint


def test_no_temporary_folder_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python tries some folders, and says which."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", "/read-only")
    monkeypatch.setattr(tempfile, "_get_default_tempdir", _none)
    with (
        pytest.raises(StorageError, match="/read-only, cannot be written to: no usable"),
        storing_temporarily(),
    ):
        tempfile.gettempdir()


def _none() -> str:
    raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/read-only']")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "full"), True),
        (OSError(errno.EIO, "broken", "a"), True),
        (PermissionError(errno.EACCES, "denied", "a"), True),
        (PermissionError(errno.EACCES, "denied"), False),
        (FileNotFoundError(errno.ENOENT, "absent", "a"), False),
        (OSError("anything"), False),
    ],
    ids=str,
)
def test_bugs_are_no_trouble_of_the_machine(error: OSError, expected: bool) -> None:
    """A file that is not there, or an error without a path, may well be a bug."""
    assert is_storage_trouble(error) is expected


def test_an_error_without_a_path_is_of_the_output() -> None:
    """What has no name is a stream."""
    assert str(storage_error(OSError(errno.ENOSPC, "full"))).startswith("the output cannot be")
