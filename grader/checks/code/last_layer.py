"""`LastLayer`: the model ends in the layer that a lab asks for, whatever comes before it."""

from __future__ import annotations

from grader.checks.architecture import describe
from grader.checks.code.base import training_text
from grader.checks.code.best_fitting import BestFitting
from grader.checks.code.layers import output_layer, settings_of
from grader.evidence.code.record import Training
from grader.records.message import Code, message
from grader.records.result import CheckResult


class LastLayer(BestFitting, tag="last-layer", frozen=True, kw_only=True):
    """Of the trainings of one kind of model, the last fully connected layer has the prescribed settings.

    Each setting that is right earns its share; the training that fits best counts.
    """

    settings: dict[str, str | int | tuple[int, ...]]
    """``{"units": 10, "activation": "softmax"}``; ``parameters`` are those of the layer, which tell its inputs."""

    def __post_init__(self) -> None:
        if not self.settings:
            raise ValueError(f"check '{self.id}' prescribes no settings")

    def judge_best(self, training: Training, share: float) -> CheckResult:
        """Name what the last layer should be."""
        status = "passed" if share == 1 else "partial" if share else "failed"
        values = {
            "wanted": Code(text=describe("Dense", self.settings)),
            "found": Code(text=describe("Dense", self._settings_of(training))),
        }
        return self.share_result(
            share,
            message(f"last-layer.{status}", training=training_text(training)),
            advice=() if share == 1 else (message("architecture.instead", **values),),
        )

    def _settings_of(self, training: Training) -> dict[str, str | int | float | tuple[int, ...]]:
        layer = output_layer(training.layers)
        known = settings_of(layer) if layer is not None else {}
        if layer is not None and layer.parameters is not None:
            known["parameters"] = layer.parameters
        return {name: known[name] for name in self.settings if name in known}

    def share_of(self, training: Training) -> float:
        """The share of the settings that are right, of those that are known."""
        known = self._settings_of(training)
        right = sum(value == self.settings[name] for name, value in known.items())
        return right / len(known) if known else 0.0
