from __future__ import annotations

import os

import pytest

from grader.errors import StorageError
from grader.grading.collect_worker import CollectWorker
from grader.grading.schedule import find_kept, thread_executor
from grader.intake import find_submission
from grader.records.evidence import Failure
from grader.runs.store import RunStore
from tests.unit.grading.fake_kinds import (
    FAILURES,
    NEEDS,
    PHOTO,
    TASKS,
    Classroom,
    ids,
    looks_plan,
)


def test_only_new_submissions_are_collected(room: Classroom) -> None:
    """A second run works on those that were not there."""
    room.hand_in("bruno", b__txt="beta")
    room.collect("amina")
    room.collect("amina", "bruno")

    assert [task.files[0][0].path for task in TASKS] == ["b.txt"]


@pytest.mark.parametrize("damage", ["evidence/amina.json", "evidence/amina.npz"])
@pytest.mark.parametrize("how", ["broken", "gone"])
def test_evidence_that_is_damaged_or_gone_is_collected_again(
    room: Classroom, damage: str, how: str
) -> None:
    """Neither half of a submission's evidence is trusted without the other."""
    room.collect()
    file = room.folder / "run" / damage
    file.unlink() if how == "gone" else file.write_bytes(b"{")

    assert room.collect() == ids(*NEEDS)
    assert room.collect() == []


def test_no_array_is_read_to_find_what_is_kept(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys and tables of contents are enough, whether all is kept or nothing."""
    room.collect()

    def refuse(self: RunStore, student: str) -> None:
        raise AssertionError("arrays were read")

    monkeypatch.setattr(RunStore, "read_arrays", refuse)
    located = [find_submission(room.folder / "amina")]
    kept = find_kept(located, looks_plan(), room.store)
    changed = find_kept(located, looks_plan(level="medium"), room.store)

    assert (len(kept.kept), len(kept.jobs)) == (1, 0)
    assert (len(changed.kept), len(changed.jobs)) == (0, 1)
    assert changed.jobs[0].kept is not None
    assert find_kept(located, looks_plan(), room.store, fresh=True).jobs[0].kept is None


@pytest.mark.parametrize("damage", [None, b"PK\x03\x04 broken off"])
def test_arrays_that_vanish_while_collecting_are_collected_again(
    room: Classroom, damage: bytes | None
) -> None:
    """Evidence never says that arrays are there which are not, and the class goes on."""
    room.collect()
    room.hand_in(photo__png=b"\x89PNG\r\n\x1a\ncorrected")
    file = room.folder / "run/evidence/amina.npz"

    with pytest.MonkeyPatch.context() as patch:
        original = find_kept

        def then_remove(*given: object, **more: object) -> object:
            found = original(*given, **more)  # type: ignore[arg-type]
            file.unlink() if damage is None else file.write_bytes(damage)
            return found

        patch.setattr("tests.unit.grading.fake_kinds.find_kept", then_remove)
        collected = room.collect()

    assert collected == [PHOTO.id, *ids(*NEEDS)]
    assert room.counts().keys() == set(ids(*NEEDS))
    assert room.collect() == []


def test_a_full_disk_for_temporary_files_stops_the_class(room: Classroom) -> None:
    """It is nobody's failure: no evidence is written of it."""
    FAILURES[PHOTO.id] = StorageError("the folder for temporary files, /tmp, is full")  # type: ignore[assignment]
    with pytest.raises(StorageError, match="temporary files"):
        room.collect()

    assert room.store.read_evidence("amina") is None


def test_another_hand_in_time_is_taken_up_without_collecting(room: Classroom) -> None:
    """What is known of a submission may change while its files stay as they are."""
    room.collect()
    os.utime(room.folder / "amina/a.txt", (4e9, 4e9))
    located = find_submission(room.folder / "amina")

    assert room.collect() == []
    assert room.evidence().submission == located.submission
    assert located.submission.received_at is not None
    assert located.submission.received_at.year == 2096


def test_progress_counts_every_submission_once(room: Classroom) -> None:
    """Events count up to the whole class after those that were kept, with what failed."""
    room.hand_in("bruno", b__txt="beta")
    room.hand_in("chloe", c__txt="gamma", photo__png=b"\x89PNG\r\n\x1a\n")
    room.collect("amina")
    FAILURES[PHOTO.id] = Failure(reason="corrupt")
    room.collect("amina", "bruno", "chloe")

    assert [(event.done, event.total, event.kept) for event in room.events] == [
        (2, 3, False),
        (3, 3, False),
    ]
    failures = {event.student: event.failures for event in room.events}
    assert failures == {"bruno": ("missing",), "chloe": ("corrupt",)}


def test_an_interruption_closes_the_worker() -> None:
    """No isolated process outlives the run that started it."""
    worker = CollectWorker(looks_plan())

    with pytest.raises(KeyboardInterrupt), thread_executor(1, worker):
        raise KeyboardInterrupt
    with pytest.raises(RuntimeError, match="closed"):
        worker.sandboxes.open(None)  # type: ignore[arg-type]
