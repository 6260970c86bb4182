"""`NumberReported`: a report tells the loss or the accuracy of a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.checks.code.filters import accepted
from grader.checks.report.base import ReportCheck
from grader.checks.text.quantities import Quantity, epochs_named, quantities
from grader.checks.text.sentences import sentences_in
from grader.checks.text.topic import Paragraph, paragraphs_about, paragraphs_of_no_topic
from grader.evidence.code.record import SavedLog
from grader.evidence.code.run_record import CodeShown
from grader.evidence.report.record import ReportNumber, ReportReading
from grader.records.message import Code, Count, Listing, Message, Name, message
from grader.records.result import CheckResult

#: Numbers that the feedback lists.
_MOST_SHOWN = 4


@dataclass(frozen=True)
class _SavedValue:
    """A value in the saved output of a notebook."""

    where: str
    value: float


class NumberReported(ReportCheck, tag="number-reported", frozen=True, kw_only=True):
    """A report tells the loss, or the accuracy, of one topic; a notebook's saved log counts in its place.

    Where the lab asks for the value after a number of epochs, one after another number, or after none that is said,
    earns half. The number beside the value decides, else those of its part and of the whole report.
    """

    quantity: Quantity
    epochs: int | None = None
    """After how many epochs; None where the lab does not say."""

    def judge_report(self, report: ReportReading, code: CodeShown) -> CheckResult:
        """Look for numbers in what is about the topic."""
        paragraphs = paragraphs_about(report, self.topic)
        found = [
            (paragraph, number)
            for paragraph in paragraphs
            for number in quantities(paragraph, self.quantity)
        ]
        if not found:
            return self.judge_code_alone(code) or self._none(report, paragraphs)
        texts = dict.fromkeys(f"{number.text}{number.unit}" for _, number in found)
        told = message(
            "number-reported.found",
            quantity=self._name,
            values=Listing(items=tuple(Code(text=text) for text in list(texts)[:_MOST_SHOWN])),
            where=_place(report, found[0][0]),
        )
        epochs = self._epochs(report, paragraphs, code)
        if self.epochs is None or any(
            self.epochs in (_epochs_beside(number, paragraph) or epochs)
            for paragraph, number in found
        ):
            return self.result("passed", 1.0, told)
        beside = (_epochs_beside(number, paragraph) for paragraph, number in found)
        others = sorted(set[int]().union(*beside) or epochs)
        wanted = Count(value=self.epochs, setting=True)
        return self.result(
            "partial",
            0.5,
            told,
            message("number-reported.epochs", epochs=Code(text=", ".join(map(str, others))))
            if others
            else message("number-reported.no-epochs"),
            advice=(message("number-reported.advice-epochs", quantity=self._name, epochs=wanted),),
        )

    def _epochs(
        self, report: ReportReading, paragraphs: tuple[Paragraph, ...], code: CodeShown
    ) -> set[int]:
        """Numbers of epochs: those named with the topic and for the whole report, else those of the code."""
        general = paragraphs_of_no_topic(report, self.topic)
        named = {number for item in (*paragraphs, *general) for number in epochs_named(item.text)}
        return named or {
            epochs
            for training in accepted(code.trainings, self.models)
            for epochs in (
                training.epochs if isinstance(training.epochs, tuple) else (training.epochs,)
            )
            if epochs is not None
        }

    def judge_code_alone(self, code: CodeShown) -> CheckResult | None:
        """The log that the notebook's saved outputs keep of a training."""
        saved = next(self._saved(code), None)
        if saved is None:
            return None
        return self.result(
            "passed",
            1.0,
            message(
                "number-reported.saved",
                quantity=self._name,
                where=Name(text=saved.where),
                value=Code(text=f"{saved.value:.4g}"),
            ),
            flags=("saved-outputs-alone",),
        )

    def _saved(self, code: CodeShown) -> Iterator[_SavedValue]:
        places = [training.where for training in accepted(code.trainings, self.models)]
        for notebook in code.notebooks:
            for cell in notebook.cells:
                where = f"{notebook.file}, cell {cell.number}"
                if any(place == where or place.startswith(f"{where},") for place in places):
                    for log in cell.logs:
                        value = self._value(log)
                        if value is not None:
                            yield _SavedValue(where, value)

    def _value(self, log: SavedLog) -> float | None:
        """The value after the epochs asked for, or after the last; None where the log does not go so far."""
        names = (
            ("loss",) if self.quantity == "loss" else ("val_accuracy", "val_acc", "accuracy", "acc")
        )
        series = next((log.metrics[name] for name in names if log.metrics.get(name)), ())
        if len(series) < (self.epochs or 1):
            return None
        return series[(self.epochs or len(series)) - 1]

    def _none(self, report: ReportReading, paragraphs: tuple[Paragraph, ...]) -> CheckResult:
        key = "none" if paragraphs else "no-topic"
        words = Name(text=self.topic.name)
        advice = (
            message("number-reported.advice", quantity=self._name, words=words)
            if self.epochs is None
            else message(
                "number-reported.advice-epochs",
                quantity=self._name,
                epochs=Count(value=self.epochs, setting=True),
            )
        )
        return self.result(
            "failed",
            0.0,
            message(
                f"number-reported.{key}",
                quantity=self._name,
                file=Name(text=report.file),
                words=words,
            ),
            advice=(advice,),
        )

    @property
    def _name(self) -> Message:
        return message(f"quantity.{self.quantity}")


def _epochs_beside(number: ReportNumber, paragraph: Paragraph) -> set[int]:
    """The numbers of epochs in the sentence, or the row, in which a number stands."""
    sentences = (sentence for sentence in sentences_in(paragraph.text) if number.text in sentence)
    return epochs_named(next(sentences, ""))


def _place(report: ReportReading, paragraph: Paragraph) -> Message:
    """Where a paragraph stands: the page where there are pages, else the section."""
    place, file = paragraph.place, Name(text=report.file)
    if place.page is not None:
        return message("report-place.page", file=file, page=Count(value=place.page))
    if place.sections:
        return message("report-place.section", file=file, section=Name(text=place.sections[-1]))
    return message("report-place.file", file=file)
