"""`ConfusionMatrixDrawn`: a confusion matrix is drawn."""

from __future__ import annotations

from grader.checks.base import CheckContext
from grader.checks.code.drawn import place_of
from grader.checks.code.figure_check import FigureCheck, is_on_other_data, may_draw_more
from grader.checks.code.filters import ModelFilter
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Code, Count, Name, message
from grader.records.result import CheckResult

_WORDS = r"confusion"


class ConfusionMatrixDrawn(FigureCheck, tag="confusion-matrix-drawn", frozen=True, kw_only=True):
    """A figure shows an image or a heat map of one row and one column for each class.

    Where the run draws none, a saved figure of a notebook counts, or one of a report with such a caption; the feedback
    says so.
    """

    models: ModelFilter = ModelFilter()
    """Whose it is: where the run was cut, a person looks only if the code trains one."""
    classes: int = 10

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for an image of that shape."""
        if is_on_other_data(code, self.models):
            return self.no_such_model(self.models, code)
        for figure in code.run.figures if code.run is not None else ():
            if any(self._is_matrix(shape) for axes in figure.axes for shape in axes.images):
                where = Name(text=place_of(figure, code))
                return self.share_result(1.0, message("confusion-drawn.found", where=where))
        saved = self.shown_elsewhere(code, context, source=_WORDS, caption=_WORDS)
        if saved is not None:
            return self.share_result(1.0, saved, flags=("not-in-run",))
        classes = Count(value=self.classes, setting=True)
        if may_draw_more(code, self.models):
            return self.judge_unknown()
        return self.share_result(
            0.0,
            message("confusion-drawn.none", classes=classes),
            advice=(
                message(
                    "confusion-drawn.advice",
                    classes=classes,
                    code=Code(text="ConfusionMatrixDisplay.from_predictions(labels, predictions)"),
                ),
            ),
        )

    def _is_matrix(self, shape: tuple[int, ...]) -> bool:
        return shape[:2] == (self.classes, self.classes) or shape == (self.classes**2,)
