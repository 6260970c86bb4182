"""`RelativeAccuracy`: the mark is the accuracy relative to the best of the class."""

from __future__ import annotations

from grader.checks.accuracy import metric_name
from grader.checks.base import CheckContext, CheckKind, ClassScores
from grader.checks.chance import prediction_flags
from grader.checks.confusion_figure import confusion_figure
from grader.checks.interface_facts import interface_facts
from grader.evidence.predictions.record import PredictionsNeed, RankedPredictions
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Message, Points, Share, message
from grader.records.result import CheckResult
from grader.records.section import Fact, Interval
from grader.scoring import relative_credit, wilson_interval


class RelativeAccuracy(CheckKind, tag="relative-accuracy", frozen=True, kw_only=True):
    """Earns ``points x accuracy / best accuracy of the class``."""

    dataset: str
    resizing: bool = False
    """Whether images are padded or resized for a model built for another image size."""
    frozen_best: float | None = None
    """The best accuracy of an earlier class, used in place of this class's own."""

    def __post_init__(self) -> None:
        if self.frozen_best is not None and not 0 < self.frozen_best <= 1:
            raise ValueError("frozen_best is an accuracy, above 0 and at most 1")

    def needs(self, exercise: Exercise) -> tuple[PredictionsNeed, ...]:
        """Predictions on the dataset."""
        (artefact, *_) = exercise.artefacts_of(self)
        return (PredictionsNeed(artefact=artefact, dataset=self.dataset, resizing=self.resizing),)

    def score_in_class(self, context: CheckContext) -> float | None:
        """The accuracy that competes for the best of the class."""
        (need,) = self.needs(context.exercise)
        predictions = context.evidence.get(need)
        return None if isinstance(predictions, Failure) else predictions.accuracy()

    def judge(self, context: CheckContext) -> CheckResult:
        """Relate the accuracy to the best; without a class, the mark is pending."""
        (need,) = self.needs(context.exercise)
        predictions = context.evidence.get(need)
        if isinstance(predictions, Failure):
            return self.judge_failure(predictions)
        scores = self._class_scores(context)
        if scores is None:
            return self._pending(predictions, context)
        accuracy = predictions.accuracy()
        interval = wilson_interval(predictions.hits(1), len(predictions.labels))
        share = relative_credit(accuracy, scores.best)
        return self.share_result(
            share,
            message(
                "relative.frozen" if scores.frozen else "relative.of-class",
                points=Points(value=self.points),
                accuracy=self._share(accuracy),
                best=self._share(scores.best),
                earned=Points(value=share * self.points),
            ),
            advice=() if share == 1 else (message("advice.relative"),),
            score_interval=Interval(
                low=self.points * relative_credit(interval.low, scores.best),
                high=self.points * relative_credit(interval.high, scores.best),
            ),
            facts=(
                *self._facts(predictions, context),
                Fact(label=message("fact.best"), value=self._share(scores.best)),
            ),
            figures=(confusion_figure(predictions),),
            class_scores=scores.values,
            flags=_flags(predictions, scores),
        )

    def _class_scores(self, context: CheckContext) -> ClassScores | None:
        if self.frozen_best is not None:
            return ClassScores(best=self.frozen_best, valid=0, frozen=True)
        return context.class_scores

    def _pending(self, predictions: RankedPredictions, context: CheckContext) -> CheckResult:
        """The mark waits for the class; measured against the reference solution where there is one."""
        accuracy = predictions.accuracy()
        reference = context.references.get((self.dataset, 1))
        provisional = self.points * relative_credit(accuracy, reference) if reference else None
        pending = message(
            "relative.pending", points=Points(value=self.points), accuracy=self._share(accuracy)
        )
        return self.result(
            "pending",
            None,
            *([] if provisional is None else [self._provisional(accuracy, reference, provisional)]),
            pending,
            provisional_score=provisional,
            score_interval=Interval(low=self.points * accuracy, high=self.points),
            facts=self._facts(predictions, context),
            figures=(confusion_figure(predictions),),
            advice=(message("advice.relative"),),
        )

    def _provisional(self, accuracy: float, reference: float | None, provisional: float) -> Message:
        return message(
            "relative.against-reference",
            points=Points(value=self.points),
            accuracy=self._share(accuracy),
            reference=self._share(reference or 0.0),
            earned=Points(value=provisional),
        )

    def _share(self, value: float) -> Share:
        return Share(value=value, dataset=self.dataset)

    def _facts(self, predictions: RankedPredictions, context: CheckContext) -> tuple[Fact, ...]:
        accuracy = Fact(
            label=metric_name(1),
            value=self._share(predictions.accuracy()),
            interval=wilson_interval(predictions.hits(1), len(predictions.labels)),
            gauge=True,
            reference=context.references.get((self.dataset, 1)),
        )
        return (accuracy, *interface_facts(predictions))


def _flags(predictions: RankedPredictions, scores: ClassScores) -> tuple[str, ...]:
    flags = []
    if scores.valid == 1 and not scores.frozen:
        flags.append("class-of-one")
    if scores.open and not scores.frozen:
        flags.append("best-not-final")
    return (*flags, *prediction_flags(predictions))
