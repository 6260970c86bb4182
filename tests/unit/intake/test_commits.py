from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.intake.commits import last_commit_time

SECONDS = 1_800_000_000


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git makes the repositories")
    for number in range(3):
        (tmp_path / "file").write_text("text\n" * 200 + str(number))
        run(tmp_path, "init", "-q")
        run(tmp_path, "add", "file")
        run(tmp_path, "commit", "-q", "-m", "words " * 200 + str(number), at=SECONDS + number)
    return tmp_path


def run(folder: Path, *arguments: str, at: int = 0) -> None:
    date = f"{at} +0100"
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date,
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@b",
    }  # fmt: skip
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)  # noqa: S607


@pytest.mark.parametrize("packed", [False, True])
def test_the_time_of_the_last_commit(repository: Path, packed: bool) -> None:
    """Of a repository at work and of one as it is cloned, with everything in a pack."""
    if packed:
        run(repository, "gc", "-q", "--aggressive")
        assert not (repository / ".git/refs/heads/master").exists()

    assert last_commit_time(repository / ".git") == datetime.fromtimestamp(SECONDS + 2, UTC)


@pytest.mark.parametrize(
    "head", ["", "ref: refs/heads/absent", "ref: ../../secret", "0" * 40, "\0", "ref: " + "x" * 999]
)
def test_an_unusual_repository_has_no_time(repository: Path, head: str) -> None:
    """Whatever `HEAD` says, nothing is raised and nothing outside is read."""
    (repository / ".git/HEAD").write_text(head)

    assert last_commit_time(repository / ".git") is None


def test_links_are_not_followed(repository: Path) -> None:
    """A `HEAD` that leads elsewhere is not read."""
    head = repository / ".git/HEAD"
    head.rename(repository / "elsewhere")
    head.symlink_to(repository / "elsewhere")

    assert last_commit_time(repository / ".git") is None


def test_damage_anywhere_is_survived(repository: Path) -> None:
    """A pack or an index with any byte turned over gives a time or none."""
    run(repository, "gc", "-q")
    for file in (repository / ".git/objects/pack").iterdir():
        whole = file.read_bytes()
        file.chmod(0o600)
        for place in range(0, len(whole), max(1, len(whole) // 40)):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
            found = last_commit_time(repository / ".git")
            assert found is None or found.tzinfo is not None
        file.write_bytes(whole)
