"""What a lab asks of a link: its data, its model, its epochs."""

from __future__ import annotations

from collections.abc import Iterator

from grader.evidence.playground.record import Link
from grader.evidence.playground.replay.settings import (
    Activation,
    ClassificationData,
    Feature,
    RegressionData,
    Settings,
)
from grader.evidence.playground.replaying import agreed_losses, shown
from grader.evidence.playground.words import feature_text, layers_text
from grader.records.base import Record
from grader.records.message import Code, Count, Message, message


class AskedRun(Record, frozen=True, kw_only=True):
    """What a run has to have; what is not set may be anything."""

    dataset: ClassificationData | RegressionData | None = None
    noise: float | None = None
    """Percent."""
    seed: str = ""
    """Of the data, where all students have the same."""
    features: tuple[Feature, ...] = ()
    """These inputs and no others."""
    more_features: bool = False
    """Whether there have to be inputs besides X1 and X2."""
    hidden: tuple[tuple[int, ...], ...] = ()
    """Neurons of each hidden layer, any of these."""
    layers_at_least: int = 0
    """Hidden layers."""
    activations: tuple[Activation, ...] = ()
    """Any of these."""
    epochs: int = 0
    """Trained at least."""

    def differences(self, link: Link) -> tuple[Message, ...]:
        """What a link has otherwise, in sentences; empty where it is as asked."""
        return () if link.settings is None else tuple(self._differences(link, link.settings))

    def _differences(self, link: Link, settings: Settings) -> Iterator[Message]:
        if self.dataset is not None and settings.dataset != self.dataset:
            yield _differs("dataset", settings.dataset, self.dataset)
        if self.noise is not None and settings.noise != self.noise:
            yield _differs("noise", f"{settings.noise:g}", f"{self.noise:g}")
        if self.seed and settings.seed != self.seed:
            yield _differs("seed", settings.seed[:20], self.seed)
        if self.features and settings.features != self.features:
            named = feature_text(self.features)
            yield _differs("features", feature_text(settings.features), named)
        if self.more_features and not {*settings.features} - {"x", "y"}:
            yield message("links.no-more-features")
        if self.hidden and settings.hidden not in self.hidden:
            asked = ", ".join(map(layers_text, self.hidden))
            yield _differs("hidden", layers_text(settings.hidden), asked)
        if len(settings.hidden) < self.layers_at_least:
            yield message(
                "links.too-few-layers",
                count=Count(value=len(settings.hidden), setting=True),
                asked=Count(value=self.layers_at_least, setting=True),
            )
        if self.activations and settings.hidden and settings.activation not in self.activations:
            yield _differs("activation", settings.activation, ", ".join(self.activations))
        if (epochs := _epochs(link)) < self.epochs:
            yield message(
                "links.too-few-epochs",
                count=Count(value=epochs, setting=True),
                asked=Count(value=self.epochs, setting=True),
            )


def _epochs(link: Link) -> int:
    """How many were noted; where none were, how many were replayed."""
    if link.claim.epochs is not None:
        return link.claim.epochs
    losses = agreed_losses(link)
    return 0 if losses is None else losses.epoch


def _differs(what: str, found: str, asked: str) -> Message:
    return message(f"links.differs-{what}", found=Code(text=found), asked=Code(text=asked))


def loss_value(loss: float) -> Code:
    """A loss as the page shows it."""
    return Code(text=f"{shown(loss):.3f}")
