"""Where a path of another machine leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.evidence.code.probe.running.shims.paths import beside, parts_of, readable, writable


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("C:\\Users\\me\\a.csv", ["Users", "me", "a.csv"]),
        ("/content/drive/My Drive/a.csv", ["content", "drive", "My Drive", "a.csv"]),
        ("../data/./a.csv", ["data", "a.csv"]),
        ("D:/x/a.csv", ["x", "a.csv"]),
    ],
)
def test_paths_of_any_system_are_taken_apart(path: str, parts: list[str]) -> None:
    """Drives and steps upwards are left out."""
    assert parts_of(path) == parts


def test_the_file_that_shares_most_of_the_path_is_read() -> None:
    """Of two files of one name, the one in the folder of the same name is meant."""
    for folder in ("test", "train"):
        Path(folder).mkdir()
        Path(folder, "x.csv").write_text(folder)

    assert beside("/kaggle/input/train/x.csv") == Path.cwd() / "train" / "x.csv"
    assert readable("test/x.csv") == "test/x.csv"
    assert readable("C:\\test\\X.CSV") == str(Path.cwd() / "test" / "x.csv")
    assert readable("/kaggle/y.csv") == "/kaggle/y.csv"


def test_writing_stays_below_the_working_folder() -> None:
    """Windows paths and absolute paths lose their root; others stay."""
    assert writable("C:\\Users\\me\\m.h5") == str(Path.cwd() / "Users" / "me" / "m.h5")
    assert writable("/nowhere/m.h5") == str(Path.cwd() / "nowhere" / "m.h5")
    assert writable("models/m.h5") == "models/m.h5"
    assert writable(str(Path.cwd() / "m.h5")) == str(Path.cwd() / "m.h5")
    assert writable("/dev/null") == "/dev/null"
