"""What collecting the evidence of submissions shares in one process: isolated processes and datasets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.datasets.pool import DatasetPool
from grader.evidence.base import CollectContext, EvidenceKind, OnStep, ignore_step
from grader.grading.plan import CollectionPlan
from grader.sandbox import Box, Sandboxes


class CollectWorker:
    """What jobs of one plan share in one process: isolated processes and datasets.

    Args:
        plan: What is collected.
        datasets: Datasets that were read already; None to read them here, by name and digest.
        on_step: Told what long work is at.
        work_folder: Where parts of long work are kept; None to keep none.
    """

    def __init__(
        self,
        plan: CollectionPlan,
        datasets: DatasetPool | None = None,
        on_step: OnStep = ignore_step,
        work_folder: Path | None = None,
    ) -> None:
        self._on_step = on_step
        self._work_folder = work_folder
        self._sandboxes = Sandboxes(plan.limits, plan.level)
        self._datasets = datasets or DatasetPool(
            open=plan.course.dataset,
            records={record.name: record for record in plan.datasets},
            unavailable=plan.unavailable,
        )

    @property
    def sandboxes(self) -> Sandboxes:
        """Starts isolated processes."""
        return self._sandboxes

    def context(self, kind: EvidenceKind) -> CollectContext:
        """What the collector of a kind works with."""

        def open_box() -> Box:
            if kind.profile is None:
                raise ValueError(f"the kind '{kind.name}' has no sandbox profile")
            return self._sandboxes.open(kind.profile)

        limits = self._sandboxes.limits
        return CollectContext(
            open_box=open_box,
            open_with=self._sandboxes.open,
            limits=kind.profile.limits(limits) if kind.profile else limits,
            datasets=self._datasets,
            on_step=self._on_step,
            work_folder=self._work_folder,
        )

    def close(self) -> None:
        """End every isolated process."""
        self._sandboxes.close()


_workers: dict[str, CollectWorker] = {}
_lock = threading.Lock()


@contextmanager
def local_worker(
    plan: CollectionPlan,
    datasets: DatasetPool,
    on_step: OnStep = ignore_step,
    work_folder: Path | None = None,
) -> Iterator[CollectWorker]:
    """The worker of this process, with datasets that were read already; closed on leaving."""
    worker = CollectWorker(plan, datasets, on_step, work_folder)
    with _lock:
        _workers[plan.digest] = worker
    try:
        yield worker
    finally:
        with _lock:
            _workers.pop(plan.digest, None)
        worker.close()


def worker_of(plan: CollectionPlan) -> CollectWorker:
    """The worker of this process for a plan; made here where the job came from another process."""
    with _lock:
        if plan.digest not in _workers:
            _workers[plan.digest] = CollectWorker(plan)
        return _workers[plan.digest]
