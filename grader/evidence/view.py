"""The stored evidence of one submission as checks see it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from grader.evidence import kinds
from grader.evidence.base import StoredRecord
from grader.evidence.need import Need
from grader.records.evidence import Evidence, Failure, internal_failure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from grader.evidence.base import Arrays

T = TypeVar("T")

_LOG = logging.getLogger(__name__)


@dataclass
class StoredEvidence:
    """Evidence whose records are decoded by their kinds, and whose arrays are read once, when first needed."""

    evidence: Evidence
    read_arrays: Callable[[], Mapping[str, Arrays]]
    """Need id to arrays."""
    labels: Mapping[str, NDArray[Any]]
    """Dataset name to the labels of its test images."""
    _arrays: Mapping[str, Arrays] | None = None
    _decoded: dict[str, Any] = field(default_factory=dict)

    def get(self, need: Need[T]) -> T | Failure:
        """What was observed for a need, or why nothing could be; evidence that cannot be read is our failure."""
        if need.id not in self._decoded:
            self._decoded[need.id] = self._decode(need)
        decoded: T | Failure = self._decoded[need.id]
        return decoded

    def _decode(self, need: Need[T]) -> T | Failure:
        observation = self.evidence.find(need.id)
        if observation is None:
            return internal_failure(f"no evidence was collected for {need.id}")
        if observation.failure is not None:
            return observation.failure
        kind = kinds().get(need.kind)
        if kind is None:
            return internal_failure(f"no kind of evidence is called '{need.kind}'")
        stored = StoredRecord(
            raw=observation.record, arrays=lambda: self._arrays_of(need.id), labels=self.labels
        )
        try:
            decoded: T | Failure = kind.decode_record(need, stored)
        except Exception as error:
            student = self.evidence.submission.student.id
            _LOG.exception("the evidence of '%s' for %s cannot be read", student, need.id)
            return internal_failure(f"{type(error).__name__}: {error}")
        return decoded

    def _arrays_of(self, need_id: str) -> Arrays:
        if self._arrays is None:
            self._arrays = self.read_arrays()
        return self._arrays.get(need_id, {})


class SupportsGet(Protocol):
    """The evidence of one submission, or something in its place."""

    def get(self, need: Need[T]) -> T | Failure:
        """What was observed for a need, or why nothing could be."""


@dataclass
class RecordingView:
    """Evidence that notes the datasets it was asked about, whatever a check says that it needs."""

    evidence: SupportsGet
    datasets: dict[str, None] = field(default_factory=dict)
    """Their names, in order."""

    def get(self, need: Need[T]) -> T | Failure:
        """What was observed for a need, or why nothing could be."""
        self.datasets.update(dict.fromkeys(need.datasets))
        return self.evidence.get(need)
