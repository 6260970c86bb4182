"""Checks on figures: those a run drew, else what a notebook was saved with or a report shows."""

from __future__ import annotations

import re
from collections import Counter

from grader.checks.base import CheckContext
from grader.checks.code.base import ReportedCodeCheck, is_cut
from grader.checks.code.drawn import has_image
from grader.checks.code.filters import ModelFilter
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Message, Name, message

#: Words of captions that tell of learning curves, as a regular expression.
CURVE_CAPTION = r"accura|loss|learning curve|epoch|perte|exactitude|apprentissage|époque"

#: Packages that draw.
_DRAWING = frozenset({"matplotlib", "seaborn", "pylab", "plotly", "sklearn", "mlxtend", "scikitplot"})  # fmt: skip

#: Figures of one place that are recorded.
_MOST_AT_ONE_PLACE = 20


class FigureCheck(ReportedCodeCheck, frozen=True, kw_only=True):
    """A check on figures. Its first artefact is code; the others are reports, which may show what no run draws."""

    def shown_elsewhere(
        self, code: CodeShown, context: CheckContext, *, source: str, caption: str
    ) -> Message | None:
        """Where a notebook was saved with a figure, or a report shows it; None where neither does.

        Args:
            code: With its notebooks as they were saved.
            context: With the reports.
            source: A regular expression that the source of the notebook's cell fits.
            caption: One that the caption in the report fits.
        """
        return saved_figure(code, source) or self._reported(context, caption)

    def _reported(self, context: CheckContext, pattern: str) -> Message | None:
        for report in self.reports(context):
            if not (report.figures or report.drawings):
                continue
            captions = [item.text for item in report.captions]
            captions += [figure.caption for figure in report.figures if figure.caption]
            for caption in captions:
                if re.search(pattern, caption, re.IGNORECASE):
                    return message(
                        "figure-check.reported",
                        file=Name(text=report.file),
                        caption=Name(text=caption[:120]),
                    )
        return None


def saved_figure(code: CodeShown, source: str) -> Message | None:
    """The cell of a notebook that was saved with an image, and whose source fits a regular expression."""
    for notebook in code.notebooks:
        for cell in notebook.cells:
            if has_image(cell) and re.search(source, cell.source, re.IGNORECASE | re.DOTALL):
                where = f"{notebook.file}, cell {cell.number}"
                return message("figure-check.saved", where=Name(text=where))
    return None


def may_draw_more(code: CodeShown, models: ModelFilter | None = None) -> bool:
    """Whether the code may draw figures that were not recorded: it was cut, can draw, and trains such models."""
    places = Counter(figure.where for figure in code.run.figures) if code.run is not None else {}
    if max(places.values(), default=0) >= _MOST_AT_ONE_PLACE:
        return True
    trains = models is None or any(map(models.accepts, code.trainings))
    return is_cut(code) and trains and not _DRAWING.isdisjoint(code.imports)
