"""Files lie where the student had them, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.evidence.code.probe.running.layout import lay_out, names_below, written_below
from grader.evidence.code.protocol import SourceFile


def laid_out(folder: Path, *names: str) -> Path:
    """A working folder in which files of these names were laid out; each holds its number."""
    root = folder / "box" / "work"
    root.mkdir(parents=True)
    files = []
    for number, name in enumerate(names):
        path = folder / f"in{number}"
        path.write_text(str(number))
        files.append(SourceFile(path=str(path), file=name))
    lay_out(root, files)
    return root


def test_files_lie_as_they_were_handed_in(tmp_path: Path) -> None:
    """In their folders, with whatever signs their names have."""
    names = (
        "lab.py",
        "data/digits.csv",
        'My Files/a\'b "c".txt',
        "é/🙂.png",
        "-rf",
        "a\\b.txt",
        "*",
    )
    root = laid_out(tmp_path, *names)

    assert [root.joinpath(name).read_text() for name in names] == list(map(str, range(len(names))))


@pytest.mark.parametrize(
    "name",
    [
        "../out.py", "/etc/out.py", "a/../../../out.py", "..", ".", "/", "", "a\0b.py", "x" * 300,
        "/".join("d" * 200 for _ in range(40)), "./../work/../out.py", "//out.py", "\ud800.py",
    ],
)  # fmt: skip
def test_hostile_names_lead_nowhere_else(name: str, tmp_path: Path) -> None:
    """What no file system takes is left out, and the others are there."""
    root = laid_out(tmp_path, "first.py", name, "last.py")
    outside = {path for path in tmp_path.rglob("*") if path.is_file() and root not in path.parents}

    assert {path.name for path in outside} <= {"in1"}
    assert (root / "first.py").read_text() == "0"
    assert (root / "last.py").read_text() == "2"


def test_a_file_in_place_of_a_folder_stops_nothing(tmp_path: Path) -> None:
    """One of the two is there, and the others."""
    root = laid_out(tmp_path, "data", "data/a.csv", "b.csv")

    assert names_below(root) == ("b.csv", "data")


def test_what_was_written_is_told(tmp_path: Path) -> None:
    """Not what was there before; in folders too."""
    root = laid_out(tmp_path, "lab.py", "data/a.csv")
    before = names_below(root)
    (root / "data" / "model.h5").write_bytes(b"12345")
    (root / "lab.py").write_text("changed")
    (root / "dangling").symlink_to("nowhere")
    written = written_below(root, before)

    assert [(item.path, item.size_bytes) for item in written] == [("data/model.h5", 5)]


def test_of_many_files_some_are_told(tmp_path: Path) -> None:
    """A record has room for so many."""
    for number in range(300):
        (tmp_path / f"{number}.txt").touch()

    assert len(written_below(tmp_path, ())) == 200
