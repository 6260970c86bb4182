"""`TrainedModelsHave`: those of the models a lab asks for that are trained are set as it asks."""

from __future__ import annotations

from grader.checks.code.trainings_have import ModelAsked, TrainingsHave
from grader.evidence.code.run_record import CodeShown


class TrainedModelsHave(TrainingsHave, tag="trained-models-have", frozen=True, kw_only=True):
    """As `TrainingsHave`, and models that are not trained cost nothing here unless none is.

    For labs where another check asks whether all models are trained: one that is missing costs points there alone.
    """

    def asked(self, code: CodeShown) -> list[ModelAsked]:
        """The models that are trained; all of them where none is."""
        asked = super().asked(code)
        return [one for one in asked if one.training is not None] or asked
