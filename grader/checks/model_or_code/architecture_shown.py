"""`ArchitectureShown`: the prescribed layers, of the model that is handed in, else of the one the code trains."""

from __future__ import annotations

from typing import Any

import msgspec

from grader.checks.architecture import ArchitectureMatches
from grader.checks.base import CheckContext
from grader.checks.code.filters import ModelFilter
from grader.checks.code.layers import computing_layers, is_of_pytorch
from grader.checks.code.model_trained import ModelTrained
from grader.checks.model_or_code.base import (
    by_code,
    code_needs,
    code_of,
    model_and_code,
    nearer,
    not_opened,
)
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.evidence.need import Need
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.result import CheckResult

#: Of a model of PyTorch, what code says in order: one pooling layer may be called for several.
_IN_ORDER = ("Conv2D", "Dense")


class ArchitectureShown(ArchitectureMatches, tag="architecture-shown", frozen=True, kw_only=True):
    """As `ArchitectureMatches`. Where no model can be opened, the code is judged as by `ModelTrained`.

    A model that is compiled and never trained has its layers all the same.
    Its first artefact is the model, its last the code.
    """

    models: ModelFilter = ModelFilter()
    """Which models of the code are looked at."""

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The layers of the model, and what is known of the code."""
        return (self.model_need(exercise), *code_needs(model_and_code(self, exercise)[1]))

    def judge(self, context: CheckContext) -> CheckResult:
        """Judge the model, else the code."""
        model = context.evidence.get(self.model_need(context.exercise))
        if not isinstance(model, Failure):
            return super().judge(context)
        code = code_of(context, model_and_code(self, context.exercise)[1])
        if isinstance(code, Failure) or model.fault == "grader":
            return self.judge_failure(nearer(model, code) if isinstance(code, Failure) else model)
        code = msgspec.structs.replace(code, trainings=(*code.trainings, *code.untrained))
        checks = (self._trained(context, code, ()), self._trained(context, code, _IN_ORDER))
        results = [by_code(check, context, code) for check in checks if check is not None]
        best = max(results, key=lambda result: result.score or 0.0)
        return msgspec.structs.replace(best, feedback=(*not_opened(model), *best.feedback))

    def _trained(
        self, context: CheckContext, code: CodeShown, classes: tuple[str, ...]
    ) -> ModelTrained | None:
        """The check on code: on all layers, or on those of some classes where a model of PyTorch has pooling too."""
        if classes and not any(map(self._is_pooled_in_pytorch, code.trainings)):
            return None
        layers = [layer for layer in self.layers if layer.type != "Flatten"]
        return ModelTrained(
            id=self.id,
            title=self.title,
            points=self.points,
            artefacts=(model_and_code(self, context.exercise)[1],),
            visibility=self.visibility,
            hint=self.hint,
            models=self.models,
            layers=tuple(item for item in layers if not classes or item.type in classes),
            classes=classes,
        )

    def _is_pooled_in_pytorch(self, training: Training) -> bool:
        if not is_of_pytorch(training.layers):
            return False
        pools = {item.type for item in self.layers if "Pool" in item.type}
        return pools <= {layer.class_name for layer in computing_layers(training.layers)}
