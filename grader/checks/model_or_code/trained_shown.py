"""`TrainedShown`: a model is trained, as the code or the model itself shows."""

from __future__ import annotations

from grader.checks.base import CheckContext
from grader.checks.chance import is_chance_level
from grader.checks.code.trainings_have import TrainingsHave
from grader.checks.model_or_code.base import ShownByEither, by_code, model_and_code
from grader.evidence.code.run_record import CodeShown
from grader.evidence.predictions.record import RankedPredictions
from grader.records.message import Share, message
from grader.records.result import CheckResult


class TrainedShown(ShownByEither, tag="trained-shown", frozen=True, kw_only=True):
    """The code trains such a model, or a model that is handed in predicts better than guessing would."""

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for a training that the code reaches."""
        check = TrainingsHave(
            id=self.id,
            title=self.title,
            points=self.points,
            artefacts=(model_and_code(self, context.exercise)[1],),
            visibility=self.visibility,
            hint=self.hint,
            models=(self.models,),
            field="epochs",
            at_least=1,
            reached=True,
        )
        return by_code(check, context, code)

    def judge_predictions(self, predictions: RankedPredictions) -> CheckResult:
        """Compare the accuracy with guessing."""
        guessed = is_chance_level(predictions)
        return self.result(
            "failed" if guessed else "passed",
            0.0 if guessed else 1.0,
            message(
                "trained-shown.guessed" if guessed else "trained-shown.model",
                accuracy=Share(value=predictions.accuracy(), dataset=self.dataset),
            ),
            advice=(message("trained-shown.advice"),) if guessed else (),
        )
