"""`EvaluatedShown`: a model is evaluated on test images, by the code or here."""

from __future__ import annotations

from grader.checks.base import CheckContext
from grader.checks.code.evaluated import ModelsEvaluated
from grader.checks.model_or_code.base import ShownByEither, by_code, model_and_code
from grader.checks.model_or_code.reported import reported_accuracies
from grader.evidence.code.run_record import CodeShown
from grader.evidence.predictions.record import RankedPredictions
from grader.records.message import Name, Share, message
from grader.records.result import CheckResult


class EvaluatedShown(ShownByEither, tag="evaluated-shown", frozen=True, kw_only=True):
    """The code evaluates such a model on test images, or a model that is handed in can be evaluated here.

    Where a run shows no evaluation, an accuracy counts that a notebook was saved with below code for test images.
    """

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for an evaluation in the run, then for one that was saved."""
        check = ModelsEvaluated(
            id=self.id,
            title=self.title,
            points=self.points,
            artefacts=(model_and_code(self, context.exercise)[1],),
            visibility=self.visibility,
            hint=self.hint,
            models=(self.models,),
        )
        result = by_code(check, context, code)
        if result.status == "passed" or "evaluated-on-training-images" in result.flags:
            return result
        reported = reported_accuracies(code, self.models)
        if not reported:
            return result
        accuracy = Share(value=reported[-1].value)
        where = Name(text=reported[-1].where)
        saved = message("evaluated-shown.saved", where=where, accuracy=accuracy)
        return self.result("passed", 1.0, saved, flags=("not-in-run",))

    def judge_predictions(self, predictions: RankedPredictions) -> CheckResult:
        """A model that gives predictions on the test images is evaluated here."""
        accuracy = Share(value=predictions.accuracy(), dataset=self.dataset)
        return self.result("passed", 1.0, message("evaluated-shown.model", accuracy=accuracy))
