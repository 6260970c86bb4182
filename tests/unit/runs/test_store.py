from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from grader.errors import OldRunError, RunError, StorageError
from grader.records.run import Rescore
from grader.runs.store import RunStore
from tests.factories import PREDICTIONS_NEED, evidence, report, resolved
from tests.factory_runs import MANIFEST


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "run")


def names(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_a_file_is_written_whole_and_nothing_is_left(store: RunStore) -> None:
    """After writing there is the file and no temporary one, and `write` says that it changed."""
    assert store.write("a/b.txt", b"one")
    assert store.write("a/b.txt", b"two")

    assert names(store.folder) == ["a/b.txt"]
    assert (store.folder / "a/b.txt").read_bytes() == b"two"


def test_an_unchanged_file_is_not_touched(store: RunStore) -> None:
    """The same bytes leave time and inode of the file as they were."""
    store.write("a.txt", b"one")
    file = store.folder / "a.txt"
    os.utime(file, ns=(1, 1))
    before = file.stat()

    assert not store.write("a.txt", b"one")
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_write_that_breaks_off_leaves_the_old_file(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers see the old contents or the new, never half, and nothing is left over."""
    store.write("a.txt", b"old")

    def die(source: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        store.write("a.txt", b"new")

    assert (store.folder / "a.txt").read_bytes() == b"old"
    assert names(store.folder) == ["a.txt"]


def test_what_a_killed_run_left_is_tidied_away(store: RunStore) -> None:
    """A file under its temporary name goes; all others stay."""
    store.write("reports/amina/index.html", b"old")
    store.write("reports/amina/.index.html.4711.tmp", b"half")
    store.tidy()

    assert names(store.folder) == ["reports/amina/index.html"]


def test_evidence_is_on_the_disk_before_it_counts(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence is synced before it has its name; a page that can be made again is not."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    store.write("page.html", b"<p>")
    before = len(synced)
    store.write_evidence(evidence(), {"models:m": {"a": np.zeros(3)}})

    assert before == 0
    assert len(synced) == 2


def test_two_graders_cannot_share_a_run(store: RunStore) -> None:
    """The second one is told to wait; after the first is done it may begin."""
    with store.locked(), pytest.raises(RunError, match="another grader is at work"), store.locked():
        pass
    with store.locked():
        pass


def test_the_lock_of_a_killed_grader_is_gone(store: RunStore) -> None:
    """The lock goes with the process, however it ends."""
    program = (
        "import os, sys; from pathlib import Path; from grader.runs.store import RunStore\n"
        "with RunStore(Path(sys.argv[1])).locked(): os._exit(9)"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(store.folder)], check=False)

    assert ended.returncode == 9
    assert (store.folder / ".lock").exists()
    with store.locked():
        pass


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """A folder with other files in it, or a file, never becomes a run."""
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(RunError, match="holds no run"), RunStore(tmp_path).locked():
        pass
    with pytest.raises(RunError, match="is a file"), RunStore(tmp_path / "thesis.tex").locked():
        pass

    assert names(tmp_path) == ["thesis.tex"]


def test_an_empty_folder_and_a_run_may_be_used(store: RunStore) -> None:
    """A new, an empty and an earlier run's folder are all fine."""
    store.folder.mkdir()
    with store.locked():
        store.write_manifest(MANIFEST)
    with store.locked():
        assert store.read_manifest() == MANIFEST


def test_a_run_is_for_staff_only(store: RunStore) -> None:
    """Labels and staff detail lie in a folder that others on the machine cannot enter."""
    with store.locked():
        assert store.folder.stat().st_mode & 0o077 == 0


def test_evidence_and_arrays_come_back(store: RunStore) -> None:
    """What is stored of a submission is what is read."""
    need = PREDICTIONS_NEED.id
    arrays = {need: {"ranked": np.array([[1, 2]], np.uint8)}}
    store.write_evidence(evidence("amina"), arrays)

    assert store.read_evidence("amina") == evidence("amina")
    assert store.read_arrays("amina")[need]["ranked"].tolist() == [[1, 2]]
    assert store.stored_array_needs("amina") == {need}
    assert store.read_arrays("bruno") == {}
    assert store.stored_array_needs("bruno") == frozenset()


def test_ids_with_dots_do_not_share_files(store: RunStore) -> None:
    """`mnist.h5` and `mnist.keras` are two students, in every file of the run."""
    for place, student in enumerate(("mnist.h5", "mnist.keras", "mnist")):
        store.write_evidence(evidence(student), {"models:m": {"place": np.array([place])}})
        store.write_result(report(student))

    for place, student in enumerate(("mnist.h5", "mnist.keras", "mnist")):
        found = store.read_evidence(student)
        result = store.read_result(student)
        assert found is not None
        assert result is not None
        assert found.submission.student.id == result.student.id == student
        assert store.read_arrays(student)["models:m"]["place"].tolist() == [place]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b'{"key": 1}', b"\xff\xfe", b'{"key": "k", "odd": 1}']
)
def test_damaged_evidence_counts_as_none(store: RunStore, damage: bytes) -> None:
    """Evidence that broke off or is of another version is collected anew, results likewise."""
    store.write("evidence/amina.json", damage)
    store.write("results/amina.json", damage)

    assert store.read_evidence("amina") is None
    assert store.read_result("amina") is None


