"""`PlottedAgainst`: a figure shows a result against a setting that was varied, with its deviation."""

from __future__ import annotations

import math

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck
from grader.checks.code.drawn import DrawnLine, drawn_lines, place_of
from grader.checks.code.fields import Field
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Code, Count, Name, message
from grader.records.result import CheckResult

#: The share of the points for a plot without deviations.
_WITHOUT_DEVIATION = 0.5

#: How far a value may be beyond the limits, in parts: axes are drawn in single precision.
_TOLERANCE = 1e-3


class PlottedAgainst(CodeCheck, tag="plotted-against", frozen=True, kw_only=True):
    """A line has a point for each of several values of a setting, and bars or a band for the deviation.

    Half of the points without a deviation: points of single trainings count as that.
    """

    field: Field
    values: int
    """How many different values there must be on the horizontal axis."""
    low: float
    """The smallest value that counts."""
    high: float

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Take the line that shows most."""
        found = [line for line in drawn_lines(code) if self._values(line) >= self.values]
        with_deviation = [line for line in found if self._has_deviation(line, found)]
        field = message(f"training-field.{self.field.replace('_', '-')}")
        wanted = Count(value=self.values, setting=True)
        if not found:
            limits = {"low": Code(text=f"{self.low:g}"), "high": Code(text=f"{self.high:g}")}
            return self.share_result(
                0.0,
                message("plotted-against.none", field=field, values=wanted),
                advice=(message("plotted-against.advice", field=field, values=wanted, **limits),),
            )
        shown = (with_deviation or found)[0]
        return self.share_result(
            1.0 if with_deviation else _WITHOUT_DEVIATION,
            message(
                "plotted-against.found",
                field=field,
                values=Count(value=self._values(shown), setting=True),
                where=Name(text=place_of(shown.figure, code)),
            ),
            advice=() if with_deviation else (message("plotted-against.deviation"),),
        )

    def _values(self, drawn: DrawnLine) -> int:
        """How many different values within the limits a line has on its horizontal axis, as such or as exponents."""
        plain = {x for x in drawn.line.x if x is not None and self._within(x)}
        logs = {x for x in drawn.line.x if x is not None and -20 < x < 0 and self._within(10**x)}
        return max(len(plain), len(logs))

    def _within(self, value: float) -> bool:
        return self.low * (1 - _TOLERANCE) <= value <= self.high * (1 + _TOLERANCE)

    def _has_deviation(self, drawn: DrawnLine, found: list[DrawnLine]) -> bool:
        """Whether a line has error bars that say something, or two others beside it are its band."""
        if any(error is not None and math.isfinite(error) for error in drawn.line.errors):
            return True
        beside = [item for item in found if item.axes is drawn.axes]
        return len(beside) >= 3
