"""`ValuesTried`: several values of a setting were tried."""

from __future__ import annotations

from collections.abc import Mapping

from grader.checks.base import CheckContext
from grader.checks.code.base import ReportedCodeCheck, training_text, trainings_text
from grader.checks.code.commented_values import commented_values
from grader.checks.code.fields import (
    Field,
    Setting,
    field_name,
    is_partly_unknown,
    setting_text,
    settings,
)
from grader.checks.code.filters import ModelFilter
from grader.checks.code.named_values import compared_values
from grader.checks.text.topic import Topic, paragraphs_about
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.evidence.report.record import ReportReading
from grader.records.message import Code, Count, Message, Name, message
from grader.records.result import CheckResult


class ValuesTried(ReportedCodeCheck, tag="values-tried", frozen=True, kw_only=True):
    """Trainings of one kind of model differ in a setting; a loop over several values counts as these.

    Its first artefact is code. Where the code has too few, values count that commented-out lines and comments
    name, or its other artefacts, which are reports; the feedback says so. Too few beside values that are not
    known, such as random ones, wait for a person.
    """

    models: ModelFilter = ModelFilter()
    field: Field
    at_least: int = 2
    """How many different values."""
    low: float | None = None
    """The smallest number that counts."""
    high: float | None = None
    topic: Topic | None = None
    """What reports call these models: only what is about them counts. None where all of a report does."""

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Count the values in the code, then those that comments and reports name."""
        trained = self._trained(code)
        found = dict(trained)
        for value, where in self._named(code, context).items():
            if len(found) < self.at_least:
                found.setdefault(value, where)
        share = min(1.0, max(0, len(found) - 1) / max(1, self.at_least - 1)) if found else 0.0
        if share < 1 and (unknown := self._unknown(code)):
            return self.judge_unknown(self._feedback(found), *map(training_text, unknown[:2]))
        alone = tuple(value for value in found if value not in trained)
        return self.share_result(
            share,
            self._feedback(found),
            *(
                message("values-tried.not-in-code", where=Name(text=found[value]))
                for value in alone
            ),
            advice=() if share == 1 else (self._advice(code),),
            flags=("not-in-code",) if alone and share else (),
        )

    def _trained(self, code: CodeShown) -> dict[Setting, str]:
        """Every value in the code, to the first place where it is."""
        found: dict[Setting, str] = {}
        for training in code.trainings:
            if self.models.accepts(training):
                for value in settings(self.field, training, code):
                    if self._counts(value):
                        found.setdefault(value, training.where)
        return found

    def _unknown(self, code: CodeShown) -> list[Training]:
        """The trainings with values that nothing tells, such as random ones."""
        return [
            item
            for item in code.trainings
            if self.models.accepts(item) and is_partly_unknown(self.field, item, code)
        ]

    def _named(self, code: CodeShown, context: CheckContext) -> Mapping[Setting, str]:
        """Values that commented-out lines and reports name, to where."""
        named = [
            (value, item.where)
            for item in code.commented_out
            for value in commented_values(self.field, item.text, self.models.outputs)
        ]
        named += [
            (value, item.where)
            for item in code.comments
            for value in compared_values(self.field, item.text)
        ]
        named += [
            (value, report.file)
            for report in self.reports(context)
            for text in self._texts(report)
            for value in compared_values(self.field, text)
        ]
        return {value: where for value, where in reversed(named) if self._counts(value)}

    def _texts(self, report: ReportReading) -> list[str]:
        """What a report says, or what of it is about the topic, as one text: it may be compared over several pages."""
        if self.topic is None:
            return [part.text for part in report.parts]
        return ["\n".join(item.text for item in paragraphs_about(report, self.topic))]

    def _counts(self, value: Setting) -> bool:
        if isinstance(value, str):
            return True
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _feedback(self, found: Mapping[Setting, str]) -> Message:
        field = field_name(self.field)
        if not found:
            return message("values-tried.none", field=field, model=self.models.text)
        places = dict.fromkeys(found.values())
        listed = {
            place: ", ".join(setting_text(value) for value in found if found[value] == place)
            for place in places
        }
        values = "; ".join(f"{place}: {text}" for place, text in listed.items())
        return message(
            "values-tried.found",
            field=field,
            count=Count(value=len(found), setting=True),
            wanted=Count(value=self.at_least, setting=True),
            values=Code(text=values),
        )

    def _advice(self, code: CodeShown) -> Message:
        return message(
            "values-tried.advice",
            wanted=Count(value=self.at_least, setting=True),
            field=field_name(self.field),
            found=trainings_text([item for item in code.trainings if self.models.accepts(item)]),
        )
