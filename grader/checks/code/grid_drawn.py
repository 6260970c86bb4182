"""`DepthGridDrawn`: a grid of diagrams, one for each depth, with a line for each model over its layers."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.base import CheckContext
from grader.checks.code.drawn import place_of
from grader.checks.code.figure_check import FigureCheck, may_draw_more
from grader.checks.code.filters import ModelFilter
from grader.evidence.code.run_record import AxesDrawn, CodeShown, FigureDrawn, LineDrawn
from grader.records.message import Code, Count, Name, Value, message
from grader.records.result import CheckResult

#: The share of the points for diagrams that stand in figures of their own.
_APART = 0.5

#: How many points more or fewer than layers a line may have: the output counts or not, and the layer of the input.
_NEAR = 2


_SOURCE, _CAPTION = r"gradient.*plot|plot.*gradient", r"gradient"


class DepthGridDrawn(FigureCheck, tag="depth-grid-drawn", frozen=True, kw_only=True):
    """One figure has a diagram for each depth, with a line over the layers for each of several models.

    Each depth earns its share; half of the points at most where the diagrams stand in figures of their own. A line has
    a point for each layer, or one for its weights and one for its biases; as many single points or bars count, too.
    Where the run draws none, a saved figure of a notebook counts, or one of a report with such a caption; the feedback
    says so.
    """

    depths: tuple[int, ...]
    lines: int
    """How many lines each diagram has at least."""

    def __post_init__(self) -> None:
        if not self.depths:
            raise ValueError(f"check '{self.id}' asks for no depths")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Take the figure that shows most depths, or all figures together."""
        figures = code.run.figures if code.run is not None else ()
        best = max(figures, key=lambda figure: self._shown([figure]), default=None)
        together = self._shown([best]) if best is not None else 0
        apart = self._shown(figures)
        share = max(together, _APART * apart) / len(self.depths)
        values: dict[str, Value] = {
            "depths": Code(text=", ".join(map(str, self.depths))),
            "lines": Count(value=self.lines, setting=True),
        }
        if not share:
            saved = self.shown_elsewhere(code, context, source=_SOURCE, caption=_CAPTION)
            if saved is not None:
                return self.share_result(1.0, saved, flags=("not-in-run",))
        models = [ModelFilter(hidden_layers=depth, near=_NEAR) for depth in self.depths]
        if share < 1 and any(may_draw_more(code, item) for item in models):
            return self.judge_unknown()
        if best is None or not share:
            return self.share_result(
                0.0,
                message("depth-grid.none", **values),
                advice=(message("depth-grid.advice", **values),),
            )
        return self.share_result(
            share,
            message(
                "depth-grid.found",
                shown=Count(value=together, setting=True),
                of=Count(value=len(self.depths), setting=True),
                where=Name(text=place_of(best, code)),
            ),
            advice=() if share == 1 else (message("depth-grid.advice", **values),),
        )

    def _shown(self, figures: Sequence[FigureDrawn]) -> int:
        """How many depths have a diagram of their own in some figures."""
        axes = [item for figure in figures for item in figure.axes]
        shown = 0
        for depth in self.depths:
            fitting = next((item for item in axes if self._shows(item, depth)), None)
            if fitting is not None:
                axes.remove(fitting)
                shown += 1
        return shown

    def _shows(self, axes: AxesDrawn, depth: int) -> bool:
        lines = sum(is_over_layers(line, depth) for line in axes.lines)
        return lines >= self.lines or any(
            _are_over_layers(points, self.lines, depth) for points in (axes.scattered, axes.bars)
        )


def _are_over_layers(points: int, lines: int, depth: int) -> bool:
    """Whether so many single points or bars are those of some lines, each with as many."""
    return points % lines == 0 and _is_near(points // lines, depth)


def is_over_layers(line: LineDrawn, depth: int) -> bool:
    """Whether a line has about as many points as a model of a depth has layers, or weights and biases."""
    return _is_near(line.points, depth)


def _is_near(points: int, depth: int) -> bool:
    return abs(points - depth) <= _NEAR or 0 <= points - 2 * depth <= 2 * _NEAR
