"""Collect the evidence of a class through an executor; each submission counts as soon as its evidence is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from grader.errors import RunError
from grader.grading.collect import (
    CollectedEvidence,
    CollectJob,
    CollectWorker,
    holds,
    run_job,
)
from grader.grading.plan import CollectionPlan
from grader.intake import LocatedSubmission
from grader.records.evidence import Evidence
from grader.runs.store import RunStore


@dataclass(frozen=True)
class ProgressEvent:
    """A submission whose evidence is complete."""

    done: int
    total: int
    student: str
    failures: tuple[str, ...]
    """Reasons why evidence could not be collected; empty where all is well."""
    seconds: float
    kept: bool
    """True where the evidence of an earlier run holds."""


Progress = Callable[[ProgressEvent], None]


def ignore_progress(event: ProgressEvent) -> None:
    """For callers who do not want to know."""


@contextmanager
def thread_executor(workers: int, worker: CollectWorker) -> Iterator[Executor]:
    """Threads that wait for isolated processes; an interruption ends the processes, then the threads.

    Args:
        workers: Submissions at work at once.
        worker: The worker of this process, which the threads share.
    """
    executor = ThreadPoolExecutor(workers, thread_name_prefix="grader")
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        worker.close()
        raise
    finally:
        executor.shutdown(wait=True)


@dataclass(frozen=True)
class KeptEvidence:
    """The submissions of a class by whether their stored evidence holds."""

    kept: tuple[LocatedSubmission, ...]
    jobs: tuple[CollectJob, ...]
    """One for each of the others."""


def find_kept(
    located: Sequence[LocatedSubmission],
    plan: CollectionPlan,
    store: RunStore,
    *,
    fresh: bool = False,
) -> KeptEvidence:
    """Find out which submissions need no work. No array is read for that.

    Args:
        located: The submissions.
        plan: What is collected of each.
        store: Where evidence is stored.
        fresh: Whether all of it is collected anew.
    """
    kept: list[LocatedSubmission] = []
    jobs: list[CollectJob] = []
    for item in located:
        stored = None if fresh else _stored(item, store)
        if stored is not None and holds(plan, item, stored):
            kept.append(item)
            if stored.submission != item.submission:
                store.write_evidence(msgspec.structs.replace(stored, submission=item.submission))
        else:
            jobs.append(CollectJob(plan, item, stored))
    return KeptEvidence(tuple(kept), tuple(jobs))


def _stored(item: LocatedSubmission, store: RunStore) -> Evidence | None:
    """The stored evidence of a submission; None where a part of it is missing."""
    student = item.submission.student.id
    stored = store.read_evidence(student)
    if stored is None:
        return None
    named = {item.need for item in stored.observations if item.has_arrays}
    return stored if named <= store.stored_array_needs(student) else None


def collect_class(
    jobs: Sequence[CollectJob],
    executor: Executor,
    store: RunStore,
    *,
    kept: int,
    progress: Progress,
) -> None:
    """Carry out jobs and write what came of each.

    Args:
        jobs: One for each submission.
        executor: Carries them out; a job and its result can be pickled.
        store: Where evidence is written.
        kept: How many submissions needed no work, for the count.
        progress: Called after each submission.
    """
    total = kept + len(jobs)
    previous = {job.located.submission.student.id: job.kept for job in jobs}
    # No list of the futures is kept, so that each result is freed once it is written.
    futures: Iterator[Future[CollectedEvidence]] = as_completed(
        [executor.submit(run_job, job) for job in jobs]
    )
    for done, future in enumerate(futures, kept + 1):
        collected = future.result()
        evidence = collected.evidence
        _write(collected, previous[evidence.submission.student.id], store)
        progress(_event(done, total, evidence))


def _write(collected: CollectedEvidence, before: Evidence | None, store: RunStore) -> None:
    """Write new evidence; arrays of observations that were kept stay."""
    evidence, arrays = collected.evidence, dict(collected.arrays)
    kept = {item.need for item in evidence.observations if item.has_arrays} - arrays.keys()
    if kept and before is not None:
        stored = store.read_arrays(evidence.submission.student.id)
        if not kept <= stored.keys():
            raise RunError(f"arrays of '{evidence.submission.student.id}' went missing")
        arrays |= {need: stored[need] for need in kept}
    store.write_evidence(evidence, arrays)


def _event(done: int, total: int, evidence: Evidence) -> ProgressEvent:
    return ProgressEvent(
        done=done,
        total=total,
        student=evidence.submission.student.id,
        failures=tuple(failure.reason for failure in evidence.failures),
        seconds=evidence.effort.wall_s if evidence.effort else 0.0,
        kept=False,
    )
