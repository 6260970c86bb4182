"""`CurvesDrawn`: the learning curves of a training are plotted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from grader.checks.base import CheckContext
from grader.checks.code.base import may_train_more, trainings_text
from grader.checks.code.drawn import DrawnLine, drawn_lines, may_be_cut_off, numbers_of, place_of
from grader.checks.code.figure_check import CURVE_CAPTION, FigureCheck
from grader.checks.code.filters import ModelFilter
from grader.checks.code.remains import changed_into
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Code, Listing, Message, Name, message
from grader.records.result import CheckResult

Series = Literal["accuracy", "val_accuracy", "loss", "val_loss", "training", "validation"]

#: What a series is looked up under, and how code calls it, where it is a curve of either kind.
_NAMES = {
    "training": r"""['"](acc|accuracy|loss)['"]|train\w*[_ ]?(acc|loss)|(acc|loss)\w*train""",
    "validation": r"(val|test)\w*[_ ]?(acc|loss)|(acc|loss)\w*[_ ](val|test)",
}

#: Captions of learning curves: neither formulas and printed logs nor results against a setting are any.
_CAPTION = (
    r"(?s)^(?!.*(?:formula|formule|equation|confusion|architecture|structure|print of|printed|summary|\btable"
    rf"|regulari[sz]|weight decay|noise|\bvs\.? (?!epoch)|model design)).*(?:{CURVE_CAPTION})"
)

#: How code draws lines.
_DRAWS = re.compile(r"\.plot\(|lineplot")


class CurvesDrawn(FigureCheck, tag="curves-drawn", frozen=True, kw_only=True):
    """Each series that is asked for is a line of a figure; each of them earns its share.

    Lines are matched to the histories of trainings by their values, else by what labels and titles say. Where the run
    draws none, an image that a notebook was saved with below a cell that plots the series counts, and a captioned
    figure of a report, which are the other artefacts; the feedback says so. A report whose figures have no captions
    waits for a person.
    """

    models: ModelFilter = ModelFilter()
    series: tuple[Series, ...] = ("accuracy", "val_accuracy")
    """``training`` and ``validation`` are met by the accuracy or the loss."""

    def __post_init__(self) -> None:
        if not self.series:
            raise ValueError(f"check '{self.id}' asks for no series")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for a line of every series."""
        if self.models.dataset and not self._trainings(code):
            if may_train_more(code, self.models):
                return self.judge_unknown(message("curves-drawn.none"))
            return self.no_such_model(self.models, code)
        found = {series: self._drawn(series, code) for series in self.series}
        missing = [series for series, line in found.items() if line is None]
        if len(missing) == len(self.series):
            saved = self.shown_elsewhere(
                code,
                context,
                source=plots(self.series),
                caption=_CAPTION,
                models=self.models,
            )
            if saved is not None:
                return self.share_result(1.0, saved, flags=("not-in-run",))
            if changed_into(self.models, code):
                return self.judge_changed(self.models, code)
            if may_be_cut_off(code, _DRAWS):
                return self.judge_unknown(message("plotted-against.cut"))
            if (unclear := self.unclear_figures(context)) is not None:
                return self.result("pending", None, unclear, flags=("needs-review",))
        share = 1 - len(missing) / len(self.series)
        shown = tuple(
            message(
                "curves-drawn.found",
                series=message(f"series.{series.replace('_', '-')}"),
                where=Name(text=place_of(line.figure, code)),
            )
            for series, line in found.items()
            if line is not None
        )
        return self.share_result(
            share,
            *(shown or (message("curves-drawn.none"),)),
            advice=(self._advice(missing, code),) if missing else (),
        )

    def _drawn(self, series: Series, code: CodeShown) -> DrawnLine | None:
        """The line that shows a series of a training of the models asked for."""
        trainings = self._trainings(code)
        numbers = numbers_of(trainings, code)
        lines = list(drawn_lines(code))
        attributed = (line for line in lines if line.shows(series, numbers))
        called = (
            line
            for line in lines
            if not line.line.series and line.is_over_epochs and line.is_called(series)
        )
        return next(attributed, None) or (next(called, None) if trainings else None)

    def _advice(self, missing: Sequence[Series], code: CodeShown) -> Message:
        names = tuple(message(f"series.{name.replace('_', '-')}") for name in missing)
        return message(
            "curves-drawn.advice",
            series=Listing(items=names),
            code=Code(text='plt.plot(history.history["val_accuracy"])'),
            found=trainings_text(self._trainings(code)),
        )

    def _trainings(self, code: CodeShown) -> list[Training]:
        return [item for item in code.trainings if self.models.accepts(item)]


def plots(series: Sequence[Series]) -> str:
    """A regular expression for the source of a cell that plots some series, by the names they are looked up under."""
    names = (
        _NAMES.get(name) or rf"""['"]({name}|{name.replace("accuracy", "acc")})['"]"""
        for name in series
    )
    return "(?=.*plot)" + "".join(f"(?=.*({name}))" for name in names)
