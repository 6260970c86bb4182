"""`PlottedAgainst`: a figure shows a result against a setting that was varied, with its deviation."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from grader.checks.base import CheckContext
from grader.checks.code.drawn import DrawnLine, drawn_lines, has_image, may_be_cut_off, place_of
from grader.checks.code.fields import Field, Setting, field_name, settings
from grader.checks.code.figure_check import FigureCheck
from grader.checks.code.filters import ModelFilter
from grader.evidence.code.run_record import CodeShown
from grader.evidence.report.record import ReportReading
from grader.records.message import Code, Count, Message, Name, message
from grader.records.result import CheckResult

#: The share of the points for a plot without deviations.
_WITHOUT_DEVIATION = 0.5

#: How far a value may be beyond the limits, in parts: axes are drawn in single precision.
_TOLERANCE = 1e-3


#: How code draws a deviation, and what captions of such figures say.
_DRAWS_DEVIATION = re.compile(r"errorbar|yerr|fill_between|boxplot|violinplot")
_NAMED: Mapping[str, re.Pattern[str]] = {
    "regularizer_factor": re.compile(r"regulari[sz]|weight decay|penalty", re.IGNORECASE)
}


class PlottedAgainst(FigureCheck, tag="plotted-against", frozen=True, kw_only=True):
    """A line has a point for each of several values of a setting, and bars or a band for the deviation.

    Half of the points without a deviation: points of single trainings count as that. Where the run draws no such line,
    an image that a notebook was saved with below a cell that draws deviations counts, which the feedback says; a figure
    of a report with such a caption, or with none, its other artefact, waits for a person. A figure with more values
    than the code trains is flagged for staff.
    """

    models: ModelFilter = ModelFilter()
    """The models that are trained with the values."""
    field: Field
    values: int
    """How many different values there must be on the horizontal axis."""
    low: float
    """The smallest value that counts."""
    high: float

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Take the line that shows most."""
        trained = self._trained(code)
        found = [line for line in drawn_lines(code) if self._shown(line, trained) >= self.values]
        with_deviation = [line for line in found if self._has_deviation(line, found)]
        if not found:
            return self._not_drawn(code, context)
        drawn = (with_deviation or found)[0]
        shown = self._shown(drawn, trained)
        more = shown > len(trained)
        return self.share_result(
            1.0 if with_deviation else _WITHOUT_DEVIATION,
            message(
                "plotted-against.found",
                field=self._field,
                values=Count(value=shown, setting=True),
                where=Name(text=place_of(drawn.figure, code)),
            ),
            *((self._more(shown, len(trained)),) if more else ()),
            advice=() if with_deviation else (message("plotted-against.deviation"),),
            flags=("plotted-not-trained",) if more else (),
        )

    def _not_drawn(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Judge what a notebook was saved with, or a report shows, where the run draws nothing of the kind."""
        for notebook in code.notebooks:
            for cell in notebook.cells:
                drawn = re.sub(r"#.*", "", cell.source)
                if _DRAWS_DEVIATION.search(drawn) and has_image(cell):
                    where = Name(text=f"{notebook.file}, cell {cell.number}")
                    saved = message("plotted-against.saved", where=where)
                    return self.result("passed", 1.0, saved, flags=("not-in-run",))
        for report in self.reports(context):
            if caption := self._caption(report):
                where = Name(text=report.file)
                reported = message(
                    "plotted-against.reported", file=where, caption=Name(text=caption)
                )
                return self.result("pending", None, reported, flags=("needs-review",))
        if may_be_cut_off(code, _DRAWS_DEVIATION):
            return self.judge_unknown(message("plotted-against.cut"))
        if (unclear := self.unclear_figures(context)) is not None:
            return self.result("pending", None, unclear, flags=("needs-review",))
        wanted = Count(value=self.values, setting=True)
        limits = {"low": Code(text=f"{self.low:g}"), "high": Code(text=f"{self.high:g}")}
        return self.share_result(
            0.0,
            message("plotted-against.none", field=self._field, values=wanted),
            advice=(message("plotted-against.advice", field=self._field, values=wanted, **limits),),
        )

    def _caption(self, report: ReportReading) -> str:
        """The caption of a figure that shows the result against the setting; empty where there is none."""
        pattern = _NAMED.get(self.field)
        if pattern is None or not (report.figures or report.drawings):
            return ""
        captions = [item.text for item in report.captions]
        captions += [figure.caption for figure in report.figures]
        return next((text[:120] for text in captions if pattern.search(text)), "")

    @property
    def _field(self) -> Message:
        return field_name(self.field)

    def _more(self, shown: int, trained: int) -> Message:
        return message(
            "plotted-against.more",
            field=self._field,
            shown=Count(value=shown, setting=True),
            trained=Count(value=trained, setting=True),
        )

    def _trained(self, code: CodeShown) -> set[Setting]:
        """The values within the limits that the code trains with."""
        return {
            value
            for training in code.trainings
            if training.executed and self.models.accepts(training)
            for value in settings(self.field, training, code)
            if not isinstance(value, str) and self._within(value)
        }

    def _shown(self, drawn: DrawnLine, trained: set[Setting]) -> int:
        """How many values a line shows; places 0, 1, 2, ... stand for the names of values that are trained."""
        x = [value for value in drawn.line.x if value is not None]
        are_places = x == [float(place) for place in range(len(trained))] and self._has_errors(
            drawn
        )
        return len(trained) if are_places and len(x) > 1 else self._values(drawn)

    def _values(self, drawn: DrawnLine) -> int:
        """How many different values within the limits a line has on its horizontal axis, as such or as exponents."""
        plain = {x for x in drawn.line.x if x is not None and self._within(x)}
        logs = {x for x in drawn.line.x if x is not None and -20 < x < 0 and self._within(10**x)}
        return max(len(plain), len(logs))

    def _within(self, value: float) -> bool:
        return self.low * (1 - _TOLERANCE) <= value <= self.high * (1 + _TOLERANCE)

    def _has_deviation(self, drawn: DrawnLine, found: list[DrawnLine]) -> bool:
        """Whether a line has error bars that say something, or two others beside it are its band."""
        if self._has_errors(drawn):
            return True
        beside = [item for item in found if item.axes is drawn.axes]
        return len(beside) >= 3

    def _has_errors(self, drawn: DrawnLine) -> bool:
        return any(error is not None and math.isfinite(error) for error in drawn.line.errors)
