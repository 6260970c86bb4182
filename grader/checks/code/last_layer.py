"""`LastLayer`: the model ends in the layer that a lab asks for, whatever comes before it."""

from __future__ import annotations

from grader.checks.architecture import describe
from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck, training_text
from grader.checks.code.filters import ModelFilter, accepted
from grader.checks.code.layers import output_layer, settings_of
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Code, message
from grader.records.result import CheckResult


class LastLayer(CodeCheck, tag="last-layer", frozen=True, kw_only=True):
    """Of the trainings of one kind of model, the last fully connected layer has the prescribed settings.

    Each setting that is right earns its share; the training that fits best counts.
    """

    models: ModelFilter = ModelFilter()
    settings: dict[str, str | int | tuple[int, ...]]
    """``{"units": 10, "activation": "softmax"}``; ``parameters`` are those of the layer, which tell its inputs."""

    def __post_init__(self) -> None:
        if not self.settings:
            raise ValueError(f"check '{self.id}' prescribes no settings")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Take the training whose last layer fits best, and name what it should be."""
        found = accepted(code.trainings, self.models)
        if not found:
            untrained = accepted(code.untrained, self.models)
            share = 0.5 * max(map(self._share, untrained), default=0.0)
            return self.no_training(self.models, code, share)
        best = max(found, key=self._share)
        share = self._share(best)
        status = "passed" if share == 1 else "partial" if share else "failed"
        values = {
            "wanted": Code(text=describe("Dense", self.settings)),
            "found": Code(text=describe("Dense", self._settings_of(best))),
        }
        return self.share_result(
            share,
            message(f"last-layer.{status}", training=training_text(best)),
            advice=() if share == 1 else (message("architecture.instead", **values),),
        )

    def _settings_of(self, training: Training) -> dict[str, str | int | float | tuple[int, ...]]:
        layer = output_layer(training.layers)
        known = settings_of(layer) if layer is not None else {}
        if layer is not None and layer.parameters is not None:
            known["parameters"] = layer.parameters
        return {name: known[name] for name in self.settings if name in known}

    def _share(self, training: Training) -> float:
        known = self._settings_of(training)
        right = sum(known.get(name) == value for name, value in self.settings.items())
        return right / len(self.settings)
