"""Collect the evidence of one submission: a job that can be pickled, and the worker that carries it out."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from grader.archives.expand import ResolvedSubmission, expand_archives
from grader.errors import StorageError
from grader.evidence.base import (
    Collected,
    CollectTask,
)
from grader.evidence.need import Need
from grader.grading.collect_worker import CollectWorker, worker_of
from grader.grading.plan import CollectionPlan, declared_settings, format_table
from grader.grading.resolve import resolved_files
from grader.intake import LocatedSubmission
from grader.records.evidence import (
    INTERNAL,
    ArtefactFile,
    Effort,
    Evidence,
    Failure,
    Observation,
    ResolvedFiles,
    internal_failure,
)
from grader.records.lab import Artefact

if TYPE_CHECKING:
    from grader.evidence.base import Arrays

_LOG = logging.getLogger(__name__)

#: How many places an error of ours came through are kept.
_FRAMES = 4


@dataclass(frozen=True)
class CollectJob:
    """One submission whose evidence is to be collected."""

    plan: CollectionPlan
    located: LocatedSubmission
    kept: Evidence | None = None
    """Evidence collected before; what of it still holds is not collected again."""


@dataclass(frozen=True)
class CollectedEvidence:
    """What came of a job."""

    evidence: Evidence
    arrays: dict[str, Arrays] = field(default_factory=dict)
    """Need id to arrays, of the needs that were collected now."""


def run_job(job: CollectJob) -> CollectedEvidence:
    """Collect the evidence of one submission. An error of ours becomes evidence, and the class goes on.

    Raises:
        StorageError: The machine has no room for temporary files, which is no matter of this submission.
    """
    try:
        return _collect(job, worker_of(job.plan))
    except StorageError:
        raise
    except Exception as error:
        student = job.located.submission.student.id
        _LOG.exception("collecting the evidence of '%s' failed", student)
        return CollectedEvidence(_internal(job, _told(error)))


def _told(error: Exception) -> str:
    """What staff read of an error of ours: what it says, and the places it came through, the last one first."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-_FRAMES:])
    places = (f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__}: {error} (in {', '.join(places)})"


def _internal(job: CollectJob, detail: str) -> Evidence:
    """Evidence of a submission that could not be looked at: every need is open through our fault.

    Its `ResolvedFiles` have no key, so the next run tries again.
    """
    observations = tuple(
        Observation(need=need.id, kind=need.kind, key="", failure=internal_failure(detail))
        for needs in job.plan.needs.values()
        for need in needs
    )
    return Evidence(
        submission=job.located.submission,
        resolved=ResolvedFiles(key=""),
        observations=observations,
    )


def _collect(job: CollectJob, worker: CollectWorker) -> CollectedEvidence:
    started = time.monotonic()
    plan = job.plan
    observations: list[Observation] = []
    arrays: dict[str, Arrays] = {}
    peak = 0
    with expand_archives(job.located, plan.lab, format_table(), worker.sandboxes) as submission:
        resolved = resolved_files(submission, job.located.submission, plan)
        for artefact in plan.lab.artefacts:
            collection = _ArtefactCollection(job, artefact, submission, resolved)
            collected = collection.collect(worker)
            observations += collection.observations(collected)
            arrays |= {need.id: found for need, found in collected.arrays.items()}
            peak = max(peak, collected.peak_memory_bytes)
    evidence = Evidence(
        submission=job.located.submission,
        resolved=resolved,
        observations=tuple(observations),
        effort=Effort(wall_s=round(time.monotonic() - started, 3), peak_memory_bytes=peak),
    )
    return CollectedEvidence(evidence, arrays)


