"""`CurvesShown`: a report shows how the loss of a model goes over the epochs, or the code draws it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.checks.code.filters import ModelFilter
from grader.checks.report.base import ReportCheck
from grader.checks.text.topic import Paragraph, is_about, paragraphs_about
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeRun, CodeShown
from grader.evidence.report.passages import names_any
from grader.evidence.report.record import Place, ReportReading
from grader.records.base import Record
from grader.records.message import Count, Message, Name, message
from grader.records.result import CheckResult

#: What captions call curves of a training without naming what is plotted.
_CURVES = (
    "learning curve*",
    "training curve*",
    "training history",
    "history",
    "courbe*",
    "convergence",
)
_SERIES = re.compile(r"training (\d+), (\w+)")


class _Shown(Record, frozen=True, kw_only=True):
    """Something in a report that is, or may be, a diagram."""

    place: Place
    caption: str


class CurvesShown(ReportCheck, tag="curves-shown", frozen=True, kw_only=True):
    """A figure of a quantity over the epochs is in the part of the report about one topic.

    What a figure shows is in its caption, else in the text around it. A figure that the code draws counts in its
    place. Where a figure is there and nothing says what it shows, a person decides.
    """

    quantity: tuple[str, ...] = ("loss", "losses", "perte*", "cost", "coût*")
    """What it is called, in captions and texts."""
    series: tuple[str, ...] = ("loss", "val_loss")
    """The series of a training's history."""

    def judge_report(self, report: ReportReading, code: CodeShown) -> CheckResult:
        """Look at figures and captions of the topic, then at what the code draws."""
        paragraphs = paragraphs_about(report, self.topic)
        shown = [item for item in _shown(report) if self._is_about(item, paragraphs)]
        telling = [item for item in shown if self._tells(item, paragraphs)]
        if telling:
            return self.result("passed", 1.0, _found(report, telling[0]))
        drawn = self.judge_code_alone(code)
        if drawn is not None:
            return drawn
        unclear = [item for item in shown if not item.caption]
        if unclear:
            found = _found(report, unclear[0])
            return self.result(
                "pending", None, found, message("curves-shown.unclear"), flags=("needs-review",)
            )
        return self.result(
            "failed",
            0.0,
            message(
                "curves-shown.none",
                file=Name(text=report.file),
                words=Name(text=self.topic.name),
                figures=Count(value=len(report.figures)),
            ),
            advice=(message("curves-shown.advice"),),
        )

    def judge_code_alone(self, code: CodeShown) -> CheckResult | None:
        """A figure with a line of the history of such a model."""
        where = None if code.run is None else self._drawn(code.run)
        if where is None:
            return None
        return self.result("passed", 1.0, message("curves-shown.drawn", where=Name(text=where)))

    def _drawn(self, run: CodeRun) -> str | None:
        """Where such a line is drawn."""
        for figure in run.figures:
            for axes in figure.axes:
                for line in axes.lines:
                    found = _SERIES.fullmatch(line.series)
                    if (
                        found
                        and found[2] in self.series
                        and _accepts(self.models, run, int(found[1]))
                    ):
                        return figure.where
        return None

    def _is_about(self, item: _Shown, paragraphs: Iterable[Paragraph]) -> bool:
        """Whether a figure is about the topic: by its caption, its section, or the paragraphs on its page."""
        if item.caption and names_any(item.caption, self.topic.words):
            return not names_any(" ".join(item.place.sections), self.topic.apart)
        if item.caption and names_any(item.caption, self.topic.others):
            return False
        decided = is_about(item.place, self.topic)
        if decided is not None:
            return decided
        places = {(paragraph.place.page, paragraph.place.sections) for paragraph in paragraphs}
        return (item.place.page, item.place.sections) in places

    def _tells(self, item: _Shown, paragraphs: Iterable[Paragraph]) -> bool:
        """Whether a figure shows the quantity: its caption says so, or it says nothing and the text does."""
        if item.caption:
            return names_any(item.caption, (*self.quantity, *_CURVES))
        return any(names_any(paragraph.text, self.quantity) for paragraph in paragraphs)


def _shown(report: ReportReading) -> list[_Shown]:
    """Figures; captions that belong to none, as those of diagrams without pixels do; pages with such diagrams."""
    found = [_Shown(place=item.place, caption=item.caption) for item in report.figures]
    captions = {item.caption for item in report.figures}
    found += [
        _Shown(place=item.place, caption=item.text)
        for item in report.captions
        if item.text not in captions
    ]
    pages = {item.place.page for item in found}
    return found + [
        _Shown(place=part.place, caption="")
        for part in report.parts
        if part.place.page in report.drawings and part.place.page not in pages
    ]


def _accepts(models: ModelFilter, run: CodeRun, number: int) -> bool:
    if not 0 < number <= len(run.trainings):
        return False
    traced = run.trainings[number - 1]
    return models.accepts(Training(where=traced.where, layers=traced.layers))


def _found(report: ReportReading, item: _Shown) -> Message:
    name = item.caption or (item.place.sections[-1] if item.place.sections else report.file)
    if item.place.page is not None:
        page = Count(value=item.place.page)
        return message("curves-shown.on-page", figure=Name(text=name), page=page)
    return message("curves-shown.found", figure=Name(text=name))