def test_damaged_arrays_are_an_error_that_names_the_file(store: RunStore) -> None:
    """An `.npz` that broke off is told, with what to do."""
    store.write("evidence/amina.npz", b"PK\x03\x04 broken off")

    assert store.stored_array_needs("amina") == frozenset()
    with pytest.raises(RunError, match=r"amina\.npz is damaged") as caught:
        store.read_arrays("amina")
    assert "again" in caught.value.hint


def test_arrays_are_never_unpickled(store: RunStore) -> None:
    """A file of objects in place of numbers is damaged, not run."""
    store.folder.mkdir()
    (store.folder / "evidence").mkdir()
    with (store.folder / "evidence/amina.npz").open("wb") as stream:
        np.savez(stream, odd=np.array([object()], dtype=object))

    with pytest.raises(RunError, match="damaged"):
        store.read_arrays("amina")


def test_labels_come_back_or_are_none(store: RunStore) -> None:
    """Labels kept with the run are read back; damaged or absent ones are None."""
    store.write_labels("digits", np.array([3, 1]))
    store.write("labels/broken.npy", b"\x93NUMPY")
    found = store.read_labels("digits")

    assert found is not None
    assert found.tolist() == [3, 1]
    assert store.read_labels("broken") is None
    assert store.read_labels("absent") is None


@pytest.mark.parametrize("damage", [None, b"{", b'{"schema": "grader/run/v9"}'])
def test_no_run_or_a_damaged_one_is_an_error(store: RunStore, damage: bytes | None) -> None:
    """A folder without a readable `run.json` is refused, with a hint."""
    if damage is not None:
        store.write("run.json", damage)

    with pytest.raises(RunError) as caught:
        store.require_manifest()
    assert caught.value.hint


def test_a_run_of_an_earlier_version_says_which(store: RunStore) -> None:
    """The first format of run folders is recognised by its schema, whatever else it holds."""
    store.write(
        "run.json",
        b'{"schema": "grader/run/v1", "lab": "x", "versions": {"grader": "0.1.0"}, "odd": [1]}',
    )

    with pytest.raises(OldRunError, match=r"written by version 0\.1\.0 of the grader") as caught:
        store.read_manifest()
    assert "collected anew" in caught.value.hint


def test_evidence_may_be_rewritten_without_its_arrays(store: RunStore) -> None:
    """The arrays that are stored stay as they are."""
    store.write_evidence(evidence(), {"models:m": {"a": np.zeros(3)}})
    store.write_evidence(evidence(resolved=resolved("other.h5")))

    assert store.stored_array_needs("amina") == {"models:m"}


