"""`CurvesCompared`: learning curves of several kinds of model are drawn."""

from __future__ import annotations

import re

from grader.checks.base import CheckContext
from grader.checks.code.base import trainings_text
from grader.checks.code.commented_out import is_commented_out
from grader.checks.code.drawn import SERIES, DrawnLine, drawn_lines, numbers_of, place_of
from grader.checks.code.figure_check import CURVE_CAPTION, FigureCheck, may_draw_more
from grader.checks.code.filters import ModelFilter
from grader.evidence.code.run_record import CodeShown
from grader.records.base import Record
from grader.records.message import Count, Message, Name, message
from grader.records.result import CheckResult

_SOURCE = r"""plot.*['"](val_)?(acc|accuracy|loss)['"]|['"](val_)?(acc|accuracy|loss)['"].*plot"""


class ComparedModel(Record, frozen=True, kw_only=True):
    """A kind of model, and what labels and titles call it."""

    models: ModelFilter
    called: tuple[str, ...] = ()
    """Words of a label, in lower case, that name it where values do not tell whose curve it is: ``("lecun",)``."""


class CurvesCompared(FigureCheck, tag="curves-compared", frozen=True, kw_only=True):
    """Each kind of model has a learning curve in a figure, of whatever series; each of them earns its share.

    Lines are matched to the histories of trainings by their values, else by the words of their labels. Where the run
    draws none, a saved figure of a notebook counts, or one of a report with such a caption; the feedback says so.
    """

    compared: tuple[ComparedModel, ...]

    def __post_init__(self) -> None:
        if not self.compared:
            raise ValueError(f"check '{self.id}' compares nothing")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for a line of each kind of model."""
        found = [(item, self._drawn(item, code)) for item in self.compared]
        missing = [item for item, line in found if line is None]
        if len(missing) == len(found):
            saved = self.shown_elsewhere(code, context, source=_SOURCE, caption=CURVE_CAPTION)
            if saved is not None:
                return self.share_result(1.0, saved, flags=("not-in-run",))
        counted = message(
            "curves-compared.counted",
            right=Count(value=len(found) - len(missing)),
            models=Count(value=len(found), setting=True),
        )
        if missing and any(self._may_be_drawn(item, code) for item in missing):
            return self.judge_unknown(counted)
        places = (place_of(line.figure, code) for _, line in found if line is not None)
        return self.share_result(
            1 - len(missing) / len(found),
            counted,
            *(
                message("figure-check.found", where=Name(text=where))
                for where in dict.fromkeys(places)
            ),
            advice=tuple(self._advice(item, code) for item in missing),
        )

    def _drawn(self, compared: ComparedModel, code: CodeShown) -> DrawnLine | None:
        """A learning curve of a kind of model that the code trains."""
        trainings = [item for item in code.trainings if compared.models.accepts(item)]
        numbers = numbers_of(trainings, code)
        lines = list(drawn_lines(code))
        for line in lines:
            if any(line.shows(series, numbers) for series in SERIES):
                return line
        for line in lines:
            if trainings and line.line.points > 1 and _is_called(line, compared):
                return line
        return None

    @staticmethod
    def _may_be_drawn(compared: ComparedModel, code: CodeShown) -> bool:
        commented_out = is_commented_out(compared.models, code, compared.called)
        return commented_out or may_draw_more(code, compared.models)

    def _advice(self, compared: ComparedModel, code: CodeShown) -> Message:
        return message(
            "curves-compared.advice",
            model=compared.models.text,
            found=trainings_text(code.trainings),
        )


def _is_called(line: DrawnLine, compared: ComparedModel) -> bool:
    about = f"{line.line.label} {line.axes.title}".casefold()
    axis = f"{about} {line.axes.x_label} {line.axes.y_label} {line.figure.title}"
    named = any(word in about for word in compared.called)
    return named and re.search(CURVE_CAPTION, axis, re.IGNORECASE) is not None
