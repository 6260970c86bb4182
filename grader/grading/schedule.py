"""Collect the evidence of a class through an executor; each submission counts as soon as its evidence is written."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from grader.errors import RunError, StorageError
from grader.grading.collect import CollectedEvidence, CollectJob, holds, run_job
from grader.grading.collect_worker import CollectWorker
from grader.grading.plan import CollectionPlan
from grader.intake import LocatedSubmission
from grader.records.evidence import Evidence
from grader.runs.store import RunStore

if TYPE_CHECKING:
    from grader.evidence.base import Arrays

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProgressEvent:
    """A submission whose evidence is complete."""

    done: int
    total: int
    student: str
    """The id; of one of several attempts the name its evidence is stored under."""
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
    name = item.submission.evidence_id
    stored = store.read_evidence(name)
    if stored is None:
        return None
    named = {item.need for item in stored.observations if item.has_arrays}
    return stored if named <= store.stored_array_needs(name) else None


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
    by_name = {job.located.submission.evidence_id: job for job in jobs}
    # No list of the futures is kept, so that each result is freed once it is written.
    futures: Iterator[Future[CollectedEvidence]] = as_completed(
        [executor.submit(run_job, job) for job in jobs]
    )
    for done, future in enumerate(futures, kept + 1):
        collected = future.result()
        arrays = _all_arrays(collected, store)
        if arrays is None:
            job = by_name[collected.evidence.submission.evidence_id]
            collected = executor.submit(run_job, replace(job, kept=None)).result()
            arrays = collected.arrays
        store.write_evidence(collected.evidence, arrays)
        progress(_event(done, total, collected.evidence))


def _all_arrays(collected: CollectedEvidence, store: RunStore) -> dict[str, Arrays] | None:
    """New arrays and those of observations that were kept; None where the latter are gone or damaged by now."""
    evidence, arrays = collected.evidence, dict(collected.arrays)
    kept = {item.need for item in evidence.observations if item.has_arrays} - arrays.keys()
    if not kept:
        return arrays
    name = evidence.submission.evidence_id
    try:
        stored = store.read_arrays(name)
    except StorageError:
        raise
    except RunError as error:
        _LOG.warning("%s; the evidence of '%s' is collected anew", error, name)
        return None
    if not kept <= stored.keys():
        _LOG.warning("arrays of '%s' went missing; its evidence is collected anew", name)
        return None
    return arrays | {need: stored[need] for need in kept}


def _event(done: int, total: int, evidence: Evidence) -> ProgressEvent:
    return ProgressEvent(
        done=done,
        total=total,
        student=evidence.submission.evidence_id,
        failures=tuple(failure.reason for failure in evidence.failures),
        seconds=evidence.effort.wall_s if evidence.effort else 0.0,
        kept=False,
    )
