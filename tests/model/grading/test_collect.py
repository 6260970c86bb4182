"""Collecting in processes of an executor's own gives what threads give, byte for byte."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from grader.checks.needs import lab_datasets
from grader.course import load_course
from grader.grading.collect import CollectJob
from grader.grading.collect_worker import local_worker
from grader.grading.datasets import LoadedDatasets, load_datasets
from grader.grading.plan import CollectionPlan
from grader.grading.schedule import collect_class, ignore_progress, thread_executor
from grader.intake import LocatedSubmission, find_class
from grader.records.base import to_json
from grader.runs.store import RunStore
from grader.sandbox import Limits
from grader.sandbox.selftest import assess
from tests.program import DIGITS_COURSE, REPOSITORY

pytestmark = pytest.mark.slow

LAB = "ml-assignment2"
STUDENTS = ("bruno", "karim")


def located() -> list[LocatedSubmission]:
    found = find_class(REPOSITORY / "submissions" / LAB)
    return [item for item in found if item.submission.student.id in STUDENTS]


@contextmanager
def threads(plan: CollectionPlan, datasets: LoadedDatasets) -> Iterator[Executor]:
    with (
        local_worker(plan, datasets.pool) as worker,
        thread_executor(len(STUDENTS), worker) as executor,
    ):
        yield executor


@contextmanager
def processes(plan: CollectionPlan, datasets: LoadedDatasets) -> Iterator[Executor]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(STUDENTS), mp_context=context) as executor:
        yield executor


def stored(folder: Path) -> dict[str, bytes]:
    """The evidence of a run folder by file, without the effort it took."""
    store, found = RunStore(folder), {}
    for student in STUDENTS:
        evidence = store.read_evidence(student)
        assert evidence is not None
        assert evidence.failures == ()
        found[student] = to_json(msgspec.structs.replace(evidence, effort=None))
        found[f"{student}.npz"] = (folder / "evidence" / f"{student}.npz").read_bytes()
    return found


def test_processes_collect_what_threads_collect(tmp_path: Path) -> None:
    """Jobs carry all that a new process needs: the evidence of two models is the same to the byte."""
    course = load_course(DIGITS_COURSE)
    lab = course.lab(LAB)
    datasets = load_datasets(lab_datasets(lab), course)
    plan = CollectionPlan(
        lab=lab,
        course=course,
        datasets=datasets.records,
        unavailable=dict(datasets.pool.unavailable),
        limits=Limits(wall_s=60),
        level=assess().level,
    )
    jobs = [CollectJob(plan, item) for item in located()]
    for name, executors in (("threads", threads), ("processes", processes)):
        store = RunStore(tmp_path / name)
        with store.locked(), executors(plan, datasets) as executor:
            collect_class(jobs, executor, store, kept=0, progress=ignore_progress)

    assert stored(tmp_path / "processes") == stored(tmp_path / "threads")
