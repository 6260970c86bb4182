"""`ValidatedOn`: a model is validated on so many images that are held out of the training set."""

from __future__ import annotations

from typing import Literal

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck, training_text
from grader.checks.code.filters import ModelFilter, accepted
from grader.evidence.code.record import Training, ValidationRead
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Count, Message, Value, message
from grader.records.result import CheckResult

#: What validation on images of the training set earns where there are more or fewer than asked for, or where they are
#: to be drawn at random and follow each other there.
_OTHER_NUMBER = _IN_ORDER = 0.5

_State = Literal["right", "unknown", "in-order", "number", "test", "training", "absent"]
_ORDER: tuple[_State, ...] = (
    "right",
    "unknown",
    "in-order",
    "number",
    "test",
    "training",
    "absent",
)


class ValidatedOn(CodeCheck, tag="validated-on", frozen=True, kw_only=True):
    """A training of such a model is validated on so many images of the training set; another number earns half.

    Images that the model is trained on do not count, and neither does the test set, which is flagged.
    """

    models: ModelFilter = ModelFilter()
    images: int
    near: int = 0
    """By how many images the number may be missed, as rounding does."""
    drawn_at_random: bool = False
    """Whether they are to be drawn at random: images that follow each other in the training set earn half."""

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Take the training that comes nearest."""
        found = accepted(code.trainings, self.models)
        if not found:
            return self.no_such_model(self.models, code)
        best = min(found, key=lambda item: _ORDER.index(self._state(item.validation)))
        state = self._state(best.validation)
        said = self._said(state, best)
        if state == "unknown":
            return self.judge_unknown(said)
        advice = message("validated-on.advice", images=Count(value=self.images, setting=True))
        return self.share_result(
            {"right": 1.0, "in-order": _IN_ORDER, "number": _OTHER_NUMBER}.get(state, 0.0),
            said,
            advice=() if state == "right" else (advice,),
            flags=("validated-on-test-images",) if state == "test" else (),
        )

    def _state(self, validation: ValidationRead | None) -> _State:
        if validation is None:
            return "absent"
        if validation.is_training_data:
            return "training"
        if validation.kind == "test":
            return "test"
        if validation.images is None:
            return "unknown"
        if abs(validation.images - self.images) > self.near:
            return "number"
        return "in-order" if self.drawn_at_random and validation.consecutive else "right"

    def _said(self, state: _State, training: Training) -> Message:
        values: dict[str, Value] = {"training": training_text(training)}
        if training.validation is not None and training.validation.images is not None:
            values["images"] = Count(value=training.validation.images)
            if state in ("right", "number"):
                return message("validated-on.found", **values)
        return message(f"validated-on.{state}", **values)
