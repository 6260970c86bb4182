"""`TrainingsHave`: trainings of the models a lab asks for are set as it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck, may_train_more, training_text, trainings_text
from grader.checks.code.commented_out import is_commented_out
from grader.checks.code.fields import Field, Setting, field_name, setting_text, settings
from grader.checks.code.filters import ModelFilter, accepted
from grader.checks.code.remains import Remains, changed_into, remaining_settings, remains_of
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Code, Count, Message, message
from grader.records.result import CheckResult

#: Fields that have a value for each layer: all of them count, where of a sweep one is enough.
_PER_LAYER: frozenset[Field] = frozenset({"hidden_activation", "units_per_layer"})


@dataclass(frozen=True)
class ModelAsked:
    """One of the models asked for: the training that fits best, and what it is set to."""

    models: ModelFilter
    training: Training | None
    values: tuple[Setting, ...]
    right: bool
    left: Remains | None = None
    """Where no such model is trained any more: what is left of it."""
    is_changed: bool = False
    """Whether the code trains what the model was changed into."""

    @property
    def unknown(self) -> bool:
        """Whether there is, or was, such a training, and nothing says what it is set to."""
        return (self.training is not None or self.is_changed) and not self.values


class TrainingsHave(CodeCheck, tag="trainings-have", frozen=True, kw_only=True):
    """A training of each model asked for has a field that is as asked; each of them earns its share.

    Trainings that the program does not reach count where there are no others, and the feedback says so. Where a lab has
    students change a model into another one, what is left of it counts; without a value, a person decides. So they do
    where all that is missing are models that are commented out.
    """

    models: tuple[ModelFilter, ...]
    field: Field
    accepted: tuple[Setting, ...] = ()
    """The values that are right; empty where any is."""
    at_least: float | None = None
    at_most: float | None = None
    reached: bool = False
    """Whether the program must reach the training."""

    def __post_init__(self) -> None:
        if not self.models:
            raise ValueError(f"check '{self.id}' asks for no model")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for a training of each model, and at what it is set to."""
        cases = self.asked(code)
        wrong = [case for case in cases if not case.right]
        if wrong and all(case.unknown or self._may_be_trained(case, code) for case in wrong):
            if all(case.is_changed for case in wrong):
                return self.judge_changed(wrong[0].models, code)
            found = tuple(training_text(case.training) for case in wrong if case.training)
            return self.judge_unknown(*found)
        if wrong and all(self._is_hidden(case, code) for case in wrong):
            return self.judge_unknown()
        right = [case for case in cases if case.right]
        share = len(right) / len(cases)
        left = [case.left for case in right if case.left is not None]
        return self.share_result(
            share,
            *self._feedback(cases, right),
            *(item.text for item in left),
            advice=tuple(self._advice(case, code) for case in wrong),
            flags=("not-in-code",) if left else (),
        )

    def _may_be_trained(self, case: ModelAsked, code: CodeShown) -> bool:
        return case.training is None and is_commented_out(case.models, code)

    def asked(self, code: CodeShown) -> list[ModelAsked]:
        """The models that are judged, each with the training that fits best."""
        return [self._case(models, code) for models in self.models]

    def _case(self, models: ModelFilter, code: CodeShown) -> ModelAsked:
        found = [
            item for item in accepted(code.trainings, models) if item.executed or not self.reached
        ]
        if not found and changed_into(models, code):
            return self._case_of_remains(models, code)
        known = [(item, settings(self.field, item, code)) for item in found]
        for item, values in known:
            if values and self._is_right(values):
                return ModelAsked(models, item, values, right=True)
        for item, values in known:
            if values:
                return ModelAsked(models, item, values, right=False)
        return ModelAsked(models, next(iter(found), None), (), right=False)

    def _is_hidden(self, case: ModelAsked, code: CodeShown) -> bool:
        """Whether a model on a dataset may be trained in a way, or with layers, that could not be followed."""
        models = case.models
        return case.training is None and bool(models.dataset) and may_train_more(code, models)

    def _case_of_remains(self, models: ModelFilter, code: CodeShown) -> ModelAsked:
        """What is left of a model that was changed into another; it was never reached by the program as handed in."""
        known = [
            (item, values)
            for item in (() if self.reached else remains_of(models, code))
            if (values := remaining_settings(self.field, item, models, code))
        ]
        known.sort(key=lambda pair: not self._is_right(pair[1]))
        for item, values in known:
            right = self._is_right(values)
            return ModelAsked(models, item.training, values, right, left=item, is_changed=True)
        return ModelAsked(models, None, (), right=False, is_changed=True)

    def _is_right(self, values: Sequence[Setting]) -> bool:
        every = all if self.field in _PER_LAYER else any
        return every(self._accepts(value) for value in values)

    def _accepts(self, value: Setting) -> bool:
        if self.accepted and not any(_is_same(value, item) for item in self.accepted):
            return False
        if self.at_least is None and self.at_most is None:
            return True
        if isinstance(value, str):
            return False
        low, high = self.at_least, self.at_most
        return (low is None or value >= low) and (high is None or value <= high)

    def _feedback(
        self, cases: Sequence[ModelAsked], right: Sequence[ModelAsked]
    ) -> tuple[Message, ...]:
        shown = tuple(self._found(case) for case in right[:6])
        if len(cases) == 1:
            return shown or (message("trainings-have.failed", field=self._field),)
        counted = message(
            "trainings-have.counted",
            right=Count(value=len(right)),
            models=Count(value=len(cases), setting=True),
            field=self._field,
        )
        return (counted, *shown)

    def _found(self, case: ModelAsked) -> Message:
        training = case.training
        if training is None:
            return message("code-check.no-such-model", model=case.models.text)
        return message(
            "trainings-have.found",
            training=training_text(training),
            field=self._field,
            value=Code(text=_values_text(case.values)),
        )

    def _advice(self, case: ModelAsked, code: CodeShown) -> Message:
        if case.training is None:
            return message(
                "trainings-have.no-training",
                model=case.models.text,
                found=trainings_text(code.trainings),
            )
        return message(
            "trainings-have.wrong",
            training=training_text(case.training),
            field=self._field,
            found=Code(text=_values_text(case.values)) if case.values else message("code.unknown"),
            wanted=self._wanted,
        )

    @property
    def _field(self) -> Message:
        return field_name(self.field)

    @property
    def _wanted(self) -> Message:
        if self.accepted:
            values = Code(text=_values_text(self.accepted))
            return message("trainings-have.one-of", values=values)
        low, high = self.at_least, self.at_most
        limits = {"low": Code(text=f"{low:g}") if low is not None else Code(text=""),
                  "high": Code(text=f"{high:g}") if high is not None else Code(text="")}  # fmt: skip
        key = "between" if None not in (low, high) else "at-most" if low is None else "at-least"
        return message(f"trainings-have.{key}", **limits)


def _values_text(values: Sequence[Setting]) -> str:
    return ", ".join(map(setting_text, values))


def _is_same(value: Setting, wanted: Setting) -> bool:
    """Whether a value is the wanted one, but for the digits that single precision loses."""
    if isinstance(value, float | int) and isinstance(wanted, float | int):
        return abs(value - wanted) <= 1e-6 * max(abs(value), abs(wanted))
    return value == wanted
