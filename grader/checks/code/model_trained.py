"""`ModelTrained`: the code builds and trains a prescribed model."""

from __future__ import annotations

from grader.checks.architecture import RequiredLayer, align
from grader.checks.code.base import training_text
from grader.checks.code.best_fitting import BestFitting
from grader.checks.code.layers import computing_layers, described, matches
from grader.evidence.code.record import Training
from grader.records.message import Code, Count, Message, message
from grader.records.result import CheckResult
from grader.records.section import Fact


class ModelTrained(BestFitting, tag="model-trained", frozen=True, kw_only=True):
    """Of the trainings of one kind of model the one that fits best has the prescribed layers.

    Each prescribed layer that is right and in its place earns its share; all of it needs the number of parameters too,
    where it is known. `Flatten` and layers that add no computation of their own are passed over.
    """

    layers: tuple[RequiredLayer, ...]
    classes: tuple[str, ...] = ()
    """Classes of layers that are looked at, such as ``("Conv2D",)``; empty for all."""
    parameters: int | None = None

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError(f"check '{self.id}' prescribes no layers")

    def judge_best(self, training: Training, share: float) -> CheckResult:
        """Name what differs from the prescribed layers."""
        status = "passed" if share == 1 else "partial" if share else "failed"
        return self.share_result(
            share,
            message(f"model-trained.{status}", training=training_text(training)),
            advice=self._differences(training),
            facts=_parameters(training),
        )

    def share_of(self, training: Training) -> float:
        """The share of the layers that are right; half at most with another number of parameters."""
        pairs = self._pairs(training)
        right = sum(wanted == found for wanted, found in pairs)
        share = right / max(len(pairs), 1)
        return min(share, 0.5) if self._other_parameters(training) else share

    def _other_parameters(self, training: Training) -> bool:
        return None not in (self.parameters, training.parameters) and (
            training.parameters != self.parameters
        )

    def _pairs(self, training: Training) -> list[tuple[str, str]]:
        """Prescribed and found layers side by side, as texts."""
        layers = [
            layer
            for layer in computing_layers(training.layers)
            if not self.classes or layer.class_name in self.classes
            if layer.class_name not in ("Flatten", "Reshape", "BatchNormalization")
            or any(layer.class_name == required.type for required in self.layers)
        ]
        named = [name for required in self.layers for name in required.settings]
        return align(
            [str(required) for required in self.layers],
            [
                next(
                    (str(required) for required in self.layers if matches(required, layer)),
                    described(layer, sorted(set(named))),
                )
                for layer in layers
            ],
        )

    def _differences(self, training: Training) -> tuple[Message, ...]:
        texts = []
        for wanted, found in self._pairs(training):
            if wanted != found:
                key = "instead" if wanted and found else "absent" if wanted else "extra"
                values = {"wanted": Code(text=wanted), "found": Code(text=found)}
                texts.append(message(f"architecture.{key}", **values))
        if self._other_parameters(training):
            counts = {
                "wanted": Count(value=self.parameters or 0, setting=True),
                "found": Count(value=training.parameters or 0, setting=True),
            }
            texts.append(message("model-trained.parameters", **counts))
        return tuple(texts)


def _parameters(training: Training) -> tuple[Fact, ...]:
    if training.parameters is None:
        return ()
    value = Count(value=training.parameters, setting=True)
    return (Fact(label=message("fact.parameters"), value=value),)
