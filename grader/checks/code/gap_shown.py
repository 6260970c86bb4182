"""`GapShown`: the history of a training shows the gap between training and validation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck, may_train_more, training_text, trainings_text
from grader.checks.code.curves_drawn import plots
from grader.checks.code.figure_check import saved_figure
from grader.checks.code.filters import ModelFilter
from grader.checks.code.layers import is_of_pytorch
from grader.checks.code.saved_histories import SavedHistory, saved_histories
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Message, Name, Share, message
from grader.records.result import CheckResult


class GapShown(CodeCheck, tag="gap-shown", frozen=True, kw_only=True):
    """Of the trainings of one kind of model one overfits: its saved history ends with a gap.

    The run is too short to overfit, so only outputs that a notebook was saved with tell. Where a training has none,
    or only a figure, a person looks.
    """

    models: ModelFilter = ModelFilter()
    gap: float = 0.1
    """By how much the accuracy on the training images is above that on the validation images at the end."""
    near: float = 0.05
    """A gap from here on is for a person to judge."""
    rise: float = 1.1
    """Or by what factor the loss on the validation images rose above its lowest, while that of the training fell."""

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for a history with a gap, then for why there may be one that is not known."""
        trained = [item for item in code.trainings if self.models.accepts(item)]
        histories = saved_histories(code, self.models)
        wide = [item for item in histories if self._is_wide(item)]
        if wide and (trained or may_train_more(code, self.models)):
            return self.result("passed", 1.0, *map(_shown, _widest(wide)))
        if not trained:
            if may_train_more(code, self.models):
                return self.judge_unknown()
            return self.no_such_model(self.models, code)
        drawn = saved_figure(code, plots(("training", "validation")), self.models)
        if len(histories) < len(trained):
            if drawn is not None:
                return self.judge_unknown(message("gap-shown.figure"), drawn)
            if any(map(_is_validated, trained)):
                return self.judge_unknown(
                    message("gap-shown.no-history", found=trainings_text(trained))
                )
        if any(item.gap is not None and item.gap >= self.near for item in histories):
            shown = map(_shown, _widest(histories))
            return self.judge_unsure(*shown, message("gap-shown.near"))
        return self.result(
            "failed",
            0.0,
            *map(_shown, _widest(histories)),
            message("gap-shown.none", gap=Share(value=self.gap, setting=True)),
            advice=tuple(_advice(trained)),
        )

    def _is_wide(self, history: SavedHistory) -> bool:
        gap = history.gap
        return (gap is not None and gap >= self.gap) or history.loss_rise >= self.rise


def _advice(trained: Sequence[Training]) -> Iterator[Message]:
    yield message("gap-shown.advice")
    if not any(map(_is_validated, trained)):
        yield message("gap-shown.validate", training=training_text(trained[0]))


def _widest(histories: Sequence[SavedHistory], most: int = 3) -> list[SavedHistory]:
    known = [item for item in histories if item.gap is not None or item.loss_rise > 1]
    return sorted(known, key=lambda item: item.gap or 0.0, reverse=True)[:most]


def _shown(history: SavedHistory) -> Message:
    where = Name(text=history.where)
    if history.accuracy is None or history.val_accuracy is None:
        return message("gap-shown.loss", where=where, rise=Share(value=history.loss_rise - 1))
    return message(
        "gap-shown.accuracy",
        where=where,
        training=Share(value=history.accuracy),
        validation=Share(value=history.val_accuracy),
    )


def _is_validated(training: Training) -> bool:
    """Whether it may have a history on validation images: a loop of PyTorch is not known to have none."""
    return training.validation is not None or is_of_pytorch(training.layers)
