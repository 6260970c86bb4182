"""`TextAccuracyAtLeast` and `MacroF1AtLeast`: how good the best of the models is on held-out texts."""

from __future__ import annotations

from abc import abstractmethod

from grader.checks.base import CheckContext
from grader.checks.text_predictions.base import TextPredictionsCheck, unread_messages
from grader.checks.text_predictions.figures import confusion_table
from grader.checks.text_predictions.measures import macro_f1, macro_f1_interval
from grader.evidence.texts.record import ComparedModels, ModelPredictions
from grader.records.message import Count, Message, Name, Share, Value, message
from grader.records.result import CheckResult
from grader.records.section import Fact, Interval, Section
from grader.scoring import credit, wilson_interval


class BestTextModel(TextPredictionsCheck, frozen=True, kw_only=True):
    """A figure of the best model reaches a threshold. Every model's figure is shown."""

    full_at: float
    zero_at: float | None = None
    """Credit grows linearly from here to `full_at`; None is all-or-nothing."""

    def __post_init__(self) -> None:
        if not 0 < self.full_at <= 1:
            raise ValueError("full_at is a share, above 0 and at most 1")
        if self.zero_at is not None and not 0 <= self.zero_at < self.full_at:
            raise ValueError("zero_at is a share below full_at")

    @abstractmethod
    def value_of(self, model: ModelPredictions) -> float:
        """The figure that counts, between 0 and 1."""

    @abstractmethod
    def interval_of(self, model: ModelPredictions) -> Interval:
        """Its 95 % interval."""

    @property
    @abstractmethod
    def metric(self) -> Message:
        """What the figure is called."""

    def figures(self, compared: ComparedModels) -> tuple[Section, ...]:
        """What pages show besides."""
        return ()

    def reference(self, context: CheckContext) -> float | None:
        """What the reference solution reaches."""
        return None

    def judge_models(self, compared: ComparedModels, context: CheckContext) -> CheckResult:
        """Compare the best model with the threshold."""
        ranked = sorted(compared.models, key=lambda model: -self.value_of(model))
        best = ranked[0]
        value, interval = self.value_of(best), self.interval_of(best)
        share = self._credit(value)
        values: dict[str, Value] = {
            "metric": self.metric,
            "model": Name(text=best.name),
            "value": Share(value=value, dataset=self.dataset),
            "needed": Share(value=self.full_at, setting=True),
            "count": Count(value=len(ranked), setting=True),
        }
        near = self.full_at in interval
        return self.share_result(
            share,
            Message(
                key="text-models.reached" if share == 1 else "text-models.missed", values=values
            ),
            *unread_messages(compared),
            advice=() if share == 1 else (message("text-models.try-more"),),
            score_interval=Interval(
                low=self.points * self._credit(interval.low),
                high=self.points * self._credit(interval.high),
            ),
            facts=(self._best_fact(best, context), *map(self._fact, ranked[1:])),
            figures=self.figures(compared),
            flags=("threshold-in-interval",) if near else (),
        )

    def _credit(self, value: float) -> float:
        return credit(value, full_at=self.full_at, zero_at=self.zero_at)

    def _best_fact(self, best: ModelPredictions, context: CheckContext) -> Fact:
        """Of the best model, whatever its name is: pages of a class compare figures by what they are called."""
        return Fact(
            label=message("text-models.of-best", metric=self.metric),
            value=Share(value=self.value_of(best), dataset=self.dataset),
            interval=self.interval_of(best),
            needed=self.full_at,
            gauge=True,
            reference=self.reference(context),
        )

    def _fact(self, model: ModelPredictions) -> Fact:
        interval = self.interval_of(model)
        return Fact(
            label=message("text-models.of", metric=self.metric, model=Name(text=model.name)),
            value=message(
                "text-models.with-interval",
                value=Share(value=self.value_of(model), dataset=self.dataset),
                low=Share(value=interval.low, dataset=self.dataset),
                high=Share(value=interval.high, dataset=self.dataset),
            ),
        )


class TextAccuracyAtLeast(BestTextModel, tag="text-accuracy-at-least", frozen=True, kw_only=True):
    """The accuracy of the best model reaches a threshold."""

    def value_of(self, model: ModelPredictions) -> float:
        """Share of the texts that are predicted as their labels say."""
        return model.accuracy

    def interval_of(self, model: ModelPredictions) -> Interval:
        """Wilson's."""
        return wilson_interval(model.right, len(model.labels))

    @property
    def metric(self) -> Message:
        """Accuracy."""
        return message("text-models.accuracy")

    def figures(self, compared: ComparedModels) -> tuple[Section, ...]:
        """The confusion of each model."""
        return tuple(confusion_table(model, compared.record) for model in compared.by_accuracy)

    def reference(self, context: CheckContext) -> float | None:
        """What the best model of the reference reaches."""
        return context.references.get((self.dataset, 1))


class MacroF1AtLeast(BestTextModel, tag="macro-f-at-least", frozen=True, kw_only=True):
    """The macro F1 of the best model reaches a threshold: every class counts alike, however rare it is."""

    def value_of(self, model: ModelPredictions) -> float:
        """The mean of the F1 of all classes."""
        return float(macro_f1(model.confusion))

    def interval_of(self, model: ModelPredictions) -> Interval:
        """By a bootstrap."""
        return macro_f1_interval(model.confusion)

    @property
    def metric(self) -> Message:
        """Macro F1."""
        return message("text-models.macro-f1")
