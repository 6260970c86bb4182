"""`StopsEarly`: a training stops early by a series of its validation."""

from __future__ import annotations

import ast

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck, training_text, trainings_text
from grader.checks.code.fields import recorded
from grader.checks.code.filters import ModelFilter, accepted
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Code, message
from grader.records.result import CheckResult

_NAME = "EarlyStopping"

#: What stopping early by another series earns.
_OTHER_SERIES = 0.5

#: What Keras monitors where nothing is written.
_DEFAULT = "val_loss"


class StopsEarly(CodeCheck, tag="stops-early", frozen=True, kw_only=True):
    """A training of such a model has a callback that stops it early by the series asked for; by another earns half.

    Reading tells that there is such a callback, and only a run what it monitors: without one, a person looks at it.
    """

    models: ModelFilter = ModelFilter()
    monitor: str = _DEFAULT

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Take the training that comes nearest."""
        found = accepted(code.trainings, self.models)
        stopping = [item for item in found if any(_NAME in name for name in item.callbacks)]
        monitor = Code(text=self.monitor)
        if not stopping:
            return self.share_result(
                0.0,
                message("stops-early.none", monitor=monitor),
                advice=(
                    message(
                        "stops-early.advice",
                        code=Code(text=f'EarlyStopping(monitor="{self.monitor}")'),
                        found=trainings_text(found),
                    ),
                ),
            )
        monitored = {series: item for item in stopping for series in _monitored(item, code)}
        if not monitored:
            return self.judge_unknown(*map(training_text, stopping[:6]))
        if self.monitor in monitored:
            training = training_text(monitored[self.monitor])
            return self.share_result(
                1.0, message("stops-early.found", training=training, monitor=monitor)
            )
        series, item = next(iter(monitored.items()))
        return self.share_result(
            _OTHER_SERIES,
            message("stops-early.found", training=training_text(item), monitor=Code(text=series)),
            advice=(message("stops-early.other", monitor=monitor),),
        )


def _monitored(training: Training, code: CodeShown) -> list[str]:
    """The series that the callbacks of a training monitor, as far as the run recorded them."""
    return [
        _text(callback.arguments.get("monitor", repr(_DEFAULT)))
        for traced in recorded(training, code)
        for callback in traced.callbacks
        if _NAME in callback.name
    ]


def _text(written: str) -> str:
    """A text that Python wrote between quotes."""
    try:
        return str(ast.literal_eval(written))
    except (ValueError, SyntaxError):
        return written
