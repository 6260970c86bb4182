"""`ArchitectureMatches`: the network has the layers a lab prescribes."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.base import Case, CheckKind
from grader.records.base import Record
from grader.records.evidence import Failure, LayerSummary, ModelSummary
from grader.records.lab import ModelNeed
from grader.records.result import CheckResult, Fact

#: Layers that change neither what is computed after training nor what a lab means by its network.
TRANSPARENT = frozenset(
    {"InputLayer", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "Rescaling",
     "Normalization", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom",
     "RandomContrast", "RandomCrop", "ActivityRegularization", "Activation", "ReLU", "Softmax"}
)  # fmt: skip


class LayerDemand(Record, frozen=True, kw_only=True):
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
    """The network is the prescribed sequence of layers; each one right in its place earns its share.

    Layers that add no computation of their own (dropout, augmentation, a separate activation, which counts as
    its layer's) are passed over.
    """

    layers: tuple[LayerDemand, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError(f"check '{self.id}' prescribes nothing")

    def needs(self, artefact: str) -> tuple[ModelNeed, ...]:
        """The network's layers."""
        return (ModelNeed(artefact=artefact),)

    def judge(self, case: Case) -> CheckResult:
        """Align the layers found with those prescribed, and name what differs."""
        model = case.evidence.model(case.exercise.artefact)
        if isinstance(model, Failure):
            return self.judge_failure(model, case)
        found = significant_layers(model)
        differences, right = self._compare(found)
        share = right / max(len(self.layers), len(found))
        say = case.say
        if share == 1:
            feedback = say("architecture.passed", layers=len(self.layers))
        else:
            key = "architecture.partial" if share else "architecture.failed"
            feedback = say(key, right=right, layers=len(self.layers))
        return self.result(
            "passed" if share == 1 else "partial" if share else "failed",
            share,
            feedback,
            advice=self._advice(differences, case),
            facts=(
                Fact(label=say("fact.layers"), value=len(found), unit="count"),
                Fact(label=say("fact.parameters"), value=model.parameters, unit="count"),
            ),
        )

    def _compare(self, found: list[LayerSummary]) -> tuple[list[tuple[str, str]], int]:
        """Pairs of (prescribed, found) texts that differ, and how many layers are right."""
        pairs = align(
            [str(demand) for demand in self.layers],
            [self._describe_found(layer) for layer in found],
        )
        differences = [(wanted, had) for wanted, had in pairs if wanted != had]
        return differences, len(pairs) - len(differences)

    def _describe_found(self, layer: LayerSummary) -> str:
        """A found layer in the words of the demand it meets, else by the settings labs speak of."""
        for demand in self.layers:
            if demand.matches(layer):
                return str(demand)
        spoken = {name for demand in self.layers for name in demand.settings}
        return describe(
            layer.type, {name: value for name, value in layer.settings.items() if name in spoken}
        )

    def _advice(self, differences: list[tuple[str, str]], case: Case) -> str:
        say = case.say
        sentences = [
            say("architecture.instead", wanted=wanted, found=found)
            if wanted and found
            else say("architecture.absent", wanted=wanted)
            if wanted
            else say("architecture.extra", found=found)
            for wanted, found in differences
        ]
        return " ".join([*sentences, self.hint]).strip() if sentences else ""


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
