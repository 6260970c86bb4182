"""`AccuracyAtLeast`: thresholds on top-k accuracy, all of which must hold."""

from __future__ import annotations

from dataclasses import dataclass

from grader.checks.base import Case, CheckKind, RankedPredictions
from grader.checks.chance import answer_flags, low_accuracy_advice
from grader.checks.classification import classification
from grader.checks.inputs import input_facts
from grader.messages import Catalogue
from grader.records.base import Record
from grader.records.evidence import Failure
from grader.records.lab import PredictionsNeed
from grader.records.result import CheckResult, Fact, Flag, Interval, Status
from grader.scoring import credit, wilson_interval


class Demand(Record, frozen=True, kw_only=True):
    """An accuracy to reach."""

    top: int = 1
    """An answer counts when the label is among this many best classes, 1 to 5."""
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
    """A demand and what was reached."""

    demand: Demand
    accuracy: float
    interval: Interval

    @property
    def credit(self) -> float:
        """Share of the points it earns."""
        return self.demand.credit(self.accuracy)


class AccuracyAtLeast(CheckKind, tag="accuracy-at-least", frozen=True, kw_only=True):
    """The network's accuracy on a dataset's test images reaches every demand; the weakest one counts."""

    dataset: str
    demands: tuple[Demand, ...]

    def __post_init__(self) -> None:
        if not self.demands:
            raise ValueError(f"check '{self.id}' demands nothing")

    def needs(self, artefact: str) -> tuple[PredictionsNeed, ...]:
        """Predictions on the dataset."""
        return (PredictionsNeed(artefact=artefact, dataset=self.dataset),)

    def judge(self, case: Case) -> CheckResult:
        """Compare every demanded accuracy with what was measured."""
        predictions = case.evidence.predictions(case.exercise.artefact, self.dataset)
        if isinstance(predictions, Failure):
            return self.judge_failure(predictions, case)
        told = self._told(predictions)
        measured = [_measure(demand, predictions) for demand in told]
        untold = [demand for demand in self.demands if demand not in told]
        share = 0.0 if untold else min(item.credit for item in measured)
        return self.result(
            _status(share),
            share,
            self._feedback(share, measured, untold, case),
            advice=self._advice(share, predictions, untold, case),
            score_interval=self._score_interval(measured, untold),
            facts=self._facts(measured, predictions, case),
            figure=classification(predictions, case),
            flags=self._flags(measured, predictions),
        )

    def _told(self, predictions: RankedPredictions) -> list[Demand]:
        """The demands that can be measured: of labels alone, those on the best class."""
        told = [demand for demand in self.demands if demand.top <= predictions.ranked.shape[1]]
        if len(told) < len(self.demands) and not predictions.labels_alone:
            raise ValueError(f"check '{self.id}' demands more classes than '{self.dataset}' has")
        return told

    def _feedback(
        self, share: float, measured: list[Measured], untold: list[Demand], case: Case
    ) -> str:
        say = case.say
        parts = [
            say(
                "accuracy.demand-met" if item.credit == 1 else "accuracy.demand-missed",
                metric=metric_name(item.demand.top, say),
                accuracy=case.shown(item.accuracy, self.dataset),
                needed=item.demand.full_at,
            )
            for item in measured
        ]
        parts += [say("accuracy.labels-alone", top=demand.top) for demand in untold]
        outcome = say(f"accuracy.{_status(share)}", share=share)
        return " ".join([*parts, outcome])

    def _advice(
        self, share: float, predictions: RankedPredictions, untold: list[Demand], case: Case
    ) -> str:
        if share == 1:
            return ""
        if untold:
            return case.say("advice.scores", last=predictions.record.classes - 1)
        advice = case.say(f"advice.{low_accuracy_advice(predictions, case)}")
        return f"{advice} {self.hint}".strip()

    def _score_interval(self, measured: list[Measured], untold: list[Demand]) -> Interval:
        if untold:
            return Interval(low=0, high=0)
        return Interval(
            low=self.points * min(item.demand.credit(item.interval.low) for item in measured),
            high=self.points * min(item.demand.credit(item.interval.high) for item in measured),
        )

    def _facts(
        self, measured: list[Measured], predictions: RankedPredictions, case: Case
    ) -> tuple[Fact, ...]:
        accuracies = tuple(
            Fact(
                label=metric_name(item.demand.top, case.say),
                value=item.accuracy,
                unit="share",
                interval=item.interval,
                needed=item.demand.full_at,
                gauge=True,
                reference=case.references.get((self.dataset, item.demand.top)),
                secret=self.dataset in case.secret,
            )
            for item in measured
        )
        return accuracies + input_facts(predictions, case.say)

    def _flags(self, measured: list[Measured], predictions: RankedPredictions) -> tuple[Flag, ...]:
        flags: list[Flag] = []
        if any(item.demand.full_at in item.interval for item in measured):
            flags.append("threshold-in-interval")
        return (*flags, *answer_flags(predictions))


def metric_name(top: int, say: Catalogue) -> str:
    """'accuracy' for the best class, 'top-5 accuracy' for more."""
    return say("accuracy.top-1") if top == 1 else say("accuracy.top-k", top=top)


def _measure(demand: Demand, predictions: RankedPredictions) -> Measured:
    hits, images = predictions.hits(demand.top), len(predictions.labels)
    return Measured(demand, hits / images, wilson_interval(hits, images))


def _status(share: float) -> Status:
    if share == 1:
        return "passed"
    return "partial" if share > 0 else "failed"
