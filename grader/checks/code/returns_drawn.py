"""`ReturnsDrawn`: the return of episodes is plotted over the episodes."""

from __future__ import annotations

import re

from grader.checks.base import CheckContext
from grader.checks.code.base import trainings_text
from grader.checks.code.drawn import may_be_cut_off, place_of
from grader.checks.code.figure_check import FigureCheck, may_draw_more
from grader.evidence.code.run_record import AxesDrawn, CodeShown, FigureDrawn
from grader.records.message import Code, Message, Name, message
from grader.records.result import CheckResult

#: What texts and names call the return of an episode.
_RETURN = r"return|reward|score|duration|survival|steps|timesteps|récompense|durée|pas par"

#: What else may be plotted over the steps of a training.
_OTHER = r"loss|accuracy|perte|exactitude|gradient|epsilon|learning rate"

#: What a plot of it over the episodes says or is made of.
_EPISODE = r"episode|épisode|\beps?\b|trial|essai|game"

#: A cell of a notebook that plots it. Keras' own `score` of `evaluate` is none, so that episodes are named as well.
_SOURCE = rf"(?=.*(plot|scatter))(?=.*({_RETURN}))(?=.*({_EPISODE}))"

_CAPTION = rf"(?s)(?=.*({_RETURN}))(?=.*({_EPISODE}|training|entra[iî]nement|cartpole|dqn))"

_DRAWS = re.compile(r"\.plot\(|\.scatter\(|lineplot")

#: Points of a line at least; a run in quick mode plays few episodes.
_LEAST = 2


class ReturnsDrawn(FigureCheck, tag="returns-drawn", frozen=True, kw_only=True):
    """A figure shows the return of the training's episodes, one after the other.

    Lines and points are recognised by what labels, titles and legends say. Where a run draws none, an image that a
    notebook was saved with below a cell that plots returns counts, and a captioned figure of a report, which are the
    other artefacts; the feedback says so. A report whose figures have no captions waits for a person, and so does a run
    that was cut before it drew.
    """

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look at what the run drew, then at what was saved or is reported."""
        drawn = next((figure for figure in _figures(code) if _shows_returns(figure)), None)
        if drawn is not None:
            where = Name(text=place_of(drawn, code))
            return self.share_result(1.0, message("returns-drawn.found", where=where))
        saved = self.shown_elsewhere(code, context, source=_SOURCE, caption=_CAPTION)
        if saved is not None:
            return self.share_result(1.0, saved, flags=("not-in-run",))
        if any(map(_may_show_returns, _figures(code))):
            return self.judge_unsure(message("returns-drawn.unsure"))
        if may_be_cut_off(code, _DRAWS) or may_draw_more(code):
            return self.judge_unknown(message("returns-drawn.cut"))
        if (unclear := self.unclear_figures(context)) is not None:
            return self.result("pending", None, unclear, flags=("needs-review",))
        return self.share_result(0.0, message("returns-drawn.none"), advice=(_advice(code),))


def _figures(code: CodeShown) -> tuple[FigureDrawn, ...]:
    return code.run.figures if code.run is not None else ()


def _shows_returns(figure: FigureDrawn) -> bool:
    """Whether a diagram has a line or points over episodes, and says that they are returns."""
    return any(
        _has_points(axes)
        and re.search(_RETURN, _texts(figure, axes), re.IGNORECASE) is not None
        and re.search(_OTHER, _texts(figure, axes), re.IGNORECASE) is None
        for axes in figure.axes
    )


def _may_show_returns(figure: FigureDrawn) -> bool:
    """Whether a diagram has a line that no text says anything about, and that is no history of a training."""
    return any(
        _has_points(axes)
        and not _texts(figure, axes).strip()
        and not any(line.series for line in axes.lines)
        for axes in figure.axes
    )


def _has_points(axes: AxesDrawn) -> bool:
    return axes.scattered >= _LEAST or any(line.points >= _LEAST for line in axes.lines)


def _texts(figure: FigureDrawn, axes: AxesDrawn) -> str:
    labels = (line.label for line in axes.lines)
    return " ".join((figure.title, axes.title, axes.y_label, *axes.legend, *labels))


def _advice(code: CodeShown) -> Message:
    return message(
        "returns-drawn.advice",
        code=Code(text='plt.plot(returns); plt.xlabel("episode"); plt.ylabel("return")'),
        found=trainings_text(code.trainings),
    )
