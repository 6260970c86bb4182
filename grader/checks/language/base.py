"""What checks on models of text have in common: which model, and what was measured of it."""

from __future__ import annotations

from abc import abstractmethod

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.language.record import LanguageNeed, LanguageScore
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.result import CheckResult


class LanguageCheck(CheckKind, frozen=True, kw_only=True):
    """A check on the model, the vocabulary and the text of its first artefact."""

    def needs(self, exercise: Exercise) -> tuple[LanguageNeed, ...]:
        """How the model predicts the text, and what it writes."""
        return (LanguageNeed(artefact=exercise.artefacts_of(self)[0]),)

    def judge(self, context: CheckContext) -> CheckResult:
        """Judge what was measured; where nothing could be, why."""
        (need,) = self.needs(context.exercise)
        found = context.evidence.get(need)
        return self.judge_failure(found) if isinstance(found, Failure) else self.judge_score(found)

    @abstractmethod
    def judge_score(self, found: LanguageScore) -> CheckResult:
        """Judge what was measured."""
