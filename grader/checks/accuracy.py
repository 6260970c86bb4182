"""`AccuracyAtLeast`: thresholds on top-k accuracy, all of which must hold."""

from __future__ import annotations

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
        if max(demand.top for demand in self.demands) > predictions.ranked.shape[1]:
            raise ValueError(f"check '{self.id}' demands more classes than '{self.dataset}' has")
        measured = [_measure(demand, predictions) for demand in self.demands]
        share = min(credit for credit, _ in measured)
        intervals = [interval for _, interval in measured]
        return self.result(
            _status(share),
            share,
            self._feedback(share, predictions, case),
            advice=self._advice(share, predictions, case),
            score_interval=self._score_interval(intervals),
            facts=self._facts(predictions, intervals, case),
            figure=classification(predictions, case),
            flags=self._flags(predictions, intervals),
        )

    def _feedback(self, share: float, predictions: RankedPredictions, case: Case) -> str:
        say = case.say
        parts = [
            say(
                "accuracy.demand-met" if demand.credit(accuracy) == 1 else "accuracy.demand-missed",
                metric=metric_name(demand.top, say),
                accuracy=case.shown(accuracy, self.dataset),
                needed=demand.full_at,
            )
            for demand in self.demands
            for accuracy in (predictions.accuracy(demand.top),)
        ]
        outcome = say(f"accuracy.{_status(share)}", share=share)
        return " ".join([*parts, outcome])

    def _advice(self, share: float, predictions: RankedPredictions, case: Case) -> str:
        if share == 1:
            return ""
        advice = case.say(f"advice.{low_accuracy_advice(predictions, case)}")
        return f"{advice} {self.hint}".strip()

    def _score_interval(self, intervals: list[Interval]) -> Interval:
        ends = list(zip(self.demands, intervals, strict=True))
        return Interval(
            low=self.points * min(demand.credit(interval.low) for demand, interval in ends),
            high=self.points * min(demand.credit(interval.high) for demand, interval in ends),
        )

    def _facts(
        self, predictions: RankedPredictions, intervals: list[Interval], case: Case
    ) -> tuple[Fact, ...]:
        accuracies = tuple(
            Fact(
                label=metric_name(demand.top, case.say),
                value=predictions.accuracy(demand.top),
                unit="share",
                interval=interval,
                needed=demand.full_at,
                gauge=True,
                reference=case.references.get((self.dataset, demand.top)),
                secret=self.dataset in case.secret,
            )
            for demand, interval in zip(self.demands, intervals, strict=True)
        )
        return accuracies + input_facts(predictions, case.say)

    def _flags(self, predictions: RankedPredictions, intervals: list[Interval]) -> tuple[Flag, ...]:
        flags: list[Flag] = []
        if any(
            demand.full_at in interval
            for demand, interval in zip(self.demands, intervals, strict=True)
        ):
            flags.append("threshold-in-interval")
        return (*flags, *answer_flags(predictions))


def metric_name(top: int, say: Catalogue) -> str:
    """'accuracy' for the best class, 'top-5 accuracy' for more."""
    return say("accuracy.top-1") if top == 1 else say("accuracy.top-k", top=top)


def _measure(demand: Demand, predictions: RankedPredictions) -> tuple[float, Interval]:
    hits, images = predictions.hits(demand.top), len(predictions.labels)
    return demand.credit(hits / images), wilson_interval(hits, images)


def _status(share: float) -> Status:
    if share == 1:
        return "passed"
    return "partial" if share > 0 else "failed"
