"""`ArchitectureMatches`: the model has the layers a lab prescribes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.models.record import LayerSummary, ModelNeed, ModelSummary
from grader.evidence.need import Need
from grader.records.base import Record
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Code, Count, Message, message
from grader.records.result import CheckResult
from grader.records.section import Fact

#: Layers that a lab does not count when it prescribes an architecture.
TRANSPARENT = frozenset(
    {"InputLayer", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "Rescaling",
     "Normalization", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom",
     "RandomContrast", "RandomCrop", "ActivityRegularization", "Activation", "ReLU", "Softmax"}
)  # fmt: skip


class RequiredLayer(Record, frozen=True, kw_only=True):
    """A layer as a lab prescribes it."""

    type: str
    """The Keras class name."""
    settings: dict[str, str | int | tuple[int, ...]] = {}
    """What it must be set to: ``{"filters": 32, "kernel_size": (5, 5), "activation": "relu"}``."""

    def __str__(self) -> str:
        return describe(self.type, self.settings)

    def matches(self, layer: LayerSummary) -> bool:
        """Whether `layer` is of this type and has every prescribed setting."""
        return layer.type == self.type and all(
            layer.settings.get(name) == value for name, value in self.settings.items()
        )


class ArchitectureMatches(CheckKind, tag="architecture-matches", frozen=True, kw_only=True):
    """The model is the prescribed sequence of layers; each layer that is right and in its place earns its share.

    Layers that add no computation of their own are passed over: dropout, augmentation, and a separate activation,
    which counts as that of the layer before it.
    """

    layers: tuple[RequiredLayer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError(f"check '{self.id}' prescribes no layers")

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The model's layers."""
        return (self.model_need(exercise),)

    def model_need(self, exercise: Exercise) -> ModelNeed:
        """The layers of the model that is handed in."""
        return ModelNeed(artefact=exercise.artefacts_of(self)[0])

    def judge(self, context: CheckContext) -> CheckResult:
        """Align the layers found with those prescribed, and name what differs."""
        model = context.evidence.get(self.model_need(context.exercise))
        if isinstance(model, Failure):
            return self.judge_failure(model)
        found = significant_layers(model)
        differences, right = self._compare(found)
        share = right / max(len(self.layers), len(found))
        outcome = "passed" if share == 1 else "partial" if share else "failed"
        return self.share_result(
            share,
            message(
                f"architecture.{outcome}",
                right=Count(value=right),
                layers=Count(value=len(self.layers)),
            ),
            advice=tuple(_difference(wanted, had) for wanted, had in differences),
            facts=(
                Fact(label=message("fact.layers"), value=Count(value=len(found))),
                Fact(label=message("fact.parameters"), value=Count(value=model.parameters)),
            ),
        )

    def _compare(self, found: list[LayerSummary]) -> tuple[list[tuple[str, str]], int]:
        """Pairs of (prescribed, found) texts that differ, and how many layers are right."""
        pairs = align(
            [str(layer) for layer in self.layers],
            [self._describe_found(layer) for layer in found],
        )
        differences = [(wanted, had) for wanted, had in pairs if wanted != had]
        return differences, len(pairs) - len(differences)

    def _describe_found(self, layer: LayerSummary) -> str:
        """A found layer in the words of the required layer it matches, else by the settings the lab prescribes."""
        for required in self.layers:
            if required.matches(layer):
                return str(required)
        prescribed = {name for required in self.layers for name in required.settings}
        settings = {name: value for name, value in layer.settings.items() if name in prescribed}
        return describe(layer.type, settings)


def _difference(wanted: str, found: str) -> Message:
    """What differs in one place; an empty text stands for no layer there."""
    if wanted and found:
        return message("architecture.instead", wanted=Code(text=wanted), found=Code(text=found))
    if wanted:
        return message("architecture.absent", wanted=Code(text=wanted))
    return message("architecture.extra", found=Code(text=found))


def align(wanted: Sequence[str], found: Sequence[str]) -> list[tuple[str, str]]:
    """Lay two sequences side by side with the fewest differences; an empty text stands for nothing there.

    The usual edit distance: a difference is a layer missing, one too many, or one in place of another.
    """
    rows, columns = len(wanted), len(found)
    cost = [[i + j if i == 0 or j == 0 else 0 for j in range(columns + 1)] for i in range(rows + 1)]
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            cost[i][j] = min(
                cost[i - 1][j - 1] + (wanted[i - 1] != found[j - 1]),
                cost[i - 1][j] + 1,
                cost[i][j - 1] + 1,
            )
    pairs: list[tuple[str, str]] = []
    i, j = rows, columns
    while i or j:
        differs = i and j and wanted[i - 1] != found[j - 1]
        if i and j and cost[i][j] == cost[i - 1][j - 1] + differs:
            i, j = i - 1, j - 1
            pairs.append((wanted[i], found[j]))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            pairs.append((wanted[i], ""))
        else:
            j -= 1
            pairs.append(("", found[j]))
    return pairs[::-1]


def significant_layers(model: ModelSummary) -> list[LayerSummary]:
    """The layers that compute, each with the activation of a separate activation layer behind it."""
    kept: list[LayerSummary] = []
    for layer in model.layers:
        activation = _separate_activation(layer)
        if activation and kept and kept[-1].settings.get("activation") == "linear":
            last = kept.pop()
            kept.append(
                LayerSummary(
                    name=last.name,
                    type=last.type,
                    output_shape=last.output_shape,
                    parameters=last.parameters,
                    settings=last.settings | {"activation": activation},
                )
            )
        elif layer.type not in TRANSPARENT:
            kept.append(layer)
    return kept


def _separate_activation(layer: LayerSummary) -> str:
    match layer.type:
        case "Activation":
            return str(layer.settings.get("activation", ""))
        case "ReLU":
            return "relu"
        case "Softmax":
            return "softmax"
        case _:
            return ""


def describe(
    kind: str,
    settings: dict[str, str | int | float | tuple[int, ...]]
    | dict[str, str | int | tuple[int, ...]],
) -> str:
    """A layer in one phrase: ``Conv2D(filters=32, kernel_size=5x5, activation=relu)``."""
    parts = [
        f"{name}={'x'.join(map(str, value)) if isinstance(value, tuple) else value}"
        for name, value in sorted(settings.items())
    ]
    return f"{kind}({', '.join(parts)})" if parts else kind
