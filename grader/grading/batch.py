"""Collect the evidence of many submissions at once; each one counts as soon as its evidence is written."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from grader.errors import RunError
from grader.grading.collecting import Collected, Plan, collect
from grader.grading.store import RunStore
from grader.intake import Found
from grader.probes.serve import serve
from grader.records.evidence import Evidence, Failure, Observation, Predictions
from grader.sandbox import Level, Limits, Sandbox
from grader.sandbox.selftest import assess

#: What every submission needs is imported once; none of it runs an operation of TensorFlow.
PRELOAD = (
    "grader.probes.preload",
    "grader.probes.network",
    "grader.probes.opening",
    "grader.probes.prediction",
    "grader.probes.summary",
    "grader.probes.unpacking",
    "encodings.ascii",
)


@dataclass(frozen=True)
class Step:
    """A submission whose evidence is complete."""

    done: int
    total: int
    student: str
    failures: tuple[str, ...]
    """Reasons why evidence could not be had; empty where all is well."""
    seconds: float
    kept: bool
    """True where the evidence of an earlier run served."""


Progress = Callable[[Step], None]


@contextmanager
def open_sandbox(limits: Limits, level: Level | None = None) -> Iterator[Sandbox]:
    """A sandbox whose processes have TensorFlow imported; all are ended on leaving.

    Args:
        limits: What each submission may use.
        level: Of the walls; None for the strongest that hold here.
    """
    level = level or assess().level
    sandbox = Sandbox(serve, limits=limits, level=level, preload=PRELOAD)
    try:
        yield sandbox
    finally:
        sandbox.close()


def collect_class(
    found: Sequence[Found],
    plan: Plan,
    store: RunStore,
    *,
    workers: int,
    fresh: bool = False,
    progress: Progress | None = None,
) -> int:
    """Collect the evidence that is not in the store yet.

    Args:
        found: The submissions.
        plan: What to collect of each.
        store: Where evidence is kept.
        workers: Submissions at work at once.
        fresh: Collect everything anew.
        progress: Called after each submission.

    Returns:
        How many submissions needed no work.
    """
    report = progress or (lambda step: None)
    waiting = [item for item in found if fresh or not _is_kept(item, plan, store)]
    pending = {item.submission.student.id for item in waiting}
    kept = [item for item in found if item.submission.student.id not in pending]
    for done, item in enumerate(kept, 1):
        report(Step(done, len(found), item.submission.student.id, (), 0.0, kept=True))
    if not waiting:
        return len(kept)
    with open_sandbox(plan.limits, plan.level) as sandbox, _executor(workers, sandbox) as executor:
        # No list of them is kept, so that what one collected is gone once it is written.
        futures: Iterator[Future[Collected]] = as_completed(
            [executor.submit(_collect_safely, item, plan, sandbox) for item in waiting]
        )
        for done, future in enumerate(futures, len(kept) + 1):
            collected = future.result()
            store.write_evidence(collected.evidence, collected.arrays)
            report(_step(done, len(found), collected.evidence))
    return len(kept)


def _collect_safely(item: Found, plan: Plan, sandbox: Sandbox) -> Collected:
    """Collect; an error of ours becomes evidence of itself, and the class goes on."""
    try:
        return collect(item, plan, sandbox)
    except Exception:
        failure = Failure(reason="internal", detail=traceback.format_exc(limit=-5))
        observations = tuple(
            Observation.of(need, failure) for needs in plan.needs.values() for need in needs
        )
        key = plan.key(item.submission.sha256)
        evidence = Evidence(key=key, submission=item.submission, observations=observations)
        return Collected(evidence, {})


@contextmanager
def _executor(workers: int, sandbox: Sandbox) -> Iterator[ThreadPoolExecutor]:
    """Threads that wait on sandboxed processes; an interruption ends the processes, then the threads."""
    executor = ThreadPoolExecutor(workers, thread_name_prefix="grader")
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        sandbox.close()
        raise
    finally:
        executor.shutdown(wait=True)


def _is_kept(item: Found, plan: Plan, store: RunStore) -> bool:
    """Whether stored evidence serves; what failed on our side is tried again."""
    stored = store.read_evidence(item.submission.student.id)
    if stored is None or stored.key != plan.key(item.submission.sha256):
        return False
    if "internal" in stored.reasons or not _has_arrays(stored, store):
        return False
    if stored.submission != item.submission:
        store.write_evidence(msgspec.structs.replace(stored, submission=item.submission), {})
    return True


def _has_arrays(evidence: Evidence, store: RunStore) -> bool:
    """Whether the arrays that stored predictions speak of can be read."""
    items = [observation.item for observation in evidence.observations]
    needed = {f"{item.array_key}.ranked" for item in items if isinstance(item, Predictions)}
    try:
        return needed <= store.read_arrays(evidence.submission.student.id).keys()
    except RunError:
        return False


def _step(done: int, total: int, evidence: Evidence) -> Step:
    return Step(
        done=done,
        total=total,
        student=evidence.submission.student.id,
        failures=evidence.reasons,
        seconds=evidence.effort.wall_s if evidence.effort else 0.0,
        kept=False,
    )