class _ArtefactCollection:
    """What is collected of one artefact: the needs whose stored evidence does not hold."""

    def __init__(
        self,
        job: CollectJob,
        artefact: Artefact,
        submission: ResolvedSubmission,
        resolved: ResolvedFiles,
    ) -> None:
        plan = job.plan
        self._artefact = artefact
        self._submission = submission
        self._served = resolved.artefacts[artefact.id]
        self._kind = plan.kind_of(artefact, self._served)
        self._declared = declared_settings(resolved, self._kind, artefact.id, self._served)
        self._keys = need_keys(job.plan, artefact, resolved, job.located)
        self._kept = {
            need: found
            for need, key in self._keys.items()
            if (found := _still_valid(job.kept, need, key)) is not None
        }

    def collect(self, worker: CollectWorker) -> Collected:
        """Collect what is not kept."""
        needs = tuple(need for need in self._keys if need not in self._kept)
        if not needs:
            return Collected()
        if self._served.failure is not None:
            return Collected.nothing(needs, self._served.failure)
        if self._kind is None:
            detail = f"no kind of evidence reads any of {', '.join(self._artefact.formats)}"
            return Collected.nothing(needs, internal_failure(detail))
        if len(self._served.files) > 1 and not self._kind.many:
            detail = (
                f"the kind '{self._kind.name}' reads one file, and '{self._artefact.id}' is many"
            )
            return Collected.nothing(needs, internal_failure(detail))
        task = CollectTask(
            artefact=self._artefact,
            files=self._located(self._served.files),
            companions=self._located(self._served.companions),
            sources=self._located(self._served.sources),
            needs=needs,
            declared=self._declared,
            keys=self._keys,
        )
        try:
            return self._kind.collect_evidence(task, worker.context(self._kind))
        except StorageError:
            raise
        except Exception as error:
            _LOG.exception("the kind '%s' failed on %s", self._kind.name, task.file.path)
            return Collected.nothing(needs, internal_failure(_told(error)))

    def _located(self, files: tuple[ArtefactFile, ...]) -> tuple[tuple[ArtefactFile, Path], ...]:
        return tuple((file, self._submission.located.path_of(file.path)) for file in files)

    def observations(self, collected: Collected) -> list[Observation]:
        """One for each need, those kept among them."""
        return [self._kept.get(need) or self._observe(need, collected) for need in self._keys]

    def _observe(self, need: Need[Any], collected: Collected) -> Observation:
        missing = internal_failure(f"nothing was collected for {need.id}")
        record = collected.records.get(need, missing)
        key = self._keys[need]
        if isinstance(record, Failure):
            kind = self._kind.name if self._kind else ""
            failure = msgspec.structs.replace(record, kind=record.kind or kind)
            return Observation(need=need.id, kind=need.kind, key=key, failure=failure)
        raw = msgspec.Raw(msgspec.json.encode(record))
        has_arrays = bool(collected.arrays.get(need))
        return Observation(need=need.id, kind=need.kind, key=key, record=raw, has_arrays=has_arrays)


def need_keys(
    plan: CollectionPlan, artefact: Artefact, resolved: ResolvedFiles, located: LocatedSubmission
) -> Mapping[Need[Any], str]:
    """Every need of an artefact with its key, in order."""
    served = resolved.artefacts[artefact.id]
    kind = plan.kind_of(artefact, served)
    declared = declared_settings(resolved, kind, artefact.id, served)
    return {
        need: plan.need_key(need, served, kind, declared, located.submission)
        for need in plan.needs_of(artefact, kind)
    }


def _still_valid(kept: Evidence | None, need: Need[Any], key: str) -> Observation | None:
    """The stored observation of a need, where its key holds; what failed on our side is tried again."""
    found = kept.find(need.id) if kept is not None else None
    if found is None or found.key != key:
        return None
    internal = found.failure is not None and found.failure.reason == INTERNAL
    return None if internal else found


def holds(plan: CollectionPlan, located: LocatedSubmission, stored: Evidence) -> bool:
    """Whether stored evidence answers every need of a submission as it is now, without opening a file."""
    if stored.resolved.key != plan.resolution_key(located.submission):
        return False
    try:
        return all(
            _still_valid(stored, need, key) is not None
            for artefact in plan.lab.artefacts
            for need, key in need_keys(plan, artefact, stored.resolved, located).items()
        )
    except msgspec.ValidationError as error:
        student = located.submission.student.id
        _LOG.warning(
            "what '%s' declared cannot be read any more and is read anew: %s", student, error
        )
        return False
