"""What checks share that take the training whose model fits best."""

from __future__ import annotations

from abc import abstractmethod

import msgspec

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck, found_instead, training_text
from grader.checks.code.filters import ModelFilter, accepted
from grader.checks.code.remains import changed_into, remains_of
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.records.message import message
from grader.records.result import CheckResult

#: What a model is worth, as a share, that is built and compiled and never trained.
_UNTRAINED = 0.5


class BestFitting(CodeCheck, frozen=True, kw_only=True):
    """Of the trainings of one kind of model the one that fits best counts.

    Where none is trained, half of what the best is worth that is only compiled; all of it where the lab has students
    change the model into another one, and then what is commented out counts as well.
    """

    models: ModelFilter = ModelFilter()

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Take the training whose model fits best."""
        found = accepted(code.trainings, self.models)
        if not found and changed_into(self.models, code):
            return self._judge_changed(code)
        if not found:
            return self._judge_untrained(code)
        best = max(found, key=self.share_of)
        return self.judge_best(best, self.share_of(best))

    def _judge_untrained(self, code: CodeShown) -> CheckResult:
        """The result where no model of the kind is trained."""
        untrained = accepted(code.untrained, self.models)
        return self.share_result(
            _UNTRAINED * max(map(self.share_of, untrained), default=0.0),
            message("code-check.no-such-model", model=self.models.text),
            *(
                message("code-check.untrained", training=training_text(item))
                for item in untrained[:2]
            ),
            advice=(found_instead(code),),
        )

    def _judge_changed(self, code: CodeShown) -> CheckResult:
        """The result where the code trains what the model was changed into: what is left of it, or a person decides."""
        left = remains_of(self.models, code)
        if not left:
            return self.judge_changed(self.models, code)
        best = max(left, key=lambda item: self.share_of(item.training))
        result = self.judge_best(best.training, self.share_of(best.training))
        return msgspec.structs.replace(
            result,
            feedback=(*result.feedback, best.text),
            flags=(*result.flags, "not-in-code"),
        )

    @abstractmethod
    def share_of(self, training: Training) -> float:
        """How well a model fits, from 0 to 1."""

    @abstractmethod
    def judge_best(self, training: Training, share: float) -> CheckResult:
        """Judge the training that fits best, which earns `share` of the points."""
