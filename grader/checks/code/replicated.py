"""`Replicated`: every value of a setting was trained several times, each time anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck, training_text, trainings_text
from grader.checks.code.fields import (
    Field,
    Setting,
    field_name,
    is_partly_unknown,
    setting_text,
    settings,
)
from grader.checks.code.filters import ModelFilter
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Code, Count, message
from grader.records.result import CheckResult


class Replicated(CodeCheck, tag="replicated", frozen=True, kw_only=True):
    """Each value of a setting is trained `times` times or more, with a new model each time.

    One model that is trained again and again is no replicate of itself. The values with enough replicates earn their
    share of `values`; too few beside values that are not known, such as random ones, wait for a person.
    """

    models: ModelFilter = ModelFilter()
    field: Field
    values: int
    """How many values are asked for."""
    times: int

    def __post_init__(self) -> None:
        if self.values < 1 or self.times < 1:
            raise ValueError(f"check '{self.id}' asks for no replicates")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Count the models trained for each value."""
        counts: Counter[Setting] = Counter()
        for value, models in self._trained(code):
            counts[value] += models
        enough = sum(count >= self.times for count in counts.values())
        share = min(1.0, enough / self.values)
        field = field_name(self.field)
        times = Count(value=self.times, setting=True)
        listed = ", ".join(
            f"{setting_text(value)}: {count:g}" for value, count in sorted(counts.items(), key=str)
        )
        unknown = [
            item
            for item in code.trainings
            if self.models.accepts(item) and is_partly_unknown(self.field, item, code)
        ]
        if share < 1 and unknown:
            return self.judge_unknown(*map(training_text, unknown[:2]))
        return self.share_result(
            share,
            message("replicated.counted", field=field, counts=Code(text=listed), times=times)
            if counts
            else message("values-tried.none", field=field, model=self.models.text),
            advice=()
            if share == 1
            else (
                message(
                    "replicated.advice",
                    field=field,
                    times=times,
                    values=Count(value=self.values, setting=True),
                    found=trainings_text(
                        item for item in code.trainings if self.models.accepts(item)
                    ),
                ),
            ),
        )

    def _trained(self, code: CodeShown) -> Iterator[tuple[Setting, int]]:
        """Every value with how many models each training trains with it."""
        for training in code.trainings:
            if not training.executed or not self.models.accepts(training):
                continue
            found = settings(self.field, training, code)
            runs = min(training.models, training.runs or training.models)
            for value in found:
                yield value, runs // len(found)
