"""What every kind of check is, and what it is judged on."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import msgspec

from grader.evidence.need import Need
from grader.records.evidence import Failure
from grader.records.hidden_test import HiddenOutcome
from grader.records.lab import Check, Exercise
from grader.records.message import Message
from grader.records.question import Question
from grader.records.result import CheckResult, Status

T = TypeVar("T")


class EvidenceView(Protocol):
    """The evidence of one submission as checks see it."""

    def get(self, need: Need[T]) -> T | Failure:
        """What was observed for a need, or why nothing could be."""


@dataclass(frozen=True)
class ClassScores:
    """What the class reached on one check that compares submissions."""

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
class CheckContext:
    """What one check of one submission is judged on."""

    exercise: Exercise
    evidence: EvidenceView
    class_scores: ClassScores | None = None
    """None without a class, or where no submission of it could be measured."""
    references: Mapping[tuple[str, int], float] = field(default_factory=dict)
    """What the reference solution reaches: (dataset, top) to accuracy."""
    test_outcome: HiddenOutcome | None = None
    """Of a hidden test: how it ended; None where it was not run."""


class _CheckMeta(msgspec.StructMeta, ABCMeta):
    """Lets a record have abstract methods."""


class CheckKind(Check, metaclass=_CheckMeta, frozen=True, kw_only=True):
    """A check that knows which evidence it needs and how to judge it."""

    @abstractmethod
    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The evidence to collect before this check can be judged."""

    @abstractmethod
    def judge(self, context: CheckContext) -> CheckResult:
        """Judge the evidence; evidence that is missing is judged by `judge_failure`."""

    def questions(self, exercise: Exercise) -> tuple[Question, ...]:
        """What students are asked to answer in a file of their own; most kinds of check ask nothing."""
        return ()

    def score_in_class(self, context: CheckContext) -> float | None:
        """What a relative mark compares over the class; None where there is nothing to compare."""
        return None

    def result(
        self, status: Status, share: float | None, *feedback: Message, **more: Any
    ) -> CheckResult:
        """A result of this check that earns `share` of its points (None: could not be judged)."""
        return CheckResult(
            check_id=self.id,
            title=self.title,
            status=status,
            score=None if share is None else share * self.points,
            max_score=self.points,
            feedback=feedback,
            hint="" if status in ("passed", "pending") else self.hint,
            visibility=self.visibility,
            **more,
        )

    def share_result(self, share: float, *feedback: Message, **more: Any) -> CheckResult:
        """A result that earns `share` of the points: all is passed, some is partial, none is failed."""
        status: Status = "passed" if share == 1 else "partial" if share > 0 else "failed"
        return self.result(status, share, *feedback, **more)

    def judge_failure(self, failure: Failure) -> CheckResult:
        """Judge evidence that is missing: 0 where the submission is at fault, `error` where we are."""
        ours = failure.fault == "grader"
        return self.result(
            "error" if ours else "failed",
            None if ours else 0.0,
            failure=failure,
            detail=failure.detail,
            flags=("needs-review",) if ours else (),
        )
