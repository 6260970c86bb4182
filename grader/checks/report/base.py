"""What every check on a report looks at: what it says of one topic, and the code it is about."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.checks.code.filters import ModelFilter
from grader.checks.text.topic import Topic
from grader.evidence.code.merged import shown_code
from grader.evidence.code.record import CodeNeed, CodeReading
from grader.evidence.code.run_record import CodeRunNeed, CodeShown
from grader.evidence.need import Need
from grader.evidence.report.record import ReportNeed, ReportReading
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.result import CheckResult


class ReportCheck(CheckKind, frozen=True, kw_only=True):
    """A check on what a report tells or shows of one topic.

    Its first artefact is the report. Its second, where there is one, is the code the report is about, which counts
    where the report says nothing.
    """

    topic: Topic
    models: ModelFilter = ModelFilter()
    """The models of that topic in the code."""

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The report, and the code it is about."""
        report, *code = exercise.artefacts_of(self)
        found = [
            need(artefact=artefact) for artefact in code[:1] for need in (CodeNeed, CodeRunNeed)
        ]
        return (ReportNeed(artefact=report), *found)

    def judge(self, context: CheckContext) -> CheckResult:
        """Judge the report; without one, the code alone, and the missing report only where that is not enough."""
        report, *_ = (context.evidence.get(need) for need in self.needs(context.exercise))
        code = self._code(context)
        if not isinstance(report, Failure):
            return self.judge_report(report, code)
        if report.fault == "submission":
            result = self.judge_code_alone(code)
            if result is not None:
                return result
        return self.judge_failure(report)

    def _code(self, context: CheckContext) -> CodeShown:
        """What is known of the code; nothing where there is none."""
        artefacts = context.exercise.artefacts_of(self)[1:]
        if not artefacts:
            return shown_code(CodeReading(files=()), None)
        reading = context.evidence.get(CodeNeed(artefact=artefacts[0]))
        run = context.evidence.get(CodeRunNeed(artefact=artefacts[0]))
        return shown_code(
            CodeReading(files=()) if isinstance(reading, Failure) else reading,
            None if isinstance(run, Failure) else run.run,
        )

    @abstractmethod
    def judge_report(self, report: ReportReading, code: CodeShown) -> CheckResult:
        """Judge a report that could be read."""

    @abstractmethod
    def judge_code_alone(self, code: CodeShown) -> CheckResult | None:
        """Judge a submission without a report by its code; None where the code shows nothing."""
