"""`RelativeAccuracy`: the mark is the accuracy relative to the best of the class."""

from __future__ import annotations

from grader.checks.accuracy import metric_name
from grader.checks.base import Case, CheckKind, ClassStanding, RankedPredictions
from grader.checks.chance import answer_flags
from grader.checks.classification import classification
from grader.checks.inputs import input_facts
from grader.records.evidence import Failure
from grader.records.lab import PredictionsNeed
from grader.records.result import CheckResult, Fact, Flag, Interval
from grader.scoring import relative_credit, wilson_interval


class RelativeAccuracy(CheckKind, tag="relative-accuracy", frozen=True, kw_only=True):
    """Earns ``points x accuracy / best accuracy of the class``."""

    dataset: str
    frozen_best: float | None = None
    """The best accuracy of an earlier class, used in place of this class's own."""

    def __post_init__(self) -> None:
        if self.frozen_best is not None and not 0 < self.frozen_best <= 1:
            raise ValueError("frozen_best is an accuracy, above 0 and at most 1")

    def needs(self, artefact: str) -> tuple[PredictionsNeed, ...]:
        """Predictions on the dataset."""
        return (PredictionsNeed(artefact=artefact, dataset=self.dataset),)

    def measure(self, case: Case) -> float | None:
        """The accuracy that competes for the best of the class."""
        predictions = case.evidence.predictions(case.exercise.artefact, self.dataset)
        return None if isinstance(predictions, Failure) else predictions.accuracy()

    def judge(self, case: Case) -> CheckResult:
        """Relate the accuracy to the best; alone, without a class, the mark is pending."""
        predictions = case.evidence.predictions(case.exercise.artefact, self.dataset)
        if isinstance(predictions, Failure):
            return self.judge_failure(predictions, case)
        standing = self._standing(case)
        if standing is None:
            return self._pending(predictions, case)
        accuracy = predictions.accuracy()
        interval = wilson_interval(predictions.hits(1), len(predictions.labels))
        share = relative_credit(accuracy, standing.best)
        return self.result(
            "passed" if share == 1 else "partial" if share > 0 else "failed",
            share,
            case.say(
                "relative.frozen" if standing.frozen else "relative.of-class",
                points=self.points,
                accuracy=case.shown(accuracy, self.dataset),
                best=case.shown(standing.best, self.dataset),
                earned=share * self.points,
                equals="≈" if self.dataset in case.secret else "=",
            ),
            advice="" if share == 1 else f"{case.say('advice.relative')} {self.hint}".strip(),
            score_interval=Interval(
                low=self.points * relative_credit(interval.low, standing.best),
                high=self.points * relative_credit(interval.high, standing.best),
            ),
            facts=(
                *self._facts(predictions, case),
                Fact(
                    label=case.say("fact.best"),
                    value=standing.best,
                    unit="share",
                    secret=self.dataset in case.secret,
                ),
            ),
            figure=classification(predictions, case),
            standing=standing.values,
            flags=self._flags(predictions, standing),
        )

    def _standing(self, case: Case) -> ClassStanding | None:
        if self.frozen_best is not None:
            return ClassStanding(best=self.frozen_best, valid=0, frozen=True)
        return case.standing

    def _pending(self, predictions: RankedPredictions, case: Case) -> CheckResult:
        accuracy = predictions.accuracy()
        return self.result(
            "pending",
            None,
            case.say(
                "relative.pending",
                points=self.points,
                accuracy=case.shown(accuracy, self.dataset),
            ),
            score_interval=Interval(low=self.points * accuracy, high=self.points),
            facts=self._facts(predictions, case),
            figure=classification(predictions, case),
            advice=case.say("advice.relative"),
        )

    def _facts(self, predictions: RankedPredictions, case: Case) -> tuple[Fact, ...]:
        hits = predictions.hits(1)
        accuracy = Fact(
            label=metric_name(1, case.say),
            value=predictions.accuracy(),
            unit="share",
            interval=wilson_interval(hits, len(predictions.labels)),
            gauge=True,
            reference=case.references.get((self.dataset, 1)),
            secret=self.dataset in case.secret,
        )
        return (accuracy, *input_facts(predictions, case.say))

    def _flags(self, predictions: RankedPredictions, standing: ClassStanding) -> tuple[Flag, ...]:
        flags: list[Flag] = []
        if standing.valid == 1 and not standing.frozen:
            flags.append("class-of-one")
        if standing.open and not standing.frozen:
            flags.append("best-not-final")
        return (*flags, *answer_flags(predictions))
