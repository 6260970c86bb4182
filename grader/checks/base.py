"""What every kind of check is, and what it may look at."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.messages import Catalogue, failure_text
from grader.records.evidence import OUR_FAULT, Failure, ModelSummary, Predictions
from grader.records.lab import Check, Exercise, Need
from grader.records.result import CheckResult, Flag, Status


@dataclass(frozen=True)
class RankedPredictions:
    """A network's best classes beside the labels, which never left the trusted side."""

    record: Predictions
    ranked: NDArray[np.integer[Any]]
    """Shape (N, k); each row the k best classes, best first, k = min(5, classes); k = 1 of labels alone."""
    labels: NDArray[np.integer[Any]]
    """Shape (N,)."""
    best_score: NDArray[np.floating[Any]]
    """Shape (N,); the output of the best class, as sure as the network was; NaN of labels alone."""

    @property
    def labels_alone(self) -> bool:
        """Whether no more than a label was given for each image: a table of predictions without scores."""
        return self.record.contract.source == "given" and self.ranked.shape[1] == 1

    @cached_property
    def _first_hit(self) -> NDArray[np.intp]:
        """Rank at which each image's label stands, k where it is not among the best k."""
        found = self.ranked == self.labels[:, np.newaxis]
        missed = self.ranked.shape[1]
        ranks: NDArray[np.intp] = np.where(found.any(axis=1), found.argmax(axis=1), missed)
        return ranks

    def hits(self, top: int) -> int:
        """How many images have their label among the `top` best classes.

        Raises:
            ValueError: Fewer classes than `top` are kept.
        """
        if not 1 <= top <= self.ranked.shape[1]:
            raise ValueError(
                f"top-{top} needs {top} ranked classes, {self.ranked.shape[1]} are kept"
            )
        return int((self._first_hit < top).sum())

    def accuracy(self, top: int = 1) -> float:
        """Share of the images whose label is among the `top` best classes."""
        return self.hits(top) / len(self.labels)


class EvidenceView(Protocol):
    """The evidence of one submission as checks see it."""

    def model(self, artefact: str) -> ModelSummary | Failure:
        """The network of an artefact."""

    def predictions(self, artefact: str, dataset: str) -> RankedPredictions | Failure:
        """The network's answers on a dataset."""


@dataclass(frozen=True)
class ClassStanding:
    """What the class reached on one check."""

    best: float
    valid: int
    """How many submissions could be measured."""
    open: int = 0
    """How many could not, through no fault of theirs: one of them may be the best."""
    values: tuple[float, ...] = ()
    """What every valid submission reached, best first."""
    frozen: bool = False
    """True where `best` comes from an earlier class instead of this one."""


@dataclass(frozen=True)
class Case:
    """One check of one submission, ready to be judged."""

    exercise: Exercise
    evidence: EvidenceView
    say: Catalogue
    standing: ClassStanding | None = None
    """Only in a class; None for a student who checks alone, or where nobody's work is valid."""
    secret: frozenset[str] = field(default_factory=frozenset)
    """Names of the datasets whose figures students see rounded only."""
    references: Mapping[tuple[str, int], float] = field(default_factory=dict)
    """What the reference solution reaches: (dataset, top) to accuracy."""

    def shown(self, accuracy: float, dataset: str) -> float:
        """An accuracy as sentences for students may state it."""
        return round(accuracy, 2) if dataset in self.secret else accuracy


class _CheckMeta(msgspec.StructMeta, ABCMeta):
    """Lets a record have abstract methods."""


class CheckKind(Check, metaclass=_CheckMeta, frozen=True, kw_only=True):
    """A check that knows what it needs and how it is judged."""

    @abstractmethod
    def needs(self, artefact: str) -> tuple[Need, ...]:
        """The evidence to collect about `artefact` before this check can be judged."""

    @abstractmethod
    def judge(self, case: Case) -> CheckResult:
        """Judge the evidence. Evidence that could not be had is judged by `judge_failure`."""

    def measure(self, case: Case) -> float | None:
        """What a relative mark compares over the class; None where there is nothing to compare."""
        return None

    def result(
        self, status: Status, share: float | None, feedback: str, **more: Any
    ) -> CheckResult:
        """A result of this check that earns `share` of its points (None: could not be judged)."""
        more.setdefault("advice", "" if status == "passed" else self.hint)
        return CheckResult(
            check_id=self.id,
            title=self.title,
            status=status,
            score=None if share is None else share * self.points,
            max_score=self.points,
            feedback=feedback,
            visibility=self.visibility,
            **more,
        )

    def judge_failure(self, failure: Failure, case: Case) -> CheckResult:
        """Judge evidence that is missing: 0 where the submission is at fault, `error` where we are."""
        message, advice = failure_text(case.say.language, failure.reason, failure.args)
        ours = failure.reason in OUR_FAULT
        flags: tuple[Flag, ...] = ("needs-review",) if ours else ()
        return self.result(
            "error" if ours else "failed",
            None if ours else 0.0,
            message,
            advice=advice,
            detail=failure.detail,
            reason=failure.reason,
            flags=flags,
        )
