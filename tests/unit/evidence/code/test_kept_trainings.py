"""Trainings that are kept in a folder: bytes in, the same bytes out, for the same files and within bounds."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from grader.errors import StorageError
from grader.evidence.code import kept_trainings
from grader.evidence.code.kept_trainings import KeptTrainings, ResumeFolder


def key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def opened(
    folder: Path, text: str = "a = 1", name: str = "lab.py", **options: str
) -> KeptTrainings:
    """The trainings of a script, as a run of its own sees them."""
    return with_report(folder, text, name, **options)[0]


def with_report(
    folder: Path, text: str = "a = 1", name: str = "lab.py", served: str = "mnist", data: str = ""
) -> tuple[KeptTrainings, kept_trainings.ResumeReport]:
    source, beside = folder.parent / "source", folder.parent / "beside"
    source.write_text(text)
    beside.write_text(data)
    resume = ResumeFolder(folder)
    return resume.trainings({name: source}, {"data.csv": beside}, [served]), resume.report


def keep(kept: KeptTrainings, name: str, data: bytes) -> bool:
    """Keep a training as a run does, if it may be."""
    taken = kept.takes(key(name), len(data))
    if taken:
        kept.keep(key(name), data)
    return taken


def test_another_run_of_the_same_code_finds_what_was_kept(tmp_path: Path) -> None:
    """And the report counts what was there before, not what this run kept itself."""
    kept, report = with_report(tmp_path / "kept")
    assert keep(kept, "one", b"weights")
    assert kept.find(key("one")) == b"weights"
    assert (report.taken, report.kept) == (0, 1)

    again, report = with_report(tmp_path / "kept")
    assert [again.find(key(name)) for name in ("one", "one", "two")] == [
        b"weights",
        b"weights",
        None,
    ]
    assert (report.taken, report.kept, report.left_out, report.problems) == (1, 0, 0, [])


@pytest.mark.parametrize(
    "changed", [{"text": "a = 2"}, {"name": "b.py"}, {"data": "1"}, {"served": "cifar10"}]
)
def test_other_code_does_not(tmp_path: Path, changed: dict[str, str]) -> None:
    """Whatever key it asks for: nobody gets, or changes, what the code of somebody else left."""
    keep(opened(tmp_path / "kept"), "one", b"weights")
    other = opened(tmp_path / "kept", **changed)

    assert other.find(key("one")) is None
    keep(other, "one", b"forged")
    assert opened(tmp_path / "kept").find(key("one")) == b"weights"


@pytest.mark.parametrize("damage", [b"", b"x" * 20, b"\0" * 32 + b"weights"])
def test_what_is_damaged_is_named_and_done_again(tmp_path: Path, damage: bytes) -> None:
    """It is no reason for the run to end."""
    keep(opened(tmp_path / "kept"), "one", b"weights")
    (file,) = (tmp_path / "kept").rglob("*.training")
    file.write_bytes(damage)
    kept, report = with_report(tmp_path / "kept")

    assert kept.find(key("one")) is None
    assert report.problems == [f"{file} is damaged: that training was done again"]
    assert keep(kept, "one", b"weights")
    assert opened(tmp_path / "kept").find(key("one")) == b"weights"


@pytest.mark.parametrize(
    "said", ["", "../" * 20 + "etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"]
)
def test_what_is_no_key_is_no_file(tmp_path: Path, said: str) -> None:
    """The process may say anything."""
    kept = opened(tmp_path / "kept")

    assert not kept.takes(said, 5)
    kept.keep(said, b"bytes")
    assert kept.find(said) is None
    assert list((tmp_path / "kept").rglob("*.training")) == []


def test_no_more_is_kept_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one training, of all together and in number; what is left out is counted once."""
    monkeypatch.setattr(kept_trainings, "MOST_BYTES", 250)
    monkeypatch.setattr(kept_trainings, "LARGEST_BYTES", 60)
    monkeypatch.setattr(kept_trainings, "_MOST", 3)
    kept, report = with_report(tmp_path / "kept")

    assert [keep(kept, name, b"x" * 60) for name in "abc"] == [True, True, False]
    assert keep(kept, "large", b"x" * 61) is False
    assert keep(kept, "c", b"x" * 60) is False
    assert (report.kept, report.left_out) == (2, 2)

    again, report = with_report(tmp_path / "kept")
    assert [keep(again, name, b"x") for name in "de"] == [True, False]
    assert kept.takes(key("f"), 0) is False


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Before anything is run."""
    (tmp_path / "kept").write_text("a file")

    with pytest.raises(StorageError):
        ResumeFolder(tmp_path / "kept")


def test_a_disk_that_fails_ends_no_run(tmp_path: Path) -> None:
    """What cannot be written or read is said, and the training is done again."""
    kept, report = with_report(tmp_path / "kept")
    keep(kept, "one", b"weights")
    (stored,) = (tmp_path / "kept").rglob("*.training")
    stored.unlink()
    stored.mkdir()

    assert kept.find(key("one")) is None
    kept.keep(key("one"), b"weights")
    assert all(str(stored) in problem for problem in report.problems)
    assert report.problems
