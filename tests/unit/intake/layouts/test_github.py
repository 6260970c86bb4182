from __future__ import annotations

import zlib
from datetime import UTC, datetime
from pathlib import Path

from grader.intake import locate_class
from tests.unit.intake.layouts.class_folders import lay_out, people


def commit(clone: Path, seconds: int) -> None:
    """Make `clone` a repository with one commit."""
    data = f"tree {'0' * 40}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> {seconds} +0100\n\nx\n"
    name = "ab" * 20
    lay_out(clone / ".git", f"objects/{name[:2]}/{name[2:]}", "refs/heads/main", "HEAD")
    (clone / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (clone / ".git/refs/heads/main").write_text(f"{name}\n")
    packed = zlib.compress(f"commit {len(data)}\0{data}".encode())
    (clone / f".git/objects/{name[:2]}/{name[2:]}").write_bytes(packed)


def test_logins_follow_the_name_of_the_assignment(tmp_path: Path) -> None:
    """What all names begin with is the assignment; the time is that of the last commit."""
    for name in ("lab-1-anna", "lab-1-bo-li"):
        lay_out(tmp_path, f"{name}/mnist.h5")
        commit(tmp_path / name, 1_800_000_000)
    found = locate_class(tmp_path)
    ids = [item.submission.identity.ids for item in found.submissions]

    assert found.layout == "github"
    assert ids == [
        ("anna", "lab-1-anna", "1-anna"),
        ("bo-li", "lab-1-bo-li", "1-bo-li"),
    ]
    assert people(found) == {"anna": ["mnist.h5"], "bo-li": ["mnist.h5"]}
    assert {item.submission.received_at for item in found.submissions} == {
        datetime.fromtimestamp(1_800_000_000, UTC)
    }


def test_the_folder_of_the_clones_names_the_assignment(tmp_path: Path) -> None:
    """`gh classroom clone` makes `lab-1-submissions/`; even a lone clone, and logins that begin alike, are read."""
    for name in ("lab-1-de-anna", "lab-1-de-bo"):
        commit(lay_out(tmp_path, f"lab-1-submissions/{name}/m.h5") / "lab-1-submissions" / name, 1)

    assert list(people(locate_class(tmp_path))) == ["de-anna", "de-bo"]


def test_logins_that_begin_alike_are_known_whole(tmp_path: Path) -> None:
    """Nothing says where the assignment's name ends: every login that a name may hold is one of the ids."""
    for name in ("lab-max-a", "lab-max-b"):
        commit(lay_out(tmp_path, f"{name}/m.h5") / name, 1)
    found = locate_class(tmp_path)

    assert list(people(found)) == ["a", "b"]
    assert found.submissions[0].submission.identity.ids == ("a", "lab-max-a", "max-a")


def test_a_lone_clone_keeps_its_name(tmp_path: Path) -> None:
    """What stands before the login of a lone clone is open; whatever it may be is one of the ids."""
    commit(lay_out(tmp_path, "lab-1-bo-li/m.h5") / "lab-1-bo-li", 1)
    (found,) = locate_class(tmp_path).submissions

    assert found.submission.identity.ids == ("lab-1-bo-li", "1-bo-li", "bo-li", "li")
