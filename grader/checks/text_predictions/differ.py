"""`TextModelsDiffer`: two models were compared on the same texts, and what their difference can and cannot show."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from grader.checks.base import CheckContext
from grader.checks.text_predictions.base import TextPredictionsCheck, unread_messages
from grader.checks.text_predictions.figures import (
    disagreement_table,
    p_relation,
    p_text,
    pairs_table,
)
from grader.checks.text_predictions.measures import Comparison
from grader.evidence.texts.record import ComparedModels, ModelPredictions
from grader.records.message import Count, Message, Name, Share, Value, message
from grader.records.result import CheckResult
from grader.records.section import Fact, Section

#: A p value below this counts as evidence of a difference.
_SIGNIFICANT = 0.05


class TextModelsDiffer(TextPredictionsCheck, tag="text-models-differ", frozen=True, kw_only=True):
    """Two models that predict differently, both better than always naming the most frequent class.

    Which is better earns nothing, nor does a small p value: it is said what McNemar's exact test shows, and what it
    cannot show.
    """

    least_disagreement: float = 0.005
    """Share of the texts on which two models have to predict different classes; those closer may be one model."""

    def __post_init__(self) -> None:
        if not 0 <= self.least_disagreement < 1:
            raise ValueError("least_disagreement is a share from 0 to below 1")

    def judge_models(self, compared: ComparedModels, context: CheckContext) -> CheckResult:
        """Compare the best two models that are two."""
        usable = [m for m in compared.by_accuracy if m.accuracy > compared.most_frequent]
        guessing = [model for model in compared.by_accuracy if model not in usable]
        said = [*self._guessing(guessing, compared), *unread_messages(compared)]
        different = self._different(usable)
        if len(different) >= 2:
            return self._compared(Comparison(different[0], different[1]), different, compared, said)
        if len(usable) < 2:
            few = message("text-models.one", count=Count(value=len(compared.models), setting=True))
            return self.result(
                "failed", 0.0, few, *said, advice=(message("text-models.hand-in-two"),)
            )
        return self._alike(Comparison(usable[0], usable[1]), said)

    def _different(self, usable: Sequence[ModelPredictions]) -> list[ModelPredictions]:
        """Models of which no two are almost the same, the better one of such kept."""
        kept: list[ModelPredictions] = []
        for model in usable:
            apart = (Comparison(other, model).disagreement for other in kept)
            if all(share > 0 and share >= self.least_disagreement for share in apart):
                kept.append(model)
        return kept

    def _guessing(
        self, guessing: Sequence[ModelPredictions], compared: ComparedModels
    ) -> list[Message]:
        return [
            message(
                "text-models.guessing",
                model=Name(text=model.name),
                accuracy=Share(value=model.accuracy, dataset=self.dataset),
                most_frequent=Share(value=compared.most_frequent, dataset=self.dataset),
            )
            for model in guessing
        ]

    def _alike(self, pair: Comparison, said: Sequence[Message]) -> CheckResult:
        """Two tables of one model, or two models that hardly differ: a person looks at those."""
        first, second = Name(text=pair.first.name), Name(text=pair.second.name)
        advice = (message("text-models.hand-in-two"),)
        if pair.disagreement == 0:
            same = message("text-models.same", first=first, second=second)
            return self.result("failed", 0.0, same, *said, advice=advice)
        almost = message(
            "text-models.almost-same",
            first=first,
            second=second,
            share=Share(value=pair.disagreement, dataset=self.dataset),
        )
        return self.result("pending", None, almost, *said, advice=advice, flags=("needs-review",))

    def _compared(
        self,
        pair: Comparison,
        different: Sequence[ModelPredictions],
        compared: ComparedModels,
        said: Sequence[Message],
    ) -> CheckResult:
        figures: list[Section] = []
        if len(different) > 2:
            figures.append(pairs_table([Comparison(*two) for two in combinations(different, 2)]))
        texts = disagreement_table(pair, compared)
        return self.result(
            "passed",
            1.0,
            *self._shown(pair),
            *said,
            facts=self._facts(pair),
            figures=(*figures, *([texts] if texts is not None else [])),
        )

    def _shown(self, pair: Comparison) -> tuple[Message, ...]:
        """What the test found, what that shows, and what it cannot show."""
        values = self._values(pair)
        p_value = pair.p_value
        verdict = "better" if p_value < _SIGNIFICANT else "undecided"
        return (
            Message(key="text-models.mcnemar", values=values),
            Message(key=f"text-models.{verdict}", values=values),
            message("text-models.cannot-show"),
        )

    def _values(self, pair: Comparison) -> dict[str, Value]:
        interval = pair.difference_interval
        return {
            "first": Name(text=pair.first.name),
            "second": Name(text=pair.second.name),
            "texts": Count(value=pair.texts, setting=True),
            "discordant": Count(value=pair.discordant),
            "only_first": Count(value=pair.only_first),
            "only_second": Count(value=pair.only_second),
            "p": p_relation(pair.p_value),
            "low": self._share(interval.low),
            "high": self._share(interval.high),
        }

    def _facts(self, pair: Comparison) -> tuple[Fact, ...]:
        values = self._values(pair)
        return (
            Fact(label=message("text-models.discordant"), value=Count(value=pair.discordant)),
            Fact(label=message("text-models.p"), value=p_text(pair.p_value)),
            Fact(
                label=message("text-models.difference"),
                value=Message(
                    key="text-models.difference-value",
                    values={"difference": self._share(pair.difference), **values},
                ),
            ),
        )

    def _share(self, value: float) -> Share:
        """A difference of accuracies as a share of the texts, to a tenth of a percent."""
        return Share(value=round(value, 3), dataset=self.dataset)
