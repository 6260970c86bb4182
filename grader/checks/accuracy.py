"""`AccuracyAtLeast`: thresholds on top-k accuracy, all of which must be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.checks.chance import low_accuracy_advice, prediction_flags
from grader.checks.confusion_figure import confusion_figure
from grader.checks.interface_facts import interface_facts
from grader.evidence.need import Need
from grader.evidence.predictions.record import PredictionsNeed, RankedPredictions
from grader.records.base import Record
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Count, Message, Share, message
from grader.records.result import CheckResult, Status
from grader.records.section import Fact, Interval
from grader.scoring import credit, wilson_interval


class Threshold(Record, frozen=True, kw_only=True):
    """An accuracy to reach."""

    top: int = 1
    """A prediction counts when the label is among this many best classes, 1 to 5."""
    full_at: float
    """The accuracy that earns full credit, 0 to 1."""
    zero_at: float | None = None
    """Credit grows linearly from here to `full_at`; None is all-or-nothing."""

    def __post_init__(self) -> None:
        if not 1 <= self.top <= 5:
            raise ValueError("top is a number of classes from 1 to 5")
        if not 0 < self.full_at <= 1:
            raise ValueError("full_at is a share, above 0 and at most 1")
        if self.zero_at is not None and not 0 <= self.zero_at < self.full_at:
            raise ValueError("zero_at is a share below full_at")

    def credit(self, accuracy: float) -> float:
        """Share of the points this accuracy earns."""
        return credit(accuracy, full_at=self.full_at, zero_at=self.zero_at)


@dataclass(frozen=True)
class Measured:
    """A threshold and what was reached."""

    threshold: Threshold
    accuracy: float
    interval: Interval

    @property
    def credit(self) -> float:
        """Share of the points it earns."""
        return self.threshold.credit(self.accuracy)


class AccuracyAtLeast(CheckKind, tag="accuracy-at-least", frozen=True, kw_only=True):
    """The accuracy on a dataset's test images reaches every threshold; the one that earns least counts."""

    dataset: str
    resizing: bool = False
    """Whether images are padded or resized for a model built for another image size."""
    thresholds: tuple[Threshold, ...]

    def __post_init__(self) -> None:
        if not self.thresholds:
            raise ValueError(f"check '{self.id}' has no thresholds")

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """Predictions on the dataset."""
        return (self.predictions_need(exercise),)

    def predictions_need(self, exercise: Exercise) -> PredictionsNeed:
        """The predictions that are measured."""
        (artefact, *_) = exercise.artefacts_of(self)
        return PredictionsNeed(artefact=artefact, dataset=self.dataset, resizing=self.resizing)

    def judge(self, context: CheckContext) -> CheckResult:
        """Compare the accuracy with every threshold."""
        need = self.predictions_need(context.exercise)
        predictions = context.evidence.get(need)
        if isinstance(predictions, Failure):
            return self.judge_failure(predictions)
        measurable = self._measurable(predictions)
        measured = [_measure(threshold, predictions) for threshold in measurable]
        unmeasured = [item for item in self.thresholds if item not in measurable]
        share = 0.0 if unmeasured else min(item.credit for item in measured)
        return self.result(
            _status(share),
            share,
            *self._feedback(share, measured, unmeasured),
            advice=_advice(need.artefact, share, predictions, unmeasured, context),
            score_interval=self._score_interval(measured, unmeasured),
            facts=self._facts(measured, predictions, context),
            figures=(confusion_figure(predictions),),
            flags=_flags(measured, predictions),
        )

    def _measurable(self, predictions: RankedPredictions) -> list[Threshold]:
        """The thresholds that can be measured: with labels alone, those on the best class."""
        kept = predictions.ranked.shape[1]
        measurable = [threshold for threshold in self.thresholds if threshold.top <= kept]
        if len(measurable) < len(self.thresholds) and not predictions.labels_alone:
            raise ValueError(f"check '{self.id}' counts more classes than '{self.dataset}' has")
        return measurable

    def _feedback(
        self, share: float, measured: list[Measured], unmeasured: list[Threshold]
    ) -> list[Message]:
        reached = [
            message(
                "accuracy.reached" if item.credit == 1 else "accuracy.missed",
                metric=metric_name(item.threshold.top),
                accuracy=Share(value=item.accuracy, dataset=self.dataset),
                needed=Share(value=item.threshold.full_at, setting=True),
            )
            for item in measured
        ]
        alone = [message("accuracy.labels-alone", top=Count(value=item.top)) for item in unmeasured]
        credited = Share(value=share, dataset=self.dataset)
        return [*reached, *alone, message(f"accuracy.{_status(share)}", share=credited)]

    def _score_interval(self, measured: list[Measured], unmeasured: list[Threshold]) -> Interval:
        if unmeasured:
            return Interval(low=0, high=0)
        return Interval(
            low=self.points * min(item.threshold.credit(item.interval.low) for item in measured),
            high=self.points * min(item.threshold.credit(item.interval.high) for item in measured),
        )

    def _facts(
        self, measured: list[Measured], predictions: RankedPredictions, context: CheckContext
    ) -> tuple[Fact, ...]:
        accuracies = tuple(
            Fact(
                label=metric_name(item.threshold.top),
                value=Share(value=item.accuracy, dataset=self.dataset),
                interval=item.interval,
                needed=item.threshold.full_at,
                gauge=True,
                reference=context.references.get((self.dataset, item.threshold.top)),
            )
            for item in measured
        )
        return accuracies + interface_facts(predictions)


def metric_name(top: int) -> Message:
    """'accuracy' for the best class, 'top-5 accuracy' for more."""
    return (
        message("accuracy.top-1") if top == 1 else message("accuracy.top-k", top=Count(value=top))
    )


def _measure(threshold: Threshold, predictions: RankedPredictions) -> Measured:
    hits, images = predictions.hits(threshold.top), len(predictions.labels)
    return Measured(threshold, hits / images, wilson_interval(hits, images))


def _advice(
    artefact: str,
    share: float,
    predictions: RankedPredictions,
    unmeasured: list[Threshold],
    context: CheckContext,
) -> tuple[Message, ...]:
    if share == 1:
        return ()
    if unmeasured:
        last = Count(value=predictions.record.classes - 1)
        return (message("advice.scores", last=last),)
    return (message(f"advice.{low_accuracy_advice(artefact, predictions, context)}"),)


def _flags(measured: list[Measured], predictions: RankedPredictions) -> tuple[str, ...]:
    near = any(item.threshold.full_at in item.interval for item in measured)
    return (*(("threshold-in-interval",) if near else ()), *prediction_flags(predictions))


def _status(share: float) -> Status:
    if share == 1:
        return "passed"
    return "partial" if share > 0 else "failed"
