"""`CurvesShown`: a report shows how the loss of a model goes over the epochs, or the code draws it."""

from __future__ import annotations

from collections.abc import Iterable

from grader.checks.code.drawn import drawn_lines
from grader.checks.report.base import ReportCheck
from grader.checks.text.topic import Paragraph, is_about, paragraphs_about
from grader.evidence.code.run_record import CodeShown
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
#: What captions call figures that are no such curves.
_OTHERS = (
    *(
        "accurac*",
        "exactitude*",
        "précision*",
        "confusion*",
        "architecture*",
        "structure",
        "formula*",
        "weights",
    ),
    *(
        "poids",
        "prediction*",
        "images",
        "digits",
        "samples",
        "chiffres",
        "table",
        "summary",
        "time",
        "temps",
    ),
)


class _Shown(Record, frozen=True, kw_only=True):
    """Something in a report that is, or may be, a diagram."""

    place: Place
    caption: str


class CurvesShown(ReportCheck, tag="curves-shown", frozen=True, kw_only=True):
    """A figure of a quantity over the epochs is in the part of the report about one topic.

    What a figure shows is in its caption, else, where that names no quantity, in the text around it. A figure that the
    code draws counts in its place. Where a figure is there and nothing says what it shows, a person decides.
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
        unclear = [item for item in shown if _says_nothing(item)]
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
        trained = code.run.trainings if code.run is not None else ()
        numbers = frozenset(
            number
            for number, traced in enumerate(trained, start=1)
            if self.models.fits(traced.layers)
        )
        for drawn in drawn_lines(code):
            if any(drawn.shows(series, numbers) for series in self.series):
                where = Name(text=drawn.figure.where)
                return self.result("passed", 1.0, message("curves-shown.drawn", where=where))
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
        if names_any(item.caption, (*self.quantity, *_CURVES)):
            return True
        return _says_nothing(item) and any(
            names_any(paragraph.text, self.quantity) for paragraph in paragraphs
        )


def _says_nothing(item: _Shown) -> bool:
    """Whether a figure has no caption, or one that does not say what is shown: ``Figure 2: batch size 128``."""
    return not names_any(item.caption, _OTHERS)


def _shown(report: ReportReading) -> list[_Shown]:
    """Figures; captions that belong to none, as those of diagrams without pixels do; pages with such diagrams."""
    found = [_Shown(place=item.place, caption=item.caption) for item in report.figures]
    captions = {item.caption for item in report.figures}
    found += [
        _Shown(place=item.place, caption=item.text)
        for item in report.captions
        if item.text not in captions
    ]
    captioned = {item.place.page for item in report.captions}
    return found + [
        _Shown(place=part.place, caption="")
        for part in report.parts
        if part.place.page in report.drawings and part.place.page not in captioned
    ]


def _found(report: ReportReading, item: _Shown) -> Message:
    name = item.caption or (item.place.sections[-1] if item.place.sections else report.file)
    if item.place.page is not None:
        page = Count(value=item.place.page)
        return message("curves-shown.on-page", figure=Name(text=name), page=page)
    return message("curves-shown.found", figure=Name(text=name))
