"""Checks on figures: those a run drew, else what a notebook was saved with or a report shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from grader.checks.base import CheckContext
from grader.checks.code.base import ReportedCodeCheck, is_cut
from grader.checks.code.drawn import has_image
from grader.checks.code.filters import ModelFilter
from grader.checks.code.saved_histories import belongs_to
from grader.evidence.code.record import NotebookCell, NotebookRead
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Count, Message, Name, message

#: Words of captions that tell of learning curves, as a regular expression.
CURVE_CAPTION = r"accura|loss|learning curve|epoch|perte|exactitude|apprentissage|époque"

#: A function of a notebook, to the next line that is not indented.
_FUNCTION = re.compile(r"^def (\w+)\(.*\n(?:[ \t].*\n?|\n)*", re.MULTILINE)

_ANY_MODEL = ModelFilter()

#: Packages that draw.
_DRAWING = frozenset({"matplotlib", "seaborn", "pylab", "plotly", "sklearn", "mlxtend", "scikitplot"})  # fmt: skip

#: Figures of one place that are recorded.
_MOST_AT_ONE_PLACE = 20


class FigureCheck(ReportedCodeCheck, frozen=True, kw_only=True):
    """A check on figures. Its first artefact is code; the others are reports, which may show what no run draws."""

    def shown_elsewhere(
        self,
        code: CodeShown,
        context: CheckContext,
        *,
        source: str,
        caption: str,
        models: ModelFilter = _ANY_MODEL,
    ) -> Message | None:
        """Where a notebook was saved with a figure, or a report shows it; None where neither does.

        Args:
            code: With its notebooks as they were saved.
            context: With the reports.
            source: A regular expression that the source of the notebook's cell fits.
            caption: One that the caption in the report fits.
            models: What the notebook's cell must be about.
        """
        return saved_figure(code, source, models) or self._reported(context, caption)

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

    def unclear_figures(self, context: CheckContext) -> Message | None:
        """A report with figures that nothing says of what they show; None where there is none."""
        for report in self.reports(context):
            captioned = {caption.place.page for caption in report.captions}
            bare = sum(not figure.caption for figure in report.figures)
            bare += sum(page not in captioned for page in report.drawings)
            if bare and report.format != "notebook":
                file, figures = Name(text=report.file), Count(value=bare)
                return message("figure-check.unclear", file=file, figures=figures)
        return None


def is_on_other_data(code: CodeShown, models: ModelFilter) -> bool:
    """Whether all models of a kind that the code trains are trained on another dataset than the one asked for."""
    of_kind = [training for training in code.trainings if models.fits(training.layers)]
    return bool(of_kind) and not any(map(models.accepts, of_kind))


def saved_figure(code: CodeShown, source: str, models: ModelFilter = _ANY_MODEL) -> Message | None:
    """The cell of a notebook that was saved with an image, and whose source fits a regular expression.

    Functions of the notebook that the cell calls are part of its source. Not a cell whose figures a run drew with
    lines that are all known.
    """
    known = _known_figures(code)
    for notebook in code.notebooks:
        for cell in notebook.cells:
            where = f"{notebook.file}, cell {cell.number}"
            if not has_image(cell) or where in known:
                continue
            if models.dataset and not belongs_to(cell, notebook, code, models):
                continue
            drawing = "\n".join((cell.source, *called_functions(cell, notebook)))
            if re.search(source, drawing, re.IGNORECASE | re.DOTALL):
                return message("figure-check.saved", where=Name(text=where))
    return None


def called_functions(cell: NotebookCell, notebook: NotebookRead) -> Iterator[str]:
    """The source of the functions of a notebook that a cell calls."""
    for other in notebook.cells if cell.kind == "code" else ():
        for found in _FUNCTION.finditer(other.source) if other.kind == "code" else ():
            if other is not cell and re.search(rf"\b{re.escape(found[1])}\(", cell.source):
                yield found[0]


def _known_figures(code: CodeShown) -> set[str]:
    """The cells of which a run drew a figure with lines that all show the history of a training."""
    found: dict[str, bool] = {}
    for figure in code.run.figures if code.run is not None else ():
        where = figure.where.partition(", line")[0]
        lines = [line for axes in figure.axes for line in axes.lines]
        known = bool(lines) and all(line.series for line in lines)
        found[where] = known and found.get(where, True)
    return {where for where, known in found.items() if known}


def may_draw_more(code: CodeShown, models: ModelFilter | None = None) -> bool:
    """Whether the code may draw figures that were not recorded: it was cut, can draw, and trains such models."""
    places = Counter(figure.where for figure in code.run.figures) if code.run is not None else {}
    if max(places.values(), default=0) >= _MOST_AT_ONE_PLACE:
        return True
    trains = models is None or any(map(models.accepts, code.trainings))
    return is_cut(code) and trains and not _DRAWING.isdisjoint(code.imports)
