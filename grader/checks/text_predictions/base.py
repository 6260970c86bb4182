"""What checks on predictions of texts have in common."""

from __future__ import annotations

from abc import abstractmethod

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.texts.record import ComparedModels, TextPredictionsNeed
from grader.evidence.texts.view import unread_message
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Message
from grader.records.result import CheckResult


class TextPredictionsCheck(CheckKind, frozen=True, kw_only=True):
    """A check on what models predict on the test texts of a dataset."""

    dataset: str

    def needs(self, exercise: Exercise) -> tuple[TextPredictionsNeed, ...]:
        """The predictions of all models."""
        (artefact, *_) = exercise.artefacts_of(self)
        return (TextPredictionsNeed(artefact=artefact, dataset=self.dataset),)

    def judge(self, context: CheckContext) -> CheckResult:
        """Judge the models; where no table could be read, why."""
        (need,) = self.needs(context.exercise)
        compared = context.evidence.get(need)
        if isinstance(compared, Failure):
            return self.judge_failure(compared)
        return self.judge_models(compared, context)

    @abstractmethod
    def judge_models(self, compared: ComparedModels, context: CheckContext) -> CheckResult:
        """Judge at least one model."""


def unread_messages(compared: ComparedModels) -> list[Message]:
    """Why tables could not be read."""
    return list(map(unread_message, compared.record.unread))