def test_rescores_are_added_line_by_line(store: RunStore) -> None:
    """Each re-judgement is one line of JSON; earlier lines stay."""
    store.folder.mkdir()
    for count in (1, 2):
        store.append_rescore(
            Rescore(at=MANIFEST.updated_at, lab_changes=(), changes=(), submissions=count)
        )
    lines = (store.folder / "rescores.jsonl").read_text().splitlines()

    assert len(lines) == 2
    assert '"submissions":2' in lines[1]


def test_the_lab_as_judged_is_plain_data(store: RunStore) -> None:
    """It is read without knowing the kinds of check of that time; damage makes it unknown."""
    store.write("lab.json", b'{"slug": "x"}')
    assert store.read_lab() == {"slug": "x"}
    store.write("lab.json", b"{")

    assert store.read_lab() == {}


def test_a_file_that_cannot_be_read_is_no_missing_one(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken disk does not make evidence disappear: it would be collected anew and written over."""
    store.write_evidence(evidence("amina"))

    def fail(path: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error", str(path))

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(StorageError, match=r"evidence/amina\.json cannot be read"):
        store.read_evidence("amina")


@pytest.mark.parametrize("name", ["labels/digits.npy", "images/digits.npy", "lab.json"])
def test_what_is_damaged_is_reported(
    store: RunStore, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A survived error is a line of the log that names the file."""
    store.write(name, b"{")
    found = (store.read_labels("digits"), store.read_images("digits"), dict(store.read_lab()))

    assert found == (None, None, {})
    assert [record.getMessage() for record in caplog.records if name in record.getMessage()]


def test_damaged_arrays_are_reported(store: RunStore, caplog: pytest.LogCaptureFixture) -> None:
    """Evidence that is collected anew because of them says so."""
    store.write("evidence/amina.npz", b"{")

    assert store.stored_array_needs("amina") == frozenset()
    assert "amina.npz is damaged" in caplog.text


def test_a_run_being_graded_is_not_taken_for_none(store: RunStore) -> None:
    """Readers are told to wait, with how far it is; once its grader is killed, to grade again."""
    manifest = msgspec.structs.replace(MANIFEST, students=("amina", "bruno"))
    reader = RunStore(store.folder)
    with store.locked():
        with pytest.raises(RunError, match=r"still being graded$"):
            reader.require_manifest()
        store.write_manifest(manifest)
        store.write_evidence(evidence("amina"))
        told = str(reader.unfinished("result for 'amina'"))
        assert told.endswith("is still being graded, 1 of 2 submissions are collected")
        with (
            pytest.raises(RunError, match="still being graded, 1 of 2 submissions"),
            reader.locked(),
        ):
            pass

    stopped = reader.unfinished("result for 'amina'")
    assert "was not graded to its end: it has no result for 'amina'" in str(stopped)
    assert "run the same `grader grade` command again" in stopped.hint


def test_a_run_that_lacks_a_file_is_not_its_own_rival(store: RunStore) -> None:
    """Who holds the lock does not wait for itself."""
    with store.locked():
        assert "was not graded to its end" in str(store.unfinished("evidence of 'amina'"))


def test_a_finished_run_in_use_is_only_in_use(store: RunStore) -> None:
    """Of a run that has all results nobody says that it is still being graded."""
    store.write_manifest(MANIFEST)
    store.write_result(report("amina"))
    with (
        store.locked(),
        pytest.raises(RunError, match=r"another grader is at work in \S+run$"),
        RunStore(store.folder).locked(),
    ):
        pass


def test_the_same_rescore_is_recorded_once(store: RunStore) -> None:
    """A command that was stopped after its line was written adds no second one."""
    record = Rescore(at=MANIFEST.updated_at, lab_changes=("a",), changes=(), submissions=1)
    store.append_rescore(record)
    store.append_rescore(record)

    assert len((store.folder / "rescores.jsonl").read_text().splitlines()) == 1
