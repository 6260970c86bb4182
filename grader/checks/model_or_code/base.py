"""What checks share that are met by a model, by its predictions, or by code."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import msgspec

from grader.checks.base import CheckContext, CheckKind
from grader.checks.code.base import CodeCheck, may_train_more
from grader.checks.code.filters import ModelFilter
from grader.evidence.code.merged import shown_code
from grader.evidence.code.record import CodeNeed
from grader.evidence.code.run_record import CodeRunNeed, CodeShown
from grader.evidence.need import Need
from grader.evidence.predictions.record import PredictionsNeed, RankedPredictions
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Message, message
from grader.records.result import CheckResult


def model_and_code(check: CheckKind, exercise: Exercise) -> tuple[str, str]:
    """The artefact that is the model, the first, and the one that is code, the last."""
    artefacts = exercise.artefacts_of(check)
    return artefacts[0], artefacts[-1]


def code_needs(artefact: str) -> tuple[Need[Any], ...]:
    """What reading code says, and what a run of it records."""
    return (CodeNeed(artefact=artefact), CodeRunNeed(artefact=artefact))


def code_of(context: CheckContext, artefact: str) -> CodeShown | Failure:
    """The code of an artefact with what its run recorded, or why it could not be read."""
    reading = context.evidence.get(CodeNeed(artefact=artefact))
    if isinstance(reading, Failure):
        return reading
    ran = context.evidence.get(CodeRunNeed(artefact=artefact))
    return shown_code(reading, None if isinstance(ran, Failure) else ran.run)


def by_code(check: CodeCheck, context: CheckContext, code: CodeShown) -> CheckResult:
    """The result of a check on code; a person's matter where too little is known of what the code trains."""
    result = check.judge_code(code, context)
    ran = context.evidence.get(CodeRunNeed(artefact=context.exercise.artefacts_of(check)[0]))
    if isinstance(ran, Failure) and ran.fault == "grader" and result.status != "passed":
        return check.judge_failure(ran)
    kinds = models_of(check)
    known = any(models.accepts(item) for models in kinds for item in code.trainings)
    if result.status != "failed" or known:
        return result
    if any(may_train_more(code, models) for models in kinds):
        return check.judge_unknown(*result.feedback)
    return result


def models_of(check: Any) -> tuple[ModelFilter, ...]:
    """The kinds of model that a check on code is about."""
    models = check.models
    return models if isinstance(models, tuple) else (models,)


def not_opened(failure: Failure) -> tuple[Message, ...]:
    """What to say where code is judged in place of a model that was handed in and could not be opened."""
    return () if failure.reason == "missing" else (message("model-or-code.not-opened"),)


def nearer(model: Failure, code: Failure) -> Failure:
    """Of two reasons why nothing can be judged the one that says more: not that a file is missing."""
    return code if model.reason == "missing" and code.reason != "missing" else model


class ShownByEither(CheckKind, frozen=True, kw_only=True):
    """A check that is met by code, or by what the predictions of a model show.

    Its first artefact is the model, its last the code. The better of both counts: who hands in more loses nothing.
    """

    dataset: str
    models: ModelFilter = ModelFilter()

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """Predictions of the model, and what is known of the code."""
        model, code = model_and_code(self, exercise)
        return (PredictionsNeed(artefact=model, dataset=self.dataset), *code_needs(code))

    def judge(self, context: CheckContext) -> CheckResult:
        """Judge the code; where it does not meet the check, the model."""
        model, artefact = model_and_code(self, context.exercise)
        code = code_of(context, artefact)
        shown = None if isinstance(code, Failure) else self.judge_code(code, context)
        if shown is not None and shown.status == "passed":
            return shown
        need = PredictionsNeed(artefact=model, dataset=self.dataset)
        predictions = context.evidence.get(need)
        if not isinstance(predictions, Failure):
            measured = self.judge_predictions(predictions)
            if measured.status == "passed" or shown is None:
                flags = () if shown is None else shown.flags
                return msgspec.structs.replace(
                    measured, flags=tuple(flag for flag in flags if flag != "needs-review")
                )
        elif shown is None or predictions.fault == "grader":
            return self.judge_failure(
                nearer(predictions, code) if isinstance(code, Failure) else predictions
            )
        return shown

    @abstractmethod
    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Judge code that was handed in."""

    @abstractmethod
    def judge_predictions(self, predictions: RankedPredictions) -> CheckResult:
        """Judge the predictions of a model that was handed in."""
