from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from grader.errors import UsageError
from grader.intake import LocatedSubmission, discovery, find_class, find_submission
from grader.records.base import to_json


def put(path: Path, data: bytes = b"text\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def ids(found: list[LocatedSubmission]) -> list[str]:
    return [item.submission.student.id for item in found]


def paths(found: LocatedSubmission) -> list[str]:
    return [file.path for file in found.submission.files]


def test_a_folder_for_each_student(tmp_path: Path) -> None:
    """A sub-folder is a student, and all its files are handed in, in natural order."""
    put(tmp_path / "class/s10/b10.h5")
    put(tmp_path / "class/s10/b9.h5")
    put(tmp_path / "class/s10/code/train.py")
    put(tmp_path / "class/s2/model.h5")
    found = find_class(tmp_path / "class")

    assert ids(found) == ["s2", "s10"]
    assert paths(found[1]) == ["b9.h5", "b10.h5", "code/train.py"]
    assert found[1].path_of("code/train.py").read_bytes() == b"text\n"
    assert found[1].submission.source == "s10"


def test_a_file_for_each_student(tmp_path: Path) -> None:
    """A file in the folder is a student's only file, and the student is called after it."""
    put(tmp_path / "class/amina.h5")
    put(tmp_path / "class/bruno.keras")
    found = find_class(tmp_path / "class")

    assert ids(found) == ["amina", "bruno"]
    assert paths(found[0]) == ["amina.h5"]
    assert found[0].path_of("amina.h5").exists()


def test_folders_and_files_mixed(tmp_path: Path) -> None:
    """Both layouts may lie side by side; a folder and a file of one stem are two students."""
    put(tmp_path / "class/amina/model.h5")
    put(tmp_path / "class/amina.h5")
    put(tmp_path / "class/bruno.h5")

    assert ids(find_class(tmp_path / "class")) == ["amina", "amina.h5", "bruno"]


def test_one_stem_and_two_suffixes_are_two_students(tmp_path: Path) -> None:
    """`mnist.h5` and `mnist.keras` do not overwrite each other."""
    put(tmp_path / "class/mnist.h5")
    put(tmp_path / "class/mnist.keras")

    assert ids(find_class(tmp_path / "class")) == ["mnist.h5", "mnist.keras"]


def test_a_single_file_is_a_class_of_one(tmp_path: Path) -> None:
    """A file handed over directly is graded alone."""
    file = put(tmp_path / "amina.h5")
    put(tmp_path / "other.h5")

    assert ids(find_class(file)) == ["amina"]


def test_ones_own_folder_is_named_after_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`grader check LAB .` knows the folder's name."""
    put(tmp_path / "amina/model.h5")
    monkeypatch.chdir(tmp_path / "amina")

    assert find_submission(Path()).submission.student.id == "amina"


def test_litter_and_our_own_files_are_no_students(tmp_path: Path) -> None:
    """What systems leave behind, the roster, and a run folder among the submissions are passed over."""
    for litter in (".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/x", ".git/config", "Icon\r"):
        put(tmp_path / "class" / litter)
    for storage in (
        "$RECYCLE.BIN",
        "System Volume Information",
        "lost+found",
        "@eaDir",
        "#recycle",
    ):
        put(tmp_path / "class" / storage / "x")
    for about in ("grades.csv~", "marks.gsheet", "backup.mbz", "talk.mp4"):
        put(tmp_path / "class" / about)
    for ours in ("roster.csv", "samples.toml", "run/run.json", "run/evidence/x.json"):
        put(tmp_path / "class" / ours)
    put(tmp_path / "class/amina/model.h5")
    put(tmp_path / "class/amina/__pycache__/train.pyc")
    put(tmp_path / "class/amina/._model.h5")
    found = find_class(tmp_path / "class")

    assert ids(found) == ["amina"]
    assert paths(found[0]) == ["model.h5"]


def test_a_students_folder_called_run_json_is_a_student(tmp_path: Path) -> None:
    """Only a folder with a run and its evidence is taken for a run."""
    put(tmp_path / "class/amina/run.json")

    assert ids(find_class(tmp_path / "class")) == ["amina"]


def test_links_in_submissions_are_never_followed(tmp_path: Path) -> None:
    """A link in a submission, to a file, a folder or nowhere, is noted and left; what it points at is not read."""
    secret = put(tmp_path / "secret/labels.csv")
    folder = put(tmp_path / "class/amina/model.h5").parent
    (folder / "file.h5").symlink_to(secret)
    (folder / "folder").symlink_to(secret.parent)
    (folder / "nowhere").symlink_to(tmp_path / "absent")
    found = find_class(tmp_path / "class")

    assert ids(found) == ["amina"]
    assert paths(found[0]) == ["model.h5"]
    assert found[0].submission.skipped == ("file.h5", "folder", "nowhere")


def test_special_files_are_skipped(tmp_path: Path) -> None:
    """A pipe among the files does not keep the grader waiting."""
    put(tmp_path / "amina/model.h5")
    os.mkfifo(tmp_path / "amina/pipe.h5")
    found = find_submission(tmp_path / "amina")

    assert paths(found) == ["model.h5"]
    assert found.submission.skipped == ("pipe.h5",)


def test_what_cannot_be_read_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file and a folder without permission are noted, and the class goes on."""
    put(tmp_path / "class/amina/locked.h5")
    put(tmp_path / "class/amina/model.h5")
    put(tmp_path / "class/amina/shut/x.h5")
    opened, listed = Path.open, Path.iterdir

    def refuse_open(path: Path, *more: Any) -> Any:
        if path.name == "locked.h5":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *more)

    def refuse_list(path: Path) -> Any:
        if path.name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "open", refuse_open)
    monkeypatch.setattr(Path, "iterdir", refuse_list)
    (found,) = find_class(tmp_path / "class")

    assert paths(found) == ["model.h5"]
    assert found.submission.skipped == ()
    assert found.submission.unreadable == ("locked.h5", "shut")


@pytest.mark.parametrize(("limit", "value"), [("MAX_FILES", 2), ("MAX_FILE_BYTES", 10)])
def test_too_many_and_too_large_files_are_skipped(
    limit: str, value: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes beyond the limits is noted by name, not read."""
    monkeypatch.setattr(discovery, limit, value)
    for name in "ab":
        put(tmp_path / "amina" / name)
    put(tmp_path / "amina/c", b"x" * 11)
    found = find_submission(tmp_path / "amina")

    assert paths(found) == ["a", "b"]
    assert found.submission.skipped == ("c",)


def test_names_that_are_no_text_can_be_kept_and_found(tmp_path: Path) -> None:
    """Names in another encoding, as old archives unpack them, are shown escaped and open all the same."""
    folder = tmp_path / "class" / os.fsdecode(b"Andr\xe9")
    put(folder / os.fsdecode(b"r\xe9seau.h5"), b"weights")
    (found,) = find_class(tmp_path / "class")
    (name,) = paths(found)

    assert name == "r\\xe9seau.h5"
    assert found.submission.student.name == "Andr\\xe9"
    assert found.path_of(name).read_bytes() == b"weights"
    assert to_json(found.submission)


def test_the_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    """The same hand-in has the same digest wherever it lies; another name or byte gives another."""
    one = find_submission(put(tmp_path / "one/m.h5").parent).submission
    same = find_submission(put(tmp_path / "same/m.h5").parent).submission
    renamed = find_submission(put(tmp_path / "renamed/n.h5").parent).submission
    changed = find_submission(put(tmp_path / "changed/m.h5", b"x").parent).submission

    assert one.sha256 == same.sha256
    assert len({one.sha256, renamed.sha256, changed.sha256}) == 3
    assert one.files[0].sha256 == hashlib.sha256(b"text\n").hexdigest()


def test_the_hand_in_time_is_the_newest_files(tmp_path: Path) -> None:
    """Without a roster the latest file tells when it was handed in, in whole seconds of UTC."""
    old = put(tmp_path / "amina/old.h5")
    new = put(tmp_path / "amina/new.h5")
    os.utime(old, (1_700_000_000, 1_700_000_000))
    os.utime(new, (1_800_000_000, 1_800_000_000.75))
    received = find_submission(tmp_path / "amina").submission.received_at

    assert received == datetime.fromtimestamp(1_800_000_000, UTC)


@pytest.mark.parametrize("absurd", [300_000_000_000, 253_402_300_800, -(10**11)])
def test_absurd_times_of_files_say_nothing(
    absurd: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time beyond the calendar, or before computers, is passed over; the other files' times count."""
    put(tmp_path / "both/model.h5")
    put(tmp_path / "both/old.h5")
    put(tmp_path / "alone/model.h5")
    os.utime(tmp_path / "both/old.h5", (1_700_000_000, 1_700_000_000))
    stated = Path.lstat

    def lstat(path: Path) -> os.stat_result:
        found = stated(path)
        if path.name != "model.h5":
            return found
        return os.stat_result([*found[:7], *(3 * [absurd])])

    monkeypatch.setattr(Path, "lstat", lstat)
    alone, both = find_class(tmp_path)

    assert alone.submission.received_at is None
    assert both.submission.received_at == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.parametrize("stamp", ["9999-12-31 23:59:59 UTC", "0001-01-01 00:00:00 +14:00"])
def test_absurd_times_of_systems_say_nothing(stamp: str, tmp_path: Path) -> None:
    """Where a stated time is none that anybody handed in at, the files' times count."""
    put(tmp_path / "submitted/ana/lab/model.h5")
    put(tmp_path / "submitted/ana/lab/timestamp.txt", stamp.encode())
    (found,) = find_class(tmp_path)

    assert not found.submission.time_stated
    assert found.submission.received_at is not None
    assert found.submission.received_at.year < 9000


def test_an_empty_folder_is_an_empty_hand_in(tmp_path: Path) -> None:
    """A student who handed in nothing is graded, on nothing."""
    (tmp_path / "class/amina").mkdir(parents=True)
    (found,) = find_class(tmp_path / "class")

    assert paths(found) == []
    assert found.submission.received_at is None


@pytest.mark.parametrize("name", ["absent", "empty"])
def test_no_submissions_is_a_usage_error(name: str, tmp_path: Path) -> None:
    """A folder that is not there or holds nobody is said so, with a hint."""
    (tmp_path / "empty").mkdir()

    with pytest.raises(UsageError) as caught:
        find_class(tmp_path / name)
    assert name in str(caught.value)
    assert caught.value.hint
    with pytest.raises(UsageError):
        find_submission(tmp_path / "absent")
