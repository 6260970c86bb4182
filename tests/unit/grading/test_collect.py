"""Jobs that travel between processes, tasks of several files, and collectors that fail."""

from __future__ import annotations

import logging
import zipfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import registry
from grader.course import load_course
from grader.datasets.pool import DatasetPool
from grader.grading import collect as collecting
from grader.grading.collect import CollectedEvidence, CollectJob, run_job
from grader.grading.collect_worker import CollectWorker, local_worker
from grader.grading.datasets import load_datasets
from grader.grading.plan import CollectionPlan
from grader.intake import find_submission
from grader.sandbox import Limits
from tests.factories import MODEL_NEED, PREDICTIONS_NEED, evidence, model, predictions
from tests.unit.grading import fake_kinds
from tests.unit.grading.fake_kinds import (
    FAILURES,
    NEEDS,
    ONE,
    PHOTO,
    PNG,
    TASKS,
    TWO,
    Classroom,
    Synchronous,
    ids,
    looks_lab,
    looks_plan,
)


def sent(value: Any) -> Any:
    """What arrives in another process."""
    return ForkingPickler.loads(ForkingPickler.dumps(value))


@pytest.fixture
def job(tmp_path: Path) -> CollectJob:
    """A job of a real lab and a real course, with evidence of an earlier run."""
    (tmp_path / "course.toml").write_text(
        "roster = 'roster.csv'\n[labs.ml-assignment2]\npass_mark = 0.5\n"
        "deadline = 2026-12-01T11:00:00Z\nstarter = ['start.h5']\n"
    )
    (tmp_path / "roster.csv").write_text("id,name\namina,Amina B.\n")
    (tmp_path / "amina").mkdir()
    (tmp_path / "amina/digits.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    course = load_course(tmp_path)
    plan = CollectionPlan(
        lab=course.lab("ml-assignment2"),
        course=course,
        datasets=load_datasets(["digits"], course).records,
        unavailable={"mnist": "not here"},
        limits=Limits(wall_s=7),
        level="medium",
    )
    kept = evidence(records={MODEL_NEED: model(), PREDICTIONS_NEED: predictions()})
    return CollectJob(plan, find_submission(tmp_path / "amina"), kept)


def test_a_job_can_be_sent_to_another_process(job: CollectJob) -> None:
    """Plan, lab, course, files and kept evidence arrive as they were, keys included."""
    for _ in ("as it was made", "after its needs were asked for"):
        arrived = sent(job)

        assert arrived == job
        assert arrived.plan.needs == job.plan.needs
        assert arrived.plan.digest == job.plan.digest
        submission = job.located.submission
        assert arrived.plan.resolution_key(submission) == job.plan.resolution_key(submission)
        assert arrived.located.path_of("digits.h5").is_file()


def test_collected_evidence_can_be_sent_back(job: CollectJob) -> None:
    """Records, failures and arrays arrive as they were."""
    assert job.kept is not None
    arrays = {PREDICTIONS_NEED.id: {"ranked": np.arange(6).reshape(2, 3)}}
    arrived = sent(CollectedEvidence(job.kept, arrays))

    assert arrived.evidence == job.kept
    found = arrived.arrays[PREDICTIONS_NEED.id]["ranked"]
    np.testing.assert_array_equal(found, arrays[PREDICTIONS_NEED.id]["ranked"])


@pytest.mark.slow
def test_processes_of_their_own_read_datasets_by_name(room: Classroom) -> None:
    """A class is collected by processes that share nothing but the jobs they are sent."""
    room.hand_in("bruno", b__txt="beta", photo__png=PNG)
    course = load_course(None)
    plan = looks_plan(
        lab=looks_lab(dataset="digits"), datasets=load_datasets(["digits"], course).records
    )
    digits = fake_kinds.TextNeed(artefact="texts", dataset="digits")
    with ProcessPoolExecutor(
        2, mp_context=get_context("spawn"), initializer=fake_kinds.register
    ) as executor:
        room.collect("amina", "bruno", plan=plan, executor=executor)

    assert TASKS == []
    for student, text in (("amina", "alpha"), ("bruno", "beta")):
        assert room.seen(digits, student).images == 1500
        assert room.seen(digits, student).files == (text,)
        assert room.counts(student).keys() == {digits.id, TWO.id, PHOTO.id}
    assert room.collect("amina", "bruno", plan=plan) == []


def test_the_files_of_one_artefact_are_one_task(room: Classroom) -> None:
    """All files that belong to it come together, in natural order of their names."""
    room.hand_in(a10__txt="ten", a2__txt="two", A3__TXT="three")
    room.collect()
    (texts,) = [task for task in TASKS if task.artefact.id == "texts"]

    names = [file.path for file, _ in texts.files]
    assert names == ["a2.txt", "A3.TXT", "a10.txt", "a.txt"]
    assert texts.needs == (ONE, TWO)
    assert (texts.file.path, texts.path.read_text()) == ("a2.txt", "two")
    assert set(texts.keys) == {ONE, TWO}


def test_files_in_folders_belong_to_an_artefact_of_many_files(room: Classroom) -> None:
    """Those at the top come first, then those in folders, each in natural order."""
    for name in ("part10/a.txt", "part2/b.txt", "part2/a.txt"):
        path = room.folder / "amina" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    room.collect()

    assert room.seen(ONE).files == ("alpha", "part2/a.txt", "part2/b.txt", "part10/a.txt")


def test_files_in_an_archive_belong_to_an_artefact_of_many_files(room: Classroom) -> None:
    """An archive is expanded once for all artefacts; a second run does not expand it again."""
    folder = room.folder / "bruno"
    folder.mkdir()
    with zipfile.ZipFile(folder / "work.zip", "w") as archive:
        archive.writestr("src/10.txt", "ten")
        archive.writestr("src/2.txt", "two")
        archive.writestr("photo.png", PNG)
        archive.writestr("submission.toml", '[texts.texts]\nnote = "in the archive"\n')

    assert room.collect("bruno") == ids(*NEEDS)
    assert room.seen(ONE, "bruno").files == ("two", "ten")
    assert room.seen(ONE, "bruno").declared == "in the archive"
    assert room.seen(PHOTO, "bruno").files[0].startswith("\x89PNG")
    assert room.collect("bruno") == []
    assert room.events == []


def test_each_check_has_the_needs_of_its_own_artefacts(room: Classroom) -> None:
    """A check that names an artefact asks for nothing of the exercise's others."""
    room.collect()
    needs = {task.artefact.id: task.needs for task in TASKS}

    assert needs == {"texts": (ONE, TWO), "photo": (PHOTO,)}


def test_a_collector_that_raises_is_our_failure_and_the_others_go_on(
    room: Classroom, caplog: pytest.LogCaptureFixture
) -> None:
    """The error is logged with its file; other artefacts and submissions are collected."""
    room.hand_in("bruno", b__txt="beta")
    FAILURES[PHOTO.id] = ZeroDivisionError("a bug of a collector")
    room.collect("amina", "bruno")
    failure = room.failure(PHOTO)

    assert (failure.reason, failure.fault) == ("internal", "grader")
    assert "a bug of a collector (in fake_kinds.py:" in failure.detail
    assert room.seen(ONE).files == ("alpha",)
    assert room.seen(ONE, "bruno").files == ("beta",)
    assert room.failure(PHOTO, "bruno").reason == "missing"
    (logged,) = caplog.records
    assert (logged.levelno, logged.exc_info is not None) == (logging.ERROR, True)
    assert "the kind 'photos' failed on photo.png" in logged.getMessage()


def test_a_kind_that_reads_one_file_is_not_given_several(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lab that asks too much of a kind is a mistake of ours, never files left out in silence."""
    single = replace(fake_kinds.TEXTS, many=False)
    monkeypatch.setattr(
        registry.KINDS, "all", lambda: {"texts": single, "photos": fake_kinds.PHOTOS}
    )
    room.hand_in(b__txt="beta")

    assert room.collect() == ids(PHOTO)
    assert room.failure(ONE).fault == "grader"
    assert "'texts' reads one file" in room.failure(ONE).detail


def test_a_need_a_collector_left_out_is_our_failure(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No need goes without an observation."""

    def forget(task: Any, context: Any) -> Any:
        return fake_kinds.Collected()

    monkeypatch.setattr(fake_kinds, "collect", forget)
    room.collect()

    assert all(item.failure is not None for item in room.evidence().observations)
    assert room.failure(ONE).detail == f"nothing was collected for {ONE.id}"


def test_an_error_of_ours_becomes_evidence(
    room: Classroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where a submission trips the grader itself, every need of it is open and tried again."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug of ours")

    with monkeypatch.context() as patch:
        patch.setattr(collecting, "resolved_files", fail)
        assert room.collect() == []
    assert {item.need for item in room.evidence().observations} == set(ids(*NEEDS))
    assert "a bug of ours" in room.failure(ONE).detail
    assert "collecting the evidence of 'amina' failed" in caplog.text

    assert room.collect() == ids(*NEEDS)


def test_a_worker_knows_the_datasets_it_was_given(room: Classroom) -> None:
    """Datasets that were read already are not read again in this process."""
    plan = looks_plan()
    pool = DatasetPool(plan.course.dataset, {}, {})
    with local_worker(plan, pool) as worker:
        assert worker.context(fake_kinds.TEXTS).datasets is pool
        collected = run_job(CollectJob(plan, find_submission(room.folder / "amina")))

    assert collected.evidence.failures == ()
    assert collected.evidence.effort is not None
    assert collected.arrays.keys() == set(ids(*NEEDS))


def test_a_kind_without_a_profile_opens_no_process(room: Classroom) -> None:
    """A kind that forgot to say how its process is started is told so."""
    worker = CollectWorker(looks_plan())

    with pytest.raises(ValueError, match="'texts' has no sandbox profile"):
        worker.context(fake_kinds.TEXTS).open_box()
    worker.close()


def test_any_executor_will_do(room: Classroom) -> None:
    """What is collected does not depend on who carries it out."""
    room.collect(executor=Synchronous())
    one = room.evidence()
    with ThreadPoolExecutor(2) as executor:
        room.collect(executor=executor, fresh=True)

    assert room.evidence().observations == one.observations
