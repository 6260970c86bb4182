"""`AccuracyShown`: the accuracy of the model that is handed in, else the one its notebook was saved with."""

from __future__ import annotations

from typing import Any

from grader.checks.accuracy import AccuracyAtLeast
from grader.checks.base import CheckContext
from grader.checks.code.base import may_train_more
from grader.checks.code.filters import ModelFilter
from grader.checks.model_or_code.base import code_needs, code_of, model_and_code, nearer
from grader.checks.model_or_code.reported import reported_accuracies
from grader.evidence.code.run_record import CodeShown
from grader.evidence.models.record import ModelNeed
from grader.evidence.need import Need
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Name, Share, message
from grader.records.result import CheckResult


class AccuracyShown(AccuracyAtLeast, tag="accuracy-shown", frozen=True, kw_only=True):
    """As `AccuracyAtLeast`. Where no model can be opened, the highest accuracy counts that a notebook was saved with.

    Its first artefact is the model, its last the code. What only a saved output says is flagged for staff, and
    waits for a person where there is none.
    """

    models: ModelFilter = ModelFilter()
    """Which models of the code are looked at."""

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """Predictions on the dataset, and what is known of the code."""
        model, code = model_and_code(self, exercise)
        return (self.predictions_need(exercise), ModelNeed(artefact=model), *code_needs(code))

    def judge(self, context: CheckContext) -> CheckResult:
        """Measure the model, else take what the notebook says."""
        artefact, code_artefact = model_and_code(self, context.exercise)
        predictions = context.evidence.get(self.predictions_need(context.exercise))
        opened = context.evidence.get(ModelNeed(artefact=artefact))
        if not isinstance(predictions, Failure) or not isinstance(opened, Failure):
            return super().judge(context)
        code = code_of(context, code_artefact)
        if isinstance(code, Failure) or predictions.fault == "grader":
            return self.judge_failure(
                nearer(predictions, code) if isinstance(code, Failure) else predictions
            )
        return self._judge_code(code)

    def _judge_code(self, code: CodeShown) -> CheckResult:
        if not any(map(self.models.accepts, code.trainings)) and not may_train_more(
            code, self.models
        ):
            missing = message("code-check.no-such-model", model=self.models.text)
            return self.result("failed", 0.0, missing)
        if any(threshold.top > 1 for threshold in self.thresholds):
            return self._wait()
        reported = reported_accuracies(code, self.models)
        if not reported:
            return self._wait()
        best = max(reported, key=lambda item: item.value)
        share = min(threshold.credit(best.value) for threshold in self.thresholds)
        return self.share_result(
            share,
            message(
                "accuracy-shown.saved",
                where=Name(text=best.where),
                accuracy=Share(value=best.value),
                needed=Share(value=self.thresholds[0].full_at, setting=True),
            ),
            advice=() if share == 1 else (message("accuracy-shown.advice"),),
            flags=("not-in-run",),
        )

    def _wait(self) -> CheckResult:
        return self.result(
            "pending",
            None,
            message("accuracy-shown.unknown"),
            advice=(message("accuracy-shown.advice"),),
            flags=("needs-review",),
        )
