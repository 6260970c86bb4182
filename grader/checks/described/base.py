"""What all checks on what students say of a model look at."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from grader.checks.answers.given import GivenAnswers, answers_needs, given_answers
from grader.checks.base import CheckContext, CheckKind
from grader.checks.text.prose import Prose, prose_of
from grader.evidence.code.record import CodeNeed
from grader.evidence.need import Need
from grader.evidence.report.record import ReportNeed
from grader.records.lab import Exercise
from grader.records.result import CheckResult


class DescriptionCheck(CheckKind, frozen=True, kw_only=True):
    """A check on typed answers, or on what students say in a notebook's text cells or in a report.

    Its artefacts are the code, the report and the file of typed answers, in this order; the later ones may be absent.
    """

    handout: tuple[str, ...] = ()
    """Phrases of the lab's own text, which students repeat: no sentence with one of them is their own."""

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The text cells of the code's notebooks, the report and the answers."""
        code, *others = exercise.artefacts_of(self)
        reports = tuple(ReportNeed(artefact=report) for report in others[:1])
        return (CodeNeed(artefact=code), *reports, *answers_needs(others[1:]))

    def judge(self, context: CheckContext) -> CheckResult:
        """Judge what there is to read; a report that only people can read waits for them where nothing else decides."""
        code, *others = context.exercise.artefacts_of(self)
        given = given_answers(context.evidence, others[1:])
        prose = prose_of(context.evidence, code, others[:1], self.handout)
        prose = prose.of_exercise_first(context.exercise.id)
        if prose.missing is not None and not given.answers:
            return self.judge_failure(prose.missing)
        result = self.judge_said(given, prose, context)
        ours = [item for item in (*given.failures, *prose.failures) if item.fault == "grader"]
        if ours and result.status in ("failed", "partial"):
            return self.judge_failure(ours[0])
        if result.status == "failed" and prose.is_left_to_people:
            return self.result("pending", None, *result.feedback, flags=("needs-review",))
        return result

    @abstractmethod
    def judge_said(self, given: GivenAnswers, prose: Prose, context: CheckContext) -> CheckResult:
        """Judge typed answers and what is said in words."""
